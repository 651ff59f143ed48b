"""A long column of short decimals and of binary fractions, read at once: the same enclosures as one number at a time, many times as fast.

A hexadecimal float of at most 53 bits is a double, and needs no more than to be read.
A text with at most 15 digits states ``m/10^p`` with integers ``m < 2^53`` and ``p <= 15``, both doubles, so its nearest double q is
``m/10^p`` rounded once, and ``q·10^p`` rounded to an integer is m again. Whether q *is* the number is told exactly: with
``q = c/2^s`` it is where ``c·10^p = m·2^s``, which for p <= 15 is compared in two exact halves (Dekker's product).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from itertools import compress, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule_fast.rationals import double, exact

Floats = NDArray[np.float64]

MANY = 1000
_SIMPLE = re.compile(r"[+-]?(?:\d{1,20}\.?\d{0,20}(?:[eE][+-]?\d{1,2})?|0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,3})", re.ASCII)
_LONG_EXPONENT = re.compile(r"e[+-]?\d{3}")
_BINARY = re.compile(r"[+-]?0x1\.[0-9a-f]{1,13}p[+-]\d{1,2}", re.ASCII)
_SHORT = re.compile(r"[+-]?(?=[\d.]{1,16}\Z)\d{1,15}(?:\.\d{1,15})?", re.ASCII)


def quick_column(texts: Sequence[Any]) -> tuple[Floats, Floats] | None:
    """Doubles ``(n,)`` below and above each number, equal where it is a double; None where any needs a closer look."""
    if len(texts) < MANY or not all(map(isinstance, texts, repeat(str))):
        return None
    binary = np.fromiter(map(operator.contains, texts, repeat("x")), bool, len(texts))
    if not binary.any():
        return _decimals(texts)
    chosen = list(compress(texts, binary))
    if not all(map(_BINARY.fullmatch, chosen)):
        return None
    others = _decimals(list(compress(texts, ~binary)))
    if others is None:
        return None
    lower, upper = np.empty(len(texts)), np.empty(len(texts))
    lower[binary] = upper[binary] = np.fromiter(map(float.fromhex, chosen), float, len(chosen))
    lower[~binary], upper[~binary] = others
    return lower, upper


def _decimals(texts: Sequence[str]) -> tuple[Floats, Floats] | None:
    if not all(map(_SHORT.fullmatch, texts)):
        return None
    nearest = np.fromiter(map(float, texts), float, len(texts))
    lengths = np.fromiter(map(len, texts), int, len(texts))
    points = np.fromiter(map(str.find, texts, repeat(".")), int, len(texts))
    power = 10.0 ** np.where(points < 0, 0, lengths - points - 1)
    product, error = _product(nearest, power)
    # An exact product is an integer m, and then its error is 0 too.
    is_double = (product == np.rint(product)) & (error == 0)
    lower = np.where(is_double, nearest, np.nextafter(nearest, -np.inf))
    upper = np.where(is_double, nearest, np.nextafter(nearest, np.inf))
    return lower, upper


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """``a·b`` as its nearest double and the exact rest (T. J. Dekker 1971); no overflow or underflow for short decimals."""
    product = a * b
    high_a, low_a = _halves(a)
    high_b, low_b = _halves(b)
    return product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b


def _halves(x: Floats) -> tuple[Floats, Floats]:
    scaled = 134217729.0 * x  # 2^27 + 1
    high = scaled - (scaled - x)
    return high, x - high


def nearest(source: Any, place: str) -> float:
    """The double nearest to a number of a certificate."""
    if isinstance(source, str) and _SIMPLE.fullmatch(source):
        value = float.fromhex(source) if "x" in source else float(source)
        if 1e-99 < abs(value) < 1e99:
            return value
    return double(exact(source, place))


def doubles(texts: Sequence[Any]) -> Floats | None:
    """The doubles nearest to many short decimals, read at once; None where any needs a closer look.

    What is made of these characters, and `float` reads, is a decimal (it reads nan, 1_000 and more, too).
    """
    try:
        whole = ",".join(texts)
        if (
            whole.encode().translate(None, b"0123456789.+-e,")
            or _LONG_EXPONENT.search(whole)
            or max(map(len, texts), default=0) > 40
        ):
            return None
        found = np.fromiter(map(float, texts), float, len(texts))
    except (TypeError, ValueError):
        return None
    size = np.abs(found)
    return found + 0.0 if ((size == 0) | (size > 1e-99) & (size < 1e99)).all() else None  # −0 is 0
