"""The five topics: forward values, the line, the derivative, one step of descent, and whether there is a minimum.

Each takes the problem to ask about (or None: then it makes a small one), a level from 1 to 3 and a source of random
numbers, and returns an exercise, or None where the draw gave none.
"""

from __future__ import annotations

import random
from fractions import Fraction

from chainrule import calculus
from chainrule.calculus import Steps
from chainrule.calculus.formula_steps import enclosed
from chainrule.calculus.mean import part_name
from chainrule.calculus.right import right_equation
from chainrule.calculus.simplify import simplify
from chainrule.calculus.substitution import MAX_ROWS
from chainrule.calculus.vocabulary import point_meanings
from chainrule.calculus.work import Question
from chainrule.digits import digits, short
from chainrule.exercises.draw import (
    asked_about,
    at_words,
    point_words,
    problem_words,
    relu_network,
    whole_z,
)
from chainrule.exercises.exercise import Amount, Choice, Exercise, Line, Work
from chainrule.expression import (
    Add,
    Equation,
    Expression,
    Multiply,
    Negate,
    Number,
    Symbol,
    substitute,
)
from chainrule.page.blocks import Block, Derivation, Display, Prose
from chainrule.page.equations import ended
from chainrule.plot import headline
from chainrule.problem import Problem
from chainrule.verdict import minimize

RATES = (1, 2, 4)


def amount(value: Expression) -> Amount:
    """The number that an expression is, to four digits where it has no short form."""
    tidy = simplify(value)
    if isinstance(tidy, Number) and len(short(tidy.value, 12)) <= 8 and not short(tidy.value, 12).endswith("…"):
        return Amount(value, short(tidy.value, 12).replace("−", "-"))
    interval = enclosed(value)
    assert interval is not None
    return Amount(value, f"{float(sum(interval) / 2):.4g}")


def told(name: str, value: Expression) -> Prose:
    interval = enclosed(value)
    assert interval is not None
    return Prose(f"{name} is {digits(*interval, 8)}", "enclosed")


def forward(problem: Problem | None, level: int, rng: random.Random) -> Exercise | None:
    """Level 1: the output at a point; 2: the loss there; 3: the loss of two points, or the output through a hidden layer."""
    asked = asked_about(problem, rng, 2 if level == 3 else 1)
    hidden = level == 3 and problem is None and rng.random() < 0.5
    if hidden:
        asked = relu_network(rng)
    at = whole_z(asked, rng)
    if at is None:
        return None
    all_fixed = asked.fix(**at)
    parts = point_meanings(all_fixed, 0)
    output = asked.network.part_name(part_name("a", asked), len(asked.network.layers) - 1, 0)
    text: list[Block] = [problem_words(asked, at)]
    if level == 3 and not hidden:
        value, name = calculus.loss_equation(all_fixed).right, part_name("L", asked)
        text.append(Prose(f"Work out the loss of the two points together, {points_words(asked)}."))
        way: list[Block] = [Derivation(calculus.loss_steps(all_fixed))]
    else:
        name = output if level == 1 or hidden else part_name("L", asked)
        value = parts[name]
        what = "the output" if name == output else "the loss of the network"
        text.append(Prose(f"Work out {what} {name} at the point {point_words(asked, 0)}."))
        steps = calculus.unit_steps(all_fixed, 0)
        heads = [k for k, step in enumerate(steps) if isinstance(step.before, Symbol)]
        way = [Derivation(Steps(steps if name != output else steps[: heads[-1]]))]
    return Exercise("", level, (*text,), (*way, told(name, value)), amount(value))


def points_words(problem: Problem) -> str:
    return " and ".join(point_words(problem, row) for row in range(len(problem.data)))


def derivative(problem: Problem | None, level: int, rng: random.Random) -> Exercise | None:
    """Level 1: its value at given weights; 2: its equation for a point; 3: its equation for two points together."""
    asked = asked_about(problem, rng, 2 if level == 3 else 1)
    weight, loss = asked.free[0], part_name("L", asked)
    row = 0 if level < 3 else None
    steps = calculus.derivative_steps(asked, weight, row)
    right = right_equation(asked, weight, row)
    if right.right == Number(Fraction(0)):
        return None
    if level == 1:
        at = whole_z(asked, rng)
        if at is None:
            return None
        value = substitute(right.right, {name: Number(Fraction(number)) for name, number in at.items()})
        text = (
            problem_words(asked),
            Prose(
                f"Its loss at the point {point_words(asked, 0)} is {loss}. What is the derivative of {loss} by {weight} at {at_words(at)}?"
            ),
        )
        return Exercise("", level, text, (Derivation(steps), told("The derivative there", value)), amount(value))
    of = f"at the point {point_words(asked, 0)}" if level == 2 else f"of the two points {points_words(asked)} together"
    output = part_name("a", asked)
    hint = (
        f" You may write {output}{'' if level == 2 else '_1 and ' + output + '_2'} for the output."
        if asked.network.is_neuron
        else ""
    )
    text = (problem_words(asked), Prose(f"Derive the loss {of} by {weight}.{hint}"))
    return Exercise("", level, text, (Derivation(steps),), Work(Question(asked, weight, row)))


def step(problem: Problem | None, level: int, rng: random.Random) -> Exercise | None:
    """Level 1: where one step of descent leads from a place where z is 0; 2: with two points; 3: where z is not 0."""
    asked = asked_about(problem, rng, 2 if level == 2 else 1, at_zero=level < 3)
    at = whole_z(asked, rng, zero=level < 3 and problem is None)
    if at is None:
        return None
    weight, rate, loss = asked.free[0], rng.choice(RATES), part_name("L", asked)
    if len(asked.data) > MAX_ROWS:
        return None
    slope = calculus.derivative_equation(asked, weight)
    there = substitute(slope.right, {name: Number(Fraction(number)) for name, number in at.items()})
    start = Number(Fraction(at[weight]))
    value = Add((start, Negate(Multiply((Number(Fraction(rate)), there)))))
    if simplify(there) == Number(Fraction(0)):
        return None
    of = (
        f"at the point {point_words(asked, 0)}"
        if len(asked.data) == 1
        else f"of the points {points_words(asked)} together"
    )
    text = (
        problem_words(asked),
        Prose(
            f"The loss {loss} {of} is to fall. Take one step of gradient descent with rate {rate} from {at_words(at)}: what is {weight} then?"
        ),
    )
    way = (
        Display(slope),
        told("The derivative there", there),
        Prose(
            f"The step goes against the derivative, {rate} times as far: {weight} becomes {at[weight]} − {rate} times that.".replace(
                "-", "−"
            )
        ),
        told(weight, value),
    )
    return Exercise("", level, text, way, amount(value))


def minimum(problem: Problem | None, level: int, rng: random.Random) -> Exercise | None:
    """Whether the loss of one point, two or four has a minimum over one weight; the reason is a proof."""
    count, wanted = {1: 1, 2: 2, 3: 4}[level], rng.choice(("attained", "not-attained"))
    asked = asked_about(problem, rng, count)
    if not asked.is_ridge or not all(any(column.numbers) for column in asked.data.inputs):
        return None
    answer = minimize(asked)
    if answer.minimum.trust != "proved" or answer.minimum.kind not in ("attained", "not-attained"):
        return None
    if count > 1 and problem is None and answer.minimum.kind != wanted:
        return None  # both answers are to be met about as often
    has = answer.minimum.kind == "attained"
    of = f"the point {point_words(asked, 0)}" if count == 1 else f"the {len(asked.data)} points {points_words(asked)}"
    text = (
        problem_words(asked),
        Prose(
            f"Is there a value of {asked.free[0]} at which the loss of {of} is lowest? Answer yes or no, and say why."
        ),
    )
    reasons = [Prose(ended(f"{line[:1].upper()}{line[1:]}")) for line in (answer.minimum.why, *answer.reasons)]
    way = (Prose(ended(headline(answer)), answer.minimum.trust_text), *dict.fromkeys(reasons))
    return Exercise("", level, text, way, Choice("yes" if has else "no", ("no" if has else "yes",)))


def line(problem: Problem | None, level: int, rng: random.Random) -> Exercise | None:
    """Level 1: which line a neuron's weights draw; 2 and 3: the weight with which it goes through a point, whole or a fraction."""
    asked = asked_about(problem, rng, 1)
    inputs = asked.network.inputs
    if not asked.network.is_sigmoid_neuron or len(inputs) != 2 or not asked.network.layers[0].bias:
        return None
    at = {name: rng.randint(-3, 3) for name in asked.free}
    weights = {**asked.fixed, **{name: Fraction(number) for name, number in at.items()}}
    a, b, c = (weights[name] for name in asked.network.weight_names)
    sides = [Multiply((Symbol(x), Symbol(f"w_{x}"))) for x in inputs]
    general = Equation(Add((*sides, Symbol("bias"))), Number(Fraction(0)))
    if level == 1:
        if a == 0 or b == 0:
            return None
        numbers = (a, b, c)
        solved = simplify(Add((Multiply((Number(-a / b), Symbol(inputs[0]))), Number(-c / b))))
        text = (problem_words(asked, at), Prose("On which line is its output one half?"))
        solution = (
            Prose("The output is one half where z is 0:"),
            Display(general),
            Display(Equation(Symbol(inputs[1]), solved)),
        )
        return Exercise("", level, text, solution, Line((inputs[0], inputs[1]), numbers))
    free = asked.free[0]
    if free == "bias":
        return None
    x, y = (rng.choice((-3, -2, -1, 1, 2, 3)) for _ in inputs)
    place = {inputs[0]: Fraction(x), inputs[1]: Fraction(y)}
    rest = sum((weights[f"w_{name}"] * value for name, value in place.items() if f"w_{name}" != free), start=c)
    value = -rest / place[free.removeprefix("w_")]
    if (value.denominator == 1) != (level == 2) or abs(value) > 9:
        return None
    others = {name: number for name, number in at.items() if name != free}
    text = (
        problem_words(asked, others),
        Prose(
            f"For which {free} does the line, on which its output is one half, go through the point ({x}, {y})?".replace(
                "-", "−"
            )
        ),
    )
    put = {name: Number(value) for name, value in (*place.items(), *((n, w) for n, w in weights.items() if n != free))}
    way = (
        Prose("The output is one half where z is 0; the point and the other weights put in:"),
        Display(general),
        Display(Equation(simplify(substitute(general.left, put)), Number(Fraction(0)))),
        told(free, Number(value)),
    )
    return Exercise("", level, text, way, amount(Number(value)))
