"""Many boxes at once in doubles: every bound holds what Arb finds at points of the box, and where nothing is known nothing is said."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
from tests.check.test_expressions import TREES

from chainrule_fast.balls import precision, range_of, rational
from chainrule_fast.budget import Budget
from chainrule_fast.expression import blocks, spans
from chainrule_fast.expression.blocks import Block
from chainrule_fast.expression.bulk import Bulk
from chainrule_fast.expression.expansion import expand
from chainrule_fast.expression.sharp import SharpExpression
from chainrule_fast.expression.spans import Undefined
from chainrule_fast.expression.tree import read_tree

X, Y = ["symbol", "x"], ["symbol", "y"]
MORE = [
    ["power", X, ["number", "7"]],
    ["power", ["exp", Y], ["number", "-3"]],
    ["power", ["add", ["number", "5"], X], ["symbol", "y"]],
    ["power", ["add", ["number", "4"], X], ["power", ["number", "2"], ["number", "1/2"]]],
    ["mean", ["power", X, ["number", "2"]], ["multiply", ["number", "1/3"], X, Y], ["exp", ["multiply", X, Y]]],
]


def boxes(count=400, seed=5):
    rng = np.random.default_rng(seed)
    lower = rng.uniform(-3, 3, (count, 2))
    width = rng.choice([0.0, 1e-9, 1e-3, 0.3, 2.0], (count, 1)) * rng.uniform(0, 1, (count, 2))
    return lower, lower + width, rng


def exactly(node, at):
    with precision(120):
        return expand(node, [spans.point(flint.arb(rational(Fraction(float(x))))) for x in at], spans)


@pytest.mark.parametrize("tree", TREES + MORE, ids=lambda t: t[0])
def test_blocks_hold_value_slopes_and_curvatures_of_every_point(tree):
    node = read_tree(tree, ("x", "y"))
    lower, upper, rng = boxes()
    with np.errstate(all="ignore"):
        over = expand(node, [Block(lower[:, j], upper[:, j]) for j in (0, 1)], blocks)
    told = 0
    for i in range(0, len(lower), 5):
        for share in (0.0, 1.0, rng.uniform(0, 1, 2)):
            at = np.clip(lower[i] + share * (upper[i] - lower[i]), lower[i], upper[i])
            try:
                inner = exactly(node, at)
            except Undefined:
                continue
            pairs = [(over.value, inner.value), *((over.slopes[j], part) for j, part in inner.slopes.items())]
            if inner.bends is not None:
                pairs += [(over.bends[key], part) for key, part in inner.bends.items()]
            for block, part in pairs:
                low, high = (np.broadcast_to(end, len(lower))[i] for end in (block.low, block.high))
                if np.isnan(low) or np.isnan(high):
                    continue
                with precision(120):
                    found = range_of(part.low, part.high)
                assert low <= float(found.upper)
                assert float(found.lower) <= high
                told += 1
    assert told > 300, "bounds that are never given test nothing"


@pytest.mark.parametrize("tree", [TREES[1], TREES[4], MORE[4]], ids=lambda t: t[0])
def test_bounds_of_value_slope_and_combinations_agree_with_balls(tree):
    node = read_tree(tree, ("x", "y"))
    lower, upper, rng = boxes(60)
    bulk, sharp = Bulk(node, 2, Budget()), SharpExpression(node, 80, Budget())
    y = rng.normal(size=(60, 2))
    side, sign = rng.integers(0, 2, 60), rng.choice([-1.0, 1.0], 60)
    natural, slope, rise = bulk.natural(lower, upper), bulk.slope(lower, upper, side, sign), bulk.rise(lower, upper, y)
    least, most = bulk.bend(lower, upper, y)
    for i in range(60):
        box = [Fraction(x) for x in lower[i]], [Fraction(x) for x in upper[i]]
        direction = [Fraction(x) for x in y[i]]
        exact = sharp.slope(int(side[i]), *box)
        bounds = [
            (natural[i], sharp.natural(*box).lower),
            (slope[i], exact.lower if sign[i] > 0 else -exact.upper),
            (rise[i], sharp.rise(direction, *box).lower),
        ]
        bounds += [(low, x.lower) for low, x in zip(least[i], sharp.bend(direction, *box), strict=True)]
        bounds += [(-high, -x.upper) for high, x in zip(most[i], sharp.bend(direction, *box), strict=True)]
        for ours, theirs in bounds:
            size = 1 + abs(float(theirs))
            assert float(theirs) - 1e-9 * size <= ours <= float(theirs) + 1e-12 * size


@pytest.mark.parametrize(
    "tree",
    [
        ["add", X, ["log", Y]],
        ["add", X, ["divide", ["number", "1"], Y]],
        ["add", X, ["power", Y, ["number", "1/2"]]],
        ["add", X, ["power", ["log", Y], ["number", "0"]]],
        ["add", X, ["relu", ["log", Y]]],
        ["add", X, ["abs", ["log", Y]]],
        ["add", X, ["sigmoid", ["log", Y]]],
        ["add", X, ["multiply", ["number", "0"], ["log", Y]]],
    ],
    ids=str,
)
def test_where_something_is_not_defined_nothing_is_said_even_of_slopes_that_do_not_feel_it(tree):
    bulk = Bulk(read_tree(tree, ("x", "y")), 2, Budget())
    ends = np.array([[0.0, -1.0]]), np.array([[1.0, 2.0]])
    y = np.array([[1.0, 0.0]])
    assert np.isnan(bulk.natural(*ends)).all()
    assert np.isnan(bulk.rise(*ends, y)).all()
    assert np.isnan(bulk.bend(*ends, y)[0]).all()
    assert (
        SharpExpression(bulk.node, 80, Budget())
        .rise([Fraction(1), Fraction(0)], *([Fraction(x) for x in e[0]] for e in ends))
        .lower
        == -np.inf
    )


def test_extreme_numbers_give_no_bound_rather_than_a_wrong_one():
    x = Block(np.array([-800.0, 705.0, -1e200, 1e-310]), np.array([-790.0, 800.0, 1e200, 1e308]))
    with np.errstate(all="ignore"):
        value = blocks.derivatives("exp", x)[0]
        square = x.square()
        log = blocks.derivatives("log", Block(x.high, x.high))[0]
    assert value.low[0] == 0
    assert 0 < value.high[0] < 1e-300
    assert 1e300 < value.low[1] < 1.1e304
    assert value.high[1] == np.inf
    assert not square.high[2] < np.inf
    assert np.isnan(log.low[0])
    assert not log.low[3] > 709.2  # log 1e308 = 709.196…


def test_a_guess_of_a_logarithm_that_is_off_is_not_used(monkeypatch):
    true = np.log
    monkeypatch.setattr(blocks.np, "log", lambda x: true(x) * (1 + 1e-13))
    assert np.isnan(blocks.derivatives("log", blocks.point(np.array([2.0, 50.0])))[0].low).all()
