"""Value and slope at a rational point in exact arithmetic, as far as they are rational.

Rational functions stay rational, and ``e^0 = 1``, ``σ(0) = ½``, ``tanh 0 = 0``, ``log 1 = 0``, ``1^r = 1``, ``0^r = 0`` for r > 0. What is irrational,
or not known to be rational, is IRRATIONAL: a finite number, so that 0 times it is 0. A slope that may be unbounded (at 0 under a
root) is None; where the value may not be finite the whole is None.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule_fast.expression.tree import Node

IRRATIONAL = "irrational"
Number = Fraction | str
Slope = Number | None
LONGEST = 4096  # bits; longer ones count as irrational
_AT_ZERO: dict[str, tuple[Number, Number]] = {
    "exp": (Fraction(1), Fraction(1)),
    "sigmoid": (Fraction(1, 2), Fraction(1, 4)),
    "tanh": (Fraction(0), Fraction(1)),
    "softplus": (IRRATIONAL, Fraction(1, 2)),
}
_EVERYWHERE = tuple(_AT_ZERO)


def value_and_slope(node: Node, v: Fraction) -> tuple[Number, Slope] | None:
    """``f(v), f'(v)`` of a function of one variable, or None."""
    try:
        return _find(node, v)
    except ArithmeticError:
        return None


def _find(node: Node, v: Fraction) -> tuple[Number, Slope]:
    name = node.operation
    if name == "number":
        return node.value, Fraction(0)
    if name == "symbol":
        return v, Fraction(1)
    parts = [_find(part, v) for part in node.parts]
    a, slope = parts[0]
    if name in ("add", "mean"):
        for b, other in parts[1:]:
            a, slope = _sum(a, b), _plus(slope, other)
        share = Fraction(1, len(parts)) if name == "mean" else Fraction(1)
        return _product(a, share), _times(slope, share)
    if name == "multiply":
        for b, other in parts[1:]:
            a, slope = _product(a, b), _plus(_times(slope, b), _times(a, other))
        return a, slope
    if name == "negate":
        return _product(a, Fraction(-1)), _times(slope, Fraction(-1))
    if name == "divide":
        inverse, fall = _inverse(*parts[1])
        return _product(a, inverse), _plus(_times(slope, inverse), _times(a, fall))
    if name == "power":
        return _power(node.parts[1].whole, parts[0], parts[1])
    return _function(name, a, slope)


def _function(name: str, a: Number, slope: Slope) -> tuple[Number, Slope]:
    if name in _EVERYWHERE:
        value, rate = _AT_ZERO[name] if a == 0 else (IRRATIONAL, IRRATIONAL)
        return value, _times(rate, slope)
    if not isinstance(a, Fraction):
        raise ArithmeticError(f"{name} of an irrational number, which may be where it is not defined")  # noqa: TRY004
    if name == "log" and a > 0:
        return Fraction(0) if a == 1 else IRRATIONAL, _times(1 / a, slope)
    if name == "log":
        raise ArithmeticError("a logarithm of what is not positive")
    if a == 0:  # at the kink there is a slope from either side, and 0 times it is 0
        return a, _times(IRRATIONAL, slope)
    rate = Fraction(1) if a > 0 else Fraction(-1 if name == "abs" else 0)
    return a * rate, _times(rate, slope)


def _power(n: int | None, base: tuple[Number, Slope], exponent: tuple[Number, Slope]) -> tuple[Number, Slope]:
    a, slope = base
    if n is None:
        return _real_power(base, exponent)
    if n == 0:
        return Fraction(1), Fraction(0)
    size = abs(n)
    less: Number = IRRATIONAL
    if isinstance(a, Fraction) and max(a.numerator.bit_length(), a.denominator.bit_length()) * size <= LONGEST:
        less = a ** (size - 1)
    value, rate = _product(less, a), _times(_product(Fraction(size), less), slope)
    return (value, rate) if n > 0 else _inverse(value, rate)


def _real_power(base: tuple[Number, Slope], exponent: tuple[Number, Slope]) -> tuple[Number, Slope]:
    """``a^b`` with the slope ``a^b (b' log a + b a'/a)``, for a > 0; ``0^b = 0`` for b > 0, flat for a constant b > 1."""
    (a, slope), (b, bend) = base, exponent
    if not isinstance(a, Fraction) or a < 0 or (a == 0 and not (isinstance(b, Fraction) and b > 0)):
        raise ArithmeticError("a power that may not be finite")
    if a == 0:
        flat = isinstance(b, Fraction) and b > 1 and bend == 0
        return a, _times(Fraction(0), slope) if flat else None
    value: Number = Fraction(1) if a == 1 or b == 0 else IRRATIONAL
    growth = _plus(_times(bend, Fraction(0) if a == 1 else IRRATIONAL), _times(_times(b, 1 / a), slope))
    return value, _times(value, growth)


def _inverse(b: Number, slope: Slope) -> tuple[Number, Slope]:
    if isinstance(b, str) or b == 0:
        raise ArithmeticError("a division by what may be 0")
    return 1 / b, _times(-1 / (b * b), slope)


def _short(value: Fraction) -> Number:
    return value if max(value.numerator.bit_length(), value.denominator.bit_length()) <= LONGEST else IRRATIONAL


def _sum(a: Number, b: Number) -> Number:
    return IRRATIONAL if isinstance(a, str) or isinstance(b, str) else _short(a + b)


def _product(a: Number, b: Number) -> Number:
    if a == 0 or b == 0:
        return Fraction(0)
    return IRRATIONAL if isinstance(a, str) or isinstance(b, str) else _short(a * b)


def _plus(a: Slope, b: Slope) -> Slope:
    return None if a is None or b is None else _sum(a, b)


def _times(a: Slope, b: Slope) -> Slope:
    return None if a is None or b is None else _product(a, b)
