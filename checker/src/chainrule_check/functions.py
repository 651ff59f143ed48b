"""The named functions, as data: value, first and second derivative, each with its exact range on an interval.

A range is exact but for rounding because every one of the three is monotone between its *turns*: its values at the ends, and at
those turns that may lie in between, are its least and greatest. σ is the sigmoid, `1/(1 + e^−z)`, and s stands for σ(z):

    sigmoid          σ' = s(1−s), turns at 0;       σ'' = s(1−s)(1−2s), turns where s = (3 ± √3)/6
    sigmoid_squared  h = s², h' = 2s²(1−s), turns where s = 2/3;  h'' = 2s²(1−s)(2−3s), turns where s = (15 ± √33)/24
    softplus         ln(1 + e^z), with derivatives σ and σ'
    tanh             with t = tanh z: 1 − t², turns at 0;  −2t(1 − t²), turns where t = ±1/√3
    exp, log, relu, abs

Each is a function of one interval to one interval. `shape` is what planes below a graph need (`rules.bound`): *convex*, or *S* for a
function that is convex up to `inflection` and concave from there. `total` says that it is defined on the whole line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, fmpq

from chainrule_check.intervals import EVERYTHING, Interval, finite

Range = Callable[[Interval], Interval]
Turns = Callable[[], tuple[arb, ...]]


@dataclass(frozen=True)
class Function:
    """One function of a number. `orders` are the ranges of its value, its first and its second derivative."""

    name: str
    orders: tuple[Range, Range, Range]
    total: bool = True
    shape: str | None = None
    inflection: Callable[[], arb] | None = None
    tails: tuple[Tail, Tail] | None = None
    at: Callable[[arb], tuple[arb, arb]] | None = None  # φ and φ' at one number
    plain: Callable[[float], tuple[float, float, float]] | None = None  # φ, φ' and φ'' in doubles, for guesses only


@dataclass(frozen=True)
class Tail:
    """How φ behaves far out, towards −∞ or +∞, with t = |z|: φ tends to `limit` (None: to +∞) and

    ``|φ'(z)| = e^(−rate·t) · g(z)`` with g between `low(s)` and `high` for all z at least as far out, where s = σ(−t) at the nearest z.
    φ increases everywhere.
    """

    limit: fmpq | None
    rate: int
    low: Callable[[arb], arb]
    high: int


def sigmoid_ball(z: arb) -> arb:
    """σ(z), in the form whose exponential is small."""
    if z > 0:
        return 1 / (1 + (-z).exp())
    e = z.exp()
    return e / (1 + e)


def _both(z: arb, of: Callable[[arb], tuple[arb, arb]]) -> tuple[arb, arb]:
    return of(sigmoid_ball(z))


def _sigmoid_in_doubles(z: float) -> tuple[float, float, float]:
    s = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
    return s, s * (1 - s), s * (1 - s) * (1 - 2 * s)


def _square_in_doubles(z: float) -> tuple[float, float, float]:
    s = _sigmoid_in_doubles(z)[0]
    return s * s, 2 * s * s * (1 - s), 2 * s * s * (1 - s) * (2 - 3 * s)


def _softplus_ball(z: arb) -> arb:
    return z + (-z).exp().log1p() if z > 0 else z.exp().log1p()


def _root(value: int) -> arb:
    return arb(value).sqrt()


def _logit(s: arb) -> arb:
    return (s / (1 - s)).log()


def _never() -> tuple[arb, ...]:
    return ()


def _at_zero() -> tuple[arb, ...]:
    return (arb(0),)


def _ranged(value: Callable[[arb], arb], ends: tuple[arb | None, arb | None], turns: Turns = _never) -> Range:
    """The range of a function that is monotone between `turns`; `ends` are its limits at −∞ and +∞, None where infinite."""

    def find(z: Interval) -> Interval:
        if z.low is not None and z.low is z.high:  # one number
            at = value(z.low)
            return finite(at, at, z.sure)
        left = ends[0] if z.low is None else value(z.low)
        right = ends[1] if z.high is None else value(z.high)
        found = finite(_pick(left, right, least=True), _pick(left, right, least=False), z.sure)
        for turn in turns():
            if z.may_hold(turn):
                top = value(turn)
                found = found.hull(finite(top, top, z.sure))
        return found

    def _pick(left: arb | None, right: arb | None, least: bool) -> arb | None:
        # An infinite limit is only ever +∞ on the right or −∞ on the left: these functions increase there.
        if left is None or right is None:
            return (left if least else right) if (left is None) != (right is None) else None
        return left.min(right) if least else left.max(right)

    return find


def _of_sigmoid(value: Callable[[arb], arb], turns: Turns, at_one: int = 0) -> Range:
    """The range of a function of s = σ(z), given its turns in s."""
    return _ranged(lambda z: value(sigmoid_ball(z)), (arb(0), arb(at_one)), lambda: tuple(_logit(s) for s in turns()))


_sigmoid = _of_sigmoid(lambda s: s, _never, 1)
_bell = _of_sigmoid(lambda s: s * (1 - s), lambda: (arb(1) / 2,))
SIGMOID = Function(
    "sigmoid",
    (
        _sigmoid,
        _bell,
        _of_sigmoid(lambda s: s * (1 - s) * (1 - 2 * s), lambda: ((3 - _root(3)) / 6, (3 + _root(3)) / 6)),
    ),
    shape="S",
    inflection=lambda: arb(0),
    tails=(Tail(fmpq(0), 1, lambda s: (1 - s) ** 2, 1), Tail(fmpq(1), 1, lambda s: (1 - s) ** 2, 1)),
    at=lambda z: _both(z, lambda s: (s, s * (1 - s))),
    plain=_sigmoid_in_doubles,
)
SIGMOID_SQUARED = Function(
    "sigmoid_squared",
    (
        _of_sigmoid(lambda s: s * s, _never, 1),
        _of_sigmoid(lambda s: 2 * s * s * (1 - s), lambda: (arb(2) / 3,)),
        _of_sigmoid(
            lambda s: 2 * s * s * (1 - s) * (2 - 3 * s), lambda: ((15 - _root(33)) / 24, (15 + _root(33)) / 24)
        ),
    ),
    shape="S",
    inflection=lambda: arb.const_log2(),
    # h' = 2 e^(2z) (1−s)³ to the left, and 2 e^(−z) s³ to the right
    tails=(Tail(fmpq(0), 2, lambda s: 2 * (1 - s) ** 3, 2), Tail(fmpq(1), 1, lambda s: 2 * (1 - s) ** 3, 2)),
    at=lambda z: _both(z, lambda s: (s * s, 2 * s * s * (1 - s))),
    plain=_square_in_doubles,
)
SOFTPLUS = Function(
    "softplus",
    (_ranged(_softplus_ball, (arb(0), None)), _sigmoid, _bell),
    shape="convex",
    tails=(Tail(fmpq(0), 1, lambda s: 1 - s, 1), Tail(None, 0, lambda s: 1 - s, 1)),
)
TANH = Function(
    "tanh",
    (
        _ranged(lambda z: z.tanh(), (arb(-1), arb(1))),
        _ranged(lambda z: 1 / z.cosh() ** 2, (arb(0), arb(0)), _at_zero),
        _ranged(
            lambda z: -2 * z.tanh() / z.cosh() ** 2,
            (arb(0), arb(0)),
            lambda: (-(1 / _root(3)).atanh(), (1 / _root(3)).atanh()),
        ),
    ),
    shape="S",
    inflection=lambda: arb(0),
)
_exp = _ranged(lambda z: z.exp(), (arb(0), None))
EXP = Function("exp", (_exp, _exp, _exp), shape="convex")


def _log(z: Interval) -> Interval:
    """ln is defined above 0 only."""
    if z.high is not None and not z.high > 0:
        return EVERYTHING
    high = None if z.high is None else z.high.log()
    if z.is_strictly_positive():
        assert z.low is not None
        return finite(z.low.log(), high, z.sure)
    return finite(None, high, False)


def _above_zero(power: int, sign: int) -> Range:
    """The range of ``sign · z^power`` over the z above 0, where ln and its derivatives are defined."""

    def find(z: Interval) -> Interval:
        if not z.is_strictly_positive():
            return EVERYTHING
        return z.power(power) if sign > 0 else z.power(power).minus()

    return find


LOG = Function("log", (_log, _above_zero(-1, 1), _above_zero(-2, -1)), total=False)


def _relu(z: Interval) -> Interval:
    low = arb(0) if z.low is None else z.low.max(arb(0))
    return finite(low, None if z.high is None else z.high.max(arb(0)), z.sure)


def _step(left: int) -> Range:
    """The slope of a function with one kink, at 0: `left` below it, 1 above it, and all between (Clarke's) where 0 may lie.

    A function whose slopes in this sense all have one sign is strictly monotone; so it may stand for a derivative in a sign.
    """

    def find(z: Interval) -> Interval:
        low = arb(1) if z.is_strictly_positive() else arb(left)
        high = arb(left) if z.is_strictly_negative() else arb(1)
        return Interval(low, high, z.sure)

    return find


def _flat_but_at_zero(z: Interval) -> Interval:
    """The second derivative of a function with a kink at 0: 0, and none where 0 may lie."""
    if z.is_strictly_positive() or z.is_strictly_negative():
        return Interval(arb(0), arb(0), z.sure)
    return EVERYTHING


def _abs(z: Interval) -> Interval:
    return z if z.is_positive() else z.minus() if z.is_negative() else _relu(z).hull(_relu(z.minus()))


RELU = Function("relu", (_relu, _step(0), _flat_but_at_zero), shape="convex")
ABS = Function("abs", (_abs, _step(-1), _flat_but_at_zero), shape="convex")


def power(exponent: int) -> Function:
    """z^n for a whole number n."""
    n = exponent

    def order(k: int) -> Range:
        factor = fmpq(1)
        for i in range(k):
            factor *= n - i
        # where the factor is 0 the power does not matter, and z is defined wherever z^n is
        return lambda z: (z if factor == 0 else z.power(n - k)).scaled(factor)

    return Function(f"power {n}", (order(0), order(1), order(2)), n >= 0, "convex" if n > 0 and n % 2 == 0 else None)


def real_power(exponent: fmpq) -> Function:
    """z^p for a p that is no whole number: defined for z > 0, and at 0 where p > 0."""

    def order(k: int) -> Range:
        factor, p = fmpq(1), exponent - k
        for i in range(k):
            factor *= exponent - i

        def at(end: arb) -> arb:
            return (end.log() * arb(p)).exp()

        def find(z: Interval) -> Interval:
            if z.is_strictly_positive():
                assert z.low is not None
                ends = (at(z.low), None if z.high is None else at(z.high))
                low, high = ends if p > 0 else (arb(0) if ends[1] is None else ends[1], ends[0])
                return finite(low, high, z.sure).scaled(factor)
            if p < 0 or (z.high is not None and not z.high > 0):
                return EVERYTHING
            # Some of z is 0 or below: its powers from 0 up are all there is.
            top = None if z.high is None else at(z.high)
            return finite(arb(0), top, z.sure and z.is_positive()).scaled(factor)

        return find

    return Function(f"power {exponent}", (order(0), order(1), order(2)), total=False)


NAMED = {f.name: f for f in (SIGMOID, SOFTPLUS, TANH, EXP, LOG, RELU, ABS)}
