"""Random expressions for the tests, and their values as balls."""

from fractions import Fraction

import flint
from hypothesis import strategies as st

from chainrule.algebra.balls import Balls
from chainrule.algebra.evaluate import evaluate
from chainrule.expression import (
    Add,
    Divide,
    Euler,
    Expression,
    Function,
    Mean,
    Multiply,
    Negate,
    Number,
    Power,
    Symbol,
    symbols,
)

NAMES = ("x", "v", "w_x", "bias")
NUMBERS = st.one_of(
    st.integers(-9, 9).map(Fraction),
    st.sampled_from([Fraction(1, 10), Fraction(-1, 2), Fraction(1, 3), Fraction(-7, 3), Fraction(12, 100)]),
)
LEAVES = st.one_of(NUMBERS.map(Number), st.sampled_from(NAMES).map(Symbol), st.just(Euler()))


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    whole = st.sampled_from([2, 3, -1, -2]).map(lambda k: Number(Fraction(k)))
    return st.one_of(
        several.map(Add),
        several.map(Multiply),
        several.map(Mean),
        inner.map(Negate),
        st.tuples(inner, inner).map(lambda pair: Divide(*pair)),
        st.tuples(inner, whole).map(lambda pair: Power(*pair)),
        st.tuples(st.sampled_from(["exp", "sigmoid", "tanh", "relu", "softplus", "abs"]), inner).map(
            lambda pair: Function(*pair)
        ),
    )


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=8)
POINTS = st.fixed_dictionaries({name: st.fractions(-2, 2, max_denominator=50) for name in NAMES})


def ball(node: Expression, point: dict[str, Fraction], bits: int = 300) -> flint.arb:
    """The value of a tree at a point, enclosed."""
    with flint.ctx.workprec(bits):
        balls = Balls()
        values = {name: balls.constant(value) for name, value in point.items() if name in symbols(node)}
        return evaluate(balls, node, values)


def usable(value: flint.arb) -> bool:
    """Whether an enclosure says enough to tell two values apart."""
    return bool(value.is_finite() and value.rad() < 1e-20 and abs(value) < 1e20)
