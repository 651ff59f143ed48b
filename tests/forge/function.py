"""A formula at points, shared with nobody: nested tuples, evaluated in doubles (many points) and in Arb (one point, with derivatives).

``("number", Fraction)``, ``("symbol", index)``, else an operation and its parts: add, multiply, mean, negate, divide, power, exp, log, sigmoid,
tanh, softplus, relu, abs. A value is undefined, not 0, where any part of it is: ``0·(1/x)`` has none at 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, arb_series

Tree = tuple[Any, ...]
BITS = 240
FARTHEST = 300_000  # bits


@contextmanager
def bits(count: int) -> Iterator[None]:
    before, flint.ctx.prec = flint.ctx.prec, count
    try:
        yield
    finally:
        flint.ctx.prec = before


def ball(x: Fraction | int) -> arb:
    x = Fraction(x)
    return arb(flint.fmpq(x.numerator, x.denominator))


def number(node: Tree) -> Fraction | None:
    """The rational that a part without symbols is, where rules of arithmetic alone say so."""
    name, parts = node[0], node[1:]
    if name == "number":
        return Fraction(parts[0])
    if name not in ("add", "multiply", "mean", "negate", "divide", "power"):
        return None
    values = [number(part) for part in parts]
    if any(value is None for value in values):
        return None
    a, b = values[0], values[-1]
    if name == "add":
        return sum(values, Fraction(0))
    if name == "mean":
        return sum(values, Fraction(0)) / len(values)
    if name == "multiply":
        return math.prod(values, start=Fraction(1))
    if name == "negate":
        return -a
    if name == "divide":
        return a / b if b else None
    return a**b if b.denominator == 1 and abs(b) <= 1000 and (a or b >= 0) else None


def whole(node: Tree) -> int | None:
    """The integer that an exponent is."""
    found = number(node)
    return int(found) if found is not None and found.denominator == 1 and abs(found) <= 1000 else None


# ---- many points, in doubles -----------------------------------------------------------------------------------


def doubles(node: Tree, points: np.ndarray) -> np.ndarray:
    """Values at points ``(S, k)``; nan where there is none, or where doubles cannot tell."""
    with np.errstate(all="ignore"):
        found = np.broadcast_to(np.asarray(_doubles(node, points), float), (len(points),)).copy()
    found[~np.isfinite(found)] = np.nan
    return found


def _doubles(node: Tree, x: np.ndarray) -> Any:
    name, parts = node[0], node[1:]
    if name == "number":
        return _float(parts[0])
    if name == "symbol":
        return x[:, parts[0]]
    if name == "power" and (n := whole(parts[1])) is not None:
        return np.power(np.asarray(_doubles(parts[0], x), float), float(n))
    a, *rest = (np.asarray(_doubles(part, x), float) for part in parts)
    if name in ("add", "mean"):
        total = sum(rest, a)
        return total / len(parts) if name == "mean" else total
    if name == "multiply":
        return math.prod(rest, start=a)
    if name == "negate":
        return -a
    if name == "divide":
        return a / rest[0]
    if name == "power":
        return np.where(a > 0, np.power(np.abs(a), rest[0]), np.where((a == 0) & (rest[0] > 0), 0.0, np.nan))
    if name == "sigmoid":
        return 1 / (1 + np.exp(-a))
    if name == "softplus":
        return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))
    if name == "relu":
        return np.maximum(a, 0)
    return {"exp": np.exp, "log": np.log, "tanh": np.tanh, "abs": np.abs}[name](a)


def _float(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


# ---- one point, in Arb ------------------------------------------------------------------------------------------


class Unclear(ArithmeticError):
    """Not defined at this point, or it cannot be seen to be."""


def along(
    node: Tree, at: Sequence[Fraction], way: Sequence[Fraction] = (), order: int = 0, count: int = BITS
) -> list[arb]:
    """``[f, f', f''/2]`` up to `order` at a point along a direction, as finite balls; raises Unclear where there are none."""
    with bits(count):
        rates = [ball(d) for d in way] or [arb(0)] * len(at)
        line = [arb_series([ball(x), d], prec=order + 1) for x, d in zip(at, rates, strict=True)]
        found = _series(node, line, order + 1)
        values = [found[i] for i in range(order + 1)]
    if not all(value.is_finite() for value in values):
        raise Unclear("not finite")
    return values


def value(node: Tree, at: Sequence[Fraction], count: int = BITS) -> arb | None:
    """The value at a point, known to 20 digits or more, or None."""
    try:
        found = along(node, at, count=count)[0]
    except (Unclear, ZeroDivisionError, ValueError, OverflowError):
        return None
    return found if found.rad() * 10**20 <= abs(found.mid()) + 1 else None


def _series(node: Tree, x: Sequence[arb_series], prec: int) -> arb_series:
    name, parts = node[0], node[1:]
    if name == "number":
        return arb_series([ball(parts[0])], prec=prec)
    if name == "symbol":
        return x[parts[0]]
    if name == "power":
        return _power(parts, x, prec)
    found = [_series(part, x, prec) for part in parts]
    a = found[0]
    if not all(part[0].is_finite() for part in found):
        raise Unclear("not finite")  # never 0 · nan
    if name in ("add", "mean"):
        total = sum(found[1:], a)
        return total / len(parts) if name == "mean" else total
    if name == "multiply":
        return math.prod(found[1:], start=a)
    if name == "negate":
        return -a
    if name == "divide":
        if not found[1][0] != 0:
            raise Unclear("a division by 0")
        return a / found[1]
    return _function(name, a, prec)


def _function(name: str, a: arb_series, prec: int) -> arb_series:
    one = arb_series([1], prec=prec)
    if name == "exp":
        return a.exp()
    if name == "log":
        if not a[0] > 0:
            raise Unclear("a logarithm of what is not positive")
        return a.log()
    if name in ("sigmoid", "tanh", "softplus"):
        far = (-(abs(a[0]))).exp()
        positive = not a[0] < 0
        u = (-a if positive else a).exp() if name != "tanh" else (-2 * a if positive else 2 * a).exp()
        assert far.is_finite()
        if name == "sigmoid":
            return one / (one + u) if positive else u / (one + u)
        if name == "softplus":
            return (a if positive else 0 * one) + (one + u).log()
        return (one - u) / (one + u) if positive else (u - one) / (one + u)
    if a[0] > 0:
        return a
    if a[0] < 0:
        return -a if name == "abs" else arb_series([0], prec=prec)
    if prec == 1:
        return arb_series([abs(a[0]) if name == "abs" else a[0].max(arb(0))], prec=1)
    raise Unclear("a kink")


def _power(parts: Sequence[Tree], x: Sequence[arb_series], prec: int) -> arb_series:
    base, n = _series(parts[0], x, prec), whole(parts[1])
    if not base[0].is_finite():
        raise Unclear("not finite")
    if n is not None:
        if n < 0 and not base[0] != 0:
            raise Unclear("a division by 0")
        result, square, left = arb_series([1], prec=prec), base, abs(n)
        while left:
            result = result * square if left % 2 else result
            left //= 2
            square = square * square if left else square
        return result if n >= 0 else 1 / result
    exponent = _series(parts[1], x, prec)
    if base[0] > 0:
        return (exponent * base.log()).exp()
    if base[0] == 0 and exponent[0] > 0 and prec == 1:
        return arb_series([0], prec=1)
    raise Unclear("a power of what is not positive")


def fraction(x: arb) -> Fraction:
    """The middle of a ball: exactly, but for numbers so small or large (e^−1e100) that their digits would fill the memory."""
    mantissa, exponent = (int(part) for part in x.mid().man_exp())
    size = exponent + mantissa.bit_length()
    if abs(size) > FARTHEST:
        return Fraction((mantissa > 0) - (mantissa < 0)) * Fraction(2) ** (FARTHEST if size > 0 else -FARTHEST)
    return Fraction(mantissa) * Fraction(2) ** exponent
