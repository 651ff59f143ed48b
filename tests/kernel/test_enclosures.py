"""Whatever is enclosed holds the true values: ranges of functions, formulas on boxes and cones, planes, against numbers found otherwise."""

from __future__ import annotations

import random
from fractions import Fraction

import flint
import pytest
from flint import arb, fmpq

from chainrule_check.enclose import basis, enclose
from chainrule_check.formula import Table, read_formula
from chainrule_check.functions import NAMED, SIGMOID_SQUARED, power, real_power
from chainrule_check.intervals import Interval
from chainrule_check.lemmas.pool import Pools, pooled
from chainrule_check.regions import Box, Cone, cones
from chainrule_check.rules.bound import centred, natural, plane
from chainrule_check.rules.limit import tail_sign

BITS = 300


def truth(name: str, z: arb) -> list[arb]:
    """φ, φ', φ'' at z as the coefficients of a power series: the rules of differentiation of the kernel have no part in it."""
    x = flint.arb_series([z, 1], prec=3)
    sigmoid = 1 / (1 + (-x).exp())
    series = {
        "sigmoid": lambda: sigmoid,
        "sigmoid_squared": lambda: sigmoid * sigmoid,
        "softplus": lambda: (1 + x.exp()).log(),
        "tanh": lambda: 2 / (1 + (-2 * x).exp()) - 1,
        "exp": lambda: x.exp(),
        "log": lambda: x.log(),
        "relu": lambda: x if z > 0 else 0 * x,
        "abs": lambda: x if z > 0 else -x,
        "power 3": lambda: x * x * x,
        "power -2": lambda: 1 / (x * x),
        "power 1/2": lambda: x.sqrt(),
    }[name]()
    return [series[0], series[1], 2 * series[2]]


@pytest.mark.parametrize(
    "function",
    [*NAMED.values(), SIGMOID_SQUARED, power(3), power(-2), real_power(fmpq(1, 2))],
    ids=lambda function: function.name,
)
def test_a_range_holds_value_and_derivatives_at_every_point(function):
    draw = random.Random(function.name)
    for _ in range(150):
        ends = sorted(draw.choice((draw.gauss(0, 2), draw.gauss(0, 30), float(draw.randint(-3, 3)))) for _ in range(2))
        exact = [fmpq(*end.as_integer_ratio()) for end in ends]
        open_ends = draw.choice(((exact[0], exact[1]),) * 4 + ((None, exact[1]), (exact[0], None)))
        found = [order(Interval.between(*open_ends)) for order in function.orders]
        for share in (Fraction(0), Fraction(1), Fraction(draw.random())):
            z = exact[0] + (exact[1] - exact[0]) * fmpq(share.numerator, share.denominator)
            if z == 0 and function.name == "power -2":
                continue  # it has no value there
            with flint.ctx.workprec(BITS):
                values = truth(function.name, arb(z))
            for value, interval in zip(values, found, strict=True):
                if value.is_finite():
                    assert interval.low is None or not value < interval.low, (function.name, open_ends, z)
                    assert interval.high is None or not value > interval.high, (function.name, open_ends, z)


def test_a_range_of_an_undefined_function_is_not_sure():
    for function, ends in (
        (NAMED["log"], (-1, 1)),
        (power(-1), (0, 1)),
        (real_power(fmpq(1, 2)), (-1, 1)),
        (power(-2), (-1, 1)),
    ):
        assert not function.orders[0](Interval.between(fmpq(ends[0]), fmpq(ends[1]))).sure, function.name


def some_loss(draw: random.Random, size: int):
    """A loss over a few rows: a neuron's, or one with a hidden unit."""
    names = tuple(f"w{j}" for j in range(size))
    rows = draw.randint(1, 4)
    columns = {f"x{j}": tuple(fmpq(draw.randint(-6, 6), 2) for _ in range(rows)) for j in range(size)}
    columns["label"] = tuple(draw.choice((fmpq(0), fmpq(1), fmpq(1, 3))) for _ in range(rows))
    form = ["add", *(["multiply", ["weight", w], ["column", f"x{j}"]] for j, w in enumerate(names)), ["number", "0.5"]]
    inner = draw.choice(
        (
            ["sigmoid", form],
            ["sigmoid", ["multiply", ["weight", names[0]], ["tanh", form]]],
            ["multiply", ["weight", names[-1]], ["softplus", form]],
            ["divide", ["exp", form], ["add", ["number", "2"], ["power", ["weight", names[0]], ["number", "2"]]]],
        )
    )
    tree = ["mean", ["power", ["add", inner, ["negate", ["column", "label"]]], ["number", "2"]]]
    penalty = ["multiply", ["number", "0.1"], ["power", ["weight", names[0]], ["number", "2"]]]
    return read_formula(["add", tree, penalty], Table(names, columns, (fmpq(1),) * rows), "loss"), (
        tree,
        columns,
        names,
    )


def true_value(tree, columns, names, point, row=None):
    """The formula, worked out again on numbers of 300 bits."""
    name, parts = tree[0], tree[1:]
    if name == "number":
        return arb(fmpq(*Fraction(parts[0]).as_integer_ratio()))
    if name == "weight":
        return arb(point[names.index(parts[0])])
    if name == "column":
        return arb(columns[parts[0]][row])
    if name == "mean":
        rows = len(next(iter(columns.values())))
        return sum((true_value(parts[0], columns, names, point, i) for i in range(rows)), arb(0)) / rows
    values = [true_value(part, columns, names, point, row) for part in parts]
    return {
        "add": lambda: sum(values, arb(0)),
        "multiply": lambda: values[0] * values[1],
        "negate": lambda: -values[0],
        "divide": lambda: values[0] / values[1],
        "power": lambda: values[0] * values[0],
        "sigmoid": lambda: 1 / (1 + (-values[0]).exp()),
        "tanh": lambda: values[0].tanh(),
        "softplus": lambda: (1 + values[0].exp()).log(),
        "exp": lambda: values[0].exp(),
    }[name]()


@pytest.mark.parametrize("seed", range(60))
def test_no_bound_exceeds_the_loss(seed):
    draw = random.Random(seed)
    size = draw.randint(1, 3)
    f, (tree, columns, names) = some_loss(draw, size)
    middle, half = (
        [fmpq(draw.randint(-8, 8), 3) for _ in range(size)],
        [fmpq(draw.randint(1, 12), 7) for _ in range(size)],
    )
    box = Box(tuple((m - h, m + h) for m, h in zip(middle, half, strict=True)))
    near = tuple(m + h * fmpq(draw.randint(-3, 3), 3) for m, h in zip(middle, half, strict=True))
    with flint.ctx.workprec(80):
        bounds = [
            natural(f, box),
            plane(f, box, near),
            centred(f, box, 1),
            centred(f, box, 2),
            pooled(Pools.of(f), box),
        ]
        wide = enclose(f, box, basis(size), basis(size))
    penalty = fmpq(1, 10)
    for _ in range(25):
        point = tuple(m + h * fmpq(draw.randint(-50, 50), 50) for m, h in zip(middle, half, strict=True))
        with flint.ctx.workprec(BITS):
            value = true_value(tree, columns, names, point) + arb(penalty * point[0] ** 2)
            at = enclose(f, Box(tuple((x, x) for x in point)), basis(size), basis(size))
        assert not any(bound > value for bound in bounds if bound is not None)
        for inner, outer in zip(
            [*at.left, *(x for row in at.mixed for x in row)],
            [*wide.left, *(x for row in wide.mixed for x in row)],
            strict=True,
        ):
            assert outer.low is None or not inner.high < outer.low
            assert outer.high is None or not inner.low > outer.high


def test_derivatives_are_those_of_difference_quotients():
    draw = random.Random(5)
    for _ in range(20):
        f, (tree, columns, names) = some_loss(draw, 2)
        point, step = (fmpq(draw.randint(-5, 5), 4), fmpq(draw.randint(-5, 5), 4)), fmpq(1, 10**20)
        with flint.ctx.workprec(BITS):
            jet = enclose(f, Box(tuple((x, x) for x in point)), basis(2), basis(2))

            def value(a, b, tree=tree, columns=columns, names=names, point=point):
                return true_value(tree, columns, names, (point[0] + a, point[1] + b)) + arb(
                    fmpq(1, 10) * (point[0] + a) ** 2
                )

            first = (value(step, 0) - value(-step, 0)) / arb(2 * step)
            mixed = (value(step, step) - value(step, -step) - value(-step, step) + value(-step, -step)) / arb(
                4 * step * step
            )
            assert abs(first - jet.left[0].low) < 1e-25
            assert abs(mixed - jet.mixed[0][1].low) < 1e-25


def test_core_and_cones_cover_every_point():
    draw = random.Random(3)
    core = Box(((fmpq(-1), fmpq(2)), (fmpq(0), fmpq(1, 2)), (fmpq(-3), fmpq(5))))
    around = cones(core)
    for _ in range(500):
        point = tuple(fmpq(draw.randint(-40, 40), 7) for _ in range(3))
        assert core.holds(point) or any(_in_cone(cone, point) for cone in around)


def _in_cone(cone: Cone, point) -> bool:
    """Whether the point is c + t·u for t >= 1 and u in the cell."""
    u = [x - c for x, c in zip(point, cone.centre, strict=True)]
    end = cone.cell.sides[cone.face][0]
    t = u[cone.face] / end
    return t >= 1 and all(low <= x / t <= high for x, (low, high) in zip(u, cone.cell.sides, strict=True))


@pytest.mark.parametrize("seed", range(30))
def test_a_form_on_a_cone_lies_between_its_ends(seed):
    draw = random.Random(seed)
    core = Box(tuple((fmpq(-draw.randint(1, 5)), fmpq(draw.randint(1, 5))) for _ in range(2)))
    slope, offset = (fmpq(draw.randint(-4, 4)), fmpq(draw.randint(-4, 4))), fmpq(draw.randint(-4, 4))
    for cone in cones(core):
        low, high = cone.range(slope, offset)
        for _ in range(30):
            t = 1 + fmpq(draw.randint(0, 90), 7)
            u = [a + (b - a) * fmpq(draw.randint(0, 10), 10) for a, b in cone.cell.sides]
            z = offset + sum(a * (c + t * x) for a, c, x in zip(slope, cone.centre, u, strict=True))
            assert low is None or low <= z
            assert high is None or z <= high


@pytest.mark.parametrize("seed", range(40))
def test_the_sign_on_a_tail_is_that_of_every_slope(seed):
    draw = random.Random(seed)
    names = ("w0",)
    rows = draw.randint(1, 5)
    columns = {
        "x0": tuple(fmpq(draw.randint(-6, 6), 2) for _ in range(rows)),
        "label": tuple(fmpq(draw.randint(0, 1)) for _ in range(rows)),
    }
    form = ["add", ["multiply", ["weight", "w0"], ["column", "x0"]], ["number", str(draw.randint(-3, 3))]]
    tree = ["mean", ["power", ["add", ["sigmoid", form], ["negate", ["column", "label"]]], ["number", "2"]]]
    f = read_formula(tree, Table(names, columns, (fmpq(1),) * rows), "loss")
    for upwards in (True, False):
        end = fmpq(draw.randint(1, 12) * (1 if upwards else -1))
        with flint.ctx.workprec(100):
            sign = tail_sign(f, end, upwards)
        for step in (0, 1, 2, 5, 10, 30, 100):
            with flint.ctx.workprec(600):
                slope = enclose(f, Box(((end + (step if upwards else -step),) * 2,)), basis(1)).left[0].low
            assert sign == 0 or (slope > 0 if sign > 0 else slope < 0)
