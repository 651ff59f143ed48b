"""Value and slope at a rational point in exact arithmetic, as far as they are rational.

Rational functions stay rational, and ``e^0 = 1``, ``σ(0) = ½``, ``tanh 0 = 0``, ``log 1 = 0``. What is irrational, or not known to
be rational, is IRRATIONAL: a finite number, so that 0 times it is 0. What may not be finite gives None for the whole.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule_check.expression.tree import Node

IRRATIONAL = "irrational"
Number = Fraction | str
LONGEST = 4096  # bits; longer ones count as irrational
_AT_ZERO: dict[str, tuple[Number, Number]] = {
    "exp": (Fraction(1), Fraction(1)),
    "sigmoid": (Fraction(1, 2), Fraction(1, 4)),
    "tanh": (Fraction(0), Fraction(1)),
    "softplus": (IRRATIONAL, Fraction(1, 2)),
}
_EVERYWHERE = tuple(_AT_ZERO)


def value_and_slope(node: Node, v: Fraction) -> tuple[Number, Number] | None:
    """``f(v), f'(v)`` of a function of one variable, or None."""
    try:
        return _find(node, v)
    except ArithmeticError:
        return None


def _find(node: Node, v: Fraction) -> tuple[Number, Number]:
    name = node.operation
    if name == "number":
        return node.value, Fraction(0)
    if name == "symbol":
        return v, Fraction(1)
    parts = [_find(part, v) for part in node.parts]
    a, slope = parts[0]
    if name in ("add", "mean"):
        for b, other in parts[1:]:
            a, slope = _plus(a, b), _plus(slope, other)
        share = Fraction(1, len(parts)) if name == "mean" else Fraction(1)
        return _times(a, share), _times(slope, share)
    if name == "multiply":
        for b, other in parts[1:]:
            a, slope = _times(a, b), _plus(_times(slope, b), _times(a, other))
        return a, slope
    if name == "negate":
        return _times(a, Fraction(-1)), _times(slope, Fraction(-1))
    if name == "divide":
        inverse, fall = _inverse(*parts[1])
        return _times(a, inverse), _plus(_times(slope, inverse), _times(a, fall))
    if name == "power":
        return _power(node, a, slope)
    return _function(name, a, slope)


def _function(name: str, a: Number, slope: Number) -> tuple[Number, Number]:
    if name in _EVERYWHERE:
        value, rate = _AT_ZERO[name] if a == 0 else (IRRATIONAL, IRRATIONAL)
        return value, _times(rate, slope)
    if not isinstance(a, Fraction):
        raise ArithmeticError(f"{name} of an irrational number, which may be where it is not defined")  # noqa: TRY004
    if name == "log" and a > 0:
        return Fraction(0) if a == 1 else IRRATIONAL, _times(1 / a, slope)
    if name in ("relu", "abs") and a != 0:
        rate = Fraction(1) if a > 0 else Fraction(-1 if name == "abs" else 0)
        return a * rate, _times(rate, slope)
    if name in ("relu", "abs"):  # at the kink there is a slope from either side, and 0 times it is 0
        return Fraction(0), _times(IRRATIONAL, slope)
    raise ArithmeticError(f"{name} has no slope there")


def _power(node: Node, a: Number, slope: Number) -> tuple[Number, Number]:
    n = node.parts[1].whole
    if n is None:
        if isinstance(a, Fraction) and a > 0 and node.parts[1].operation == "number":
            return IRRATIONAL, _times(IRRATIONAL, slope)
        raise ArithmeticError("a power that may not be finite")
    if n == 0:
        return Fraction(1), Fraction(0)
    size = abs(n)
    less: Number = IRRATIONAL
    if isinstance(a, Fraction) and max(a.numerator.bit_length(), a.denominator.bit_length()) * size <= LONGEST:
        less = a ** (size - 1)
    value, rate = _times(less, a), _times(_times(Fraction(size), less), slope)
    return (value, rate) if n > 0 else _inverse(value, rate)


def _inverse(b: Number, slope: Number) -> tuple[Number, Number]:
    if isinstance(b, str) or b == 0:
        raise ArithmeticError("a division by what may be 0")
    return 1 / b, _times(-1 / (b * b), slope)


def _short(value: Fraction) -> Number:
    return value if max(value.numerator.bit_length(), value.denominator.bit_length()) <= LONGEST else IRRATIONAL


def _plus(a: Number, b: Number) -> Number:
    return IRRATIONAL if isinstance(a, str) or isinstance(b, str) else _short(a + b)


def _times(a: Number, b: Number) -> Number:
    if a == 0 or b == 0:
        return Fraction(0)
    return IRRATIONAL if isinstance(a, str) or isinstance(b, str) else _short(a * b)
