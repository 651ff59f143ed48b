"""The named parts of the loss of one point, as a person writes them beside the network before taking a derivative.

    z = x·w_x + … + bias,   a = σ(z),   r = a − label,   L = r²            one neuron
    z1[0] = …, a1[0] = tanh(z1[0]), …, z2[0] = a1[0]·w2[0,0] + …, a2[0] = σ(z2[0]), r = …, L = …

Cross-entropy needs no residual: ``L = −(label·ln a + (1 − label)·ln(1 − a))``, or ``−Σ_k label[k]·ln a_k`` for softmax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chainrule.algebra.expressions import Expressions, single
from chainrule.calculus.derivative import minus, times
from chainrule.calculus.mean import GENERAL, mean_of_rows, part_name, with_penalty
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step, Steps
from chainrule.calculus.substitution import (
    fixed_numbers,
    point_numbers,
    put_in,
    put_penalty,
    require_row,
    target_names,
    unit_equations,
    unit_symbol,
    unit_words,
)
from chainrule.expression.rewrite import ONE, TWO, substitute
from chainrule.expression.tree import Add, Equation, Expression, Function, Negate, Power, Symbol
from chainrule.formula import layer_output, preactivation
from chainrule.problem import Problem

Symbols = tuple[tuple[Symbol, ...], ...]
"""One symbol for each unit, layer by layer."""


@dataclass(frozen=True)
class Parts:
    """Names for every unit's preactivation `z` and activation `a`, the residuals `r`, and the loss.

    `where` says what each name stands for; `below` holds the inputs of the first layer, `targets` the labels, both
    with numbers put in for one point.
    """

    problem: Problem
    z: Symbols
    a: Symbols
    r: tuple[Symbol, ...]
    loss: Symbol
    inputs: tuple[Expression, ...]
    targets: tuple[Expression, ...]
    where: Mapping[str, Expression]

    @classmethod
    def of(cls, problem: Problem, row: int | None) -> Parts:
        """With numbers put in for point `row`; for None the general point ``x_i, label_i``."""
        index = GENERAL if row is None else str(row + 1)
        network = problem.network
        known = fixed_numbers(problem) | ({} if row is None else point_numbers(problem, row, index))
        z, a = (
            tuple(
                tuple(unit_symbol(problem, letter, number, unit, index) for unit in range(layer.units))
                for number, layer in enumerate(network.layers)
            )
            for letter in "za"
        )
        inputs, targets = (
            tuple(substitute(Symbol(name, index), known) for name in names)
            for names in (network.inputs, target_names(problem))
        )
        loss = Symbol(part_name("L", problem), index)
        r: tuple[Symbol, ...] = ()
        if problem.loss != "cross-entropy":
            letter = part_name("r", problem)
            r = tuple(Symbol(letter if len(a[-1]) == 1 else f"{letter}[{k}]", index) for k in range(len(a[-1])))
        parts = cls(problem, z, a, r, loss, inputs, targets, {})
        return cls(problem, z, a, r, loss, inputs, targets, parts._definitions(known))

    def below(self, layer: int) -> tuple[Expression, ...]:
        """What the units of a layer take: the inputs, or the activations before it."""
        return self.inputs if layer == 0 else self.a[layer - 1]

    def _definitions(self, known: Mapping[str, Expression]) -> dict[str, Expression]:
        network, algebra, where = self.problem.network, Expressions(), dict[str, Expression]()
        weights: dict[str, Expression | tuple[Expression, ...]] = {n: Symbol(n) for n in network.weight_names}
        for number, layer in enumerate(network.layers):
            shown = map(single, layer_output(algebra, layer, self.z[number]))
            for unit, (z, a, value) in enumerate(zip(self.z[number], self.a[number], shown, strict=True)):
                linear = single(preactivation(algebra, network, weights, number, unit, self.below(number)))
                where[z.full_name] = simplify(substitute(linear, known))
                where[a.full_name] = value
        for r, a, target in zip(self.r, self.a[-1], self.targets, strict=False):
            where[r.full_name] = minus(a, target)
        if network.layers[-1].activation == "softmax" and isinstance(first := self.targets[0], Symbol):
            # the targets of one point are 1 together, and the softmax rule rests on that
            where[first.full_name] = Add((ONE, *(Negate(t) for t in self.targets[1:])))
        return where | {self.loss.full_name: self._loss()}

    def _loss(self) -> Expression:
        if self.problem.loss == "mse":
            terms: list[Expression] = [Power(r, TWO) for r in self.r]
        elif self.problem.loss == "mae":
            terms = [Function("abs", r) for r in self.r]
        else:
            softmax = self.problem.network.layers[-1].activation == "softmax"
            pairs = list(zip(self.a[-1], self.targets, strict=True))
            terms = [times(t, Function("log", a)) for a, t in pairs]
            if not softmax:
                terms += [times(minus(ONE, t), Function("log", minus(ONE, a))) for a, t in pairs]
            return Negate(_sum(list(map(simplify, terms))))
        return _sum(terms)


def _sum(terms: list[Expression]) -> Expression:
    return simplify(Add(tuple(terms))) if len(terms) > 1 else terms[0]


def mean_equation(problem: Problem) -> Equation:
    """``L = 1/n · Σ_i L_i``, and the penalty: the loss of the whole from those of the points."""
    name = part_name("L", problem)
    return Equation(Symbol(name), with_penalty(mean_of_rows(problem, Symbol(name, GENERAL)), put_penalty(problem)))


def unit_steps(problem: Problem, row: int) -> Steps:
    """One point's way through the network, unit by unit: the unit, its fixed weights put in, the point put in; then its loss.

    ``a1[0]_1 = tanh(x·w1[0,x] + y·w1[0,y] + b1[0]) = tanh(2w1[0,x] + 3w1[0,y] + b1[0])``. Units of later layers take those
    before by name, so that nothing stands inside another.
    """
    general, index = Parts.of(problem, None), str(require_row(problem, row) + 1)
    mine = {a.name: Symbol(a.name, index) for layer in general.a for a in layer}
    of_row = {f"{name}_{GENERAL}": symbol for name, symbol in mine.items()}
    of_row |= {f"{name}_{GENERAL}": Symbol(name) for name in target_names(problem)}
    residuals = {r.full_name: general.where[r.full_name] for r in general.r}
    loss = substitute(substitute(general.where[general.loss.full_name], residuals), of_row)
    fixed, numbers = fixed_numbers(problem), point_numbers(problem, row)
    units = [
        (rule, mine[str(unit.left)], substitute(unit.right, mine))
        for rule, unit in zip(unit_words(problem), unit_equations(problem), strict=True)
    ]
    where = {name.full_name: formula for _, name, formula in units} | numbers | fixed
    steps: list[Step] = []
    for rule, name, formula in [*units, ("the loss", Symbol(general.loss.name, index), loss)]:
        steps.append(Step(rule, name, formula, where={**where, name.full_name: formula}))
        steps += put_in(formula, fixed, numbers)
    return Steps(steps)
