"""Where a domain ends: roots that come down to 0 are defined there, and their slopes, unbounded, are followed up to the edge.

Each minimum by hand.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from chainrule.algebra.balls import precision
from chainrule.algebra.intervals import Bounds
from chainrule.algebra.ranges import Ranges
from chainrule.expression.parser import parse
from chainrule.expression.typed import TypedProblem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.generic.certificate import tree
from chainrule.verdict import minimize
from chainrule_fast.budget import Budget
from chainrule_fast.expression import blocks, spans
from chainrule_fast.expression.bulk import Bulk
from chainrule_fast.expression.exactly import IRRATIONAL, value_and_slope
from chainrule_fast.expression.tree import read_tree

KNOWN = [
    ("sqrt(x)", {"x": (0, 4)}, {"x": 0}, 0),
    ("-sqrt(x)", {"x": (0, 4)}, {"x": 4}, -2),
    ("sqrt((x-3)/x)", {"x": (3, 50)}, {"x": 3}, 0),
    ("x - sqrt(x)", {"x": (0, 4)}, {"x": 0.25}, -0.25),  # 1 = 1/(2√x)
    ("-sqrt(1 - x^2)", {"x": (-1, 1)}, {"x": 0}, -1),
    ("x^(3/2) - x", {"x": (0, 4)}, {"x": 4 / 9}, -4 / 27),  # 3/2 √x = 1
    ("relu(x^4) + 0.3", {"x": (0, 2)}, {"x": 0}, 0.3),
    ("(x^2)^1.5", None, {"x": 0}, 0),
    ("abs(x)^1.5", None, {"x": 0}, 0),
    ("abs(x)^1.5 - x", None, {"x": 4 / 9}, -4 / 27),  # on a tail t^(3/2) outweighs t
    ("0^(1/3) + x^2", None, {"x": 0}, 0),
    ("sqrt(relu(x)) + x^2 - x", None, {"x": 0}, 0),  # 0 all along one tail; on the other √x + x² − x > 0
    ("abs(relu(x)) + e^-x", None, {"x": 0}, 1),  # relu is 0 all along one tail, and so is its magnitude
    ("sqrt(x) + sqrt(y)", {"x": (0, 1), "y": (0, 1)}, {"x": 0, "y": 0}, 0),
    ("sqrt(y) + (x - 0.3)^2", {"x": (0, 1), "y": (0, 1)}, {"x": 0.3, "y": 0}, 0),
    ("(x^2 + y^2)^1.5", {"x": (-1, 1), "y": (-1, 1)}, {"x": 0, "y": 0}, 0),
]


@pytest.mark.parametrize(("text", "box", "at", "value"), KNOWN)
def test_a_minimum_at_an_edge_of_the_domain_is_proved(text, box, at, value):
    ends = None if box is None else {name: tuple(map(Fraction, pair)) for name, pair in box.items()}
    minimum = minimize(TypedProblem.read(text), ends, Limits(boxes=2_000)).minimum
    assert (minimum.kind, minimum.trust) == ("attained", "proved")
    assert minimum.value.lower - 1e-15 <= value <= minimum.value.upper + 1e-15
    assert minimum.value.width < 1e-5
    for name, place in at.items():
        assert minimum.at[name].lower - 1e-15 <= place <= minimum.at[name].upper + 1e-15


halves = st.integers(-5, 5).map(lambda n: Fraction(2 * n + 1, 2))
sizes = st.integers(-60, 20).map(lambda n: 2.0**n)


@given(sizes, st.floats(0, 1), halves)
def test_powers_from_0_on_hold_every_value_and_derivatives_those_inside(high, share, r):
    """For x in (0, h]: x^r is in the range of the power, and of the one that derivatives ask for where r < 0."""
    x = share * high
    if x < 1e-20:
        x = high
    true = x ** float(r)
    with precision(100):
        span, exponent = spans.Span(arb(0), arb(high)), spans.number(r)
        found = [span.open_power(exponent)] + ([span.real_power(exponent)] if r > 0 else [])
        for each in found:
            assert each.low <= true * (1 + 1e-12)
            assert each.high >= true * (1 - 1e-12)
    block, number = blocks.Block(np.zeros(1), np.array([high])), blocks.number(r)
    ours, constant = Ranges(), Ranges().constant(r)
    bounds = Bounds(np.zeros(1), np.array([high]))
    with np.errstate(all="ignore"):  # as their caller has it
        both = [block.open_power(number), *([block.real_power(number)] if r > 0 else [])]
    both += [ours.open_power(bounds, constant), *([ours.power(bounds, constant)] if r > 0 else [])]
    for each in both:
        low, top = (each.low, each.high) if isinstance(each, blocks.Block) else each
        assert low[0] <= true * (1 + 1e-12)
        assert top[0] >= true * (1 - 1e-12)
    assert not ours.outside.any()


def test_at_the_edge_itself_nothing_is_known_of_the_slope():
    """√(x²) + x/2 has the slopes −½ and 3/2 at 0: the formal 0·∞ + ½ is none of them."""
    node = read_tree(tree(parse("sqrt(x^2) + x/2")), ("x",))
    assert value_and_slope(node, Fraction(0)) == (0, None)
    zero = spans.point(arb(0)).open_power(spans.number(Fraction(-1, 2)))
    assert zero.low < 0 < zero.high
    found = Ranges().open_power(Bounds(np.zeros(1), np.zeros(1)), Ranges().constant(Fraction(-1, 2)))
    assert (found.lower[0], found.upper[0]) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("text", "at", "known"),
    [
        ("x^(3/2)", 0, (0, 0)),
        ("x^(1/2)", 0, (0, None)),
        ("1^(1/3) + abs(x)", 0, (1, IRRATIONAL)),  # one from either side
        ("x abs(x)", 0, (0, 0)),
        ("relu(x^2)", 0, (0, 0)),
        ("(x+1)^(5/2)", 0, (1, Fraction(5, 2))),
        ("x^(x-2)", 1, (1, -1)),  # x^(x−2) ((x − 2)/x + log x)
        ("0^x", 3, (0, None)),
    ],
)
def test_exact_values_and_slopes_at_edges_and_kinks(text, at, known):
    assert value_and_slope(read_tree(tree(parse(text)), ("x",)), Fraction(at)) == known


def test_a_mean_of_squares_is_not_below_0_to_the_last_bit():
    """Else a bound of 0 is never shown in doubles: each leaf was halved six times over and then asked of balls, minutes for seconds of search."""
    node = read_tree(tree(parse("1/3*((tanh(x y) - 0.3)^2 + 0.7*(tanh(x - y)^2 + x^4))")), ("x", "y"))
    rng = np.random.default_rng(0)
    centre, width = rng.normal(size=(500, 2)), 10.0 ** rng.uniform(-12, 1, size=(500, 1))
    bounds = Bulk(node, 2, Budget())
    least = bounds.plain(centre - width, centre + width)
    assert least.min() == 0
    assert (bounds.natural(centre - width, centre + width) >= least).all()
