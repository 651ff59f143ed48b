"""Numbers of a certificate, read exactly: a decimal, a ratio, a hexadecimal float or an integer.

Each is one rational, zero or of magnitude 1e-100 … 1e100, written in at most 400 characters, so that no
number can exhaust time or memory, and so that a product of two of them stays inside the doubles.
Its double enclosure is the nearest double, and one step to both sides unless the number *is* that double.
"""

from __future__ import annotations

import math
import re
import sys
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from chainrule_fast.report import Refused

End = Fraction | float
"""The end of an interval: a rational, or ±inf as a float. Python compares the two exactly."""

MAX_TEXT = 400
LARGEST = 10**100
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_RATIO = re.compile(r"([+-]?\d+)/(\d+)", re.ASCII)
_HEXADECIMAL = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d{1,4}))?", re.ASCII)
# Forms whose nearest double is surely exact: an integer below 10^15, a hexadecimal float of 53 bits.
_PLAIN = re.compile(r"[+-]?(?:\d{1,15}|0x1\.[0-9a-f]{1,13}p[+-]\d{1,3})", re.ASCII)
_NEEDED = "needed a decimal such as -0.1 or 2e3, a ratio such as 1/3, or a float such as 0x1.8p-1"


def shown(source: object) -> str:
    """The value as it stands, cut where it is long. (The repr of a huge integer is an error in Python, so not that.)"""
    if isinstance(source, int) and not isinstance(source, bool) and abs(source) >= 10**40:
        return f"an integer of about {math.ceil(source.bit_length() * 0.30103)} digits"
    text = repr(source) if isinstance(source, (str, int, float, Decimal, type(None))) else type(source).__name__
    return text if len(text) <= 60 else text[:57] + "…"


def near(end: End, digits: int = 17, rounding: str = ROUND_HALF_EVEN) -> str:
    """The end in so many digits, for a sentence: of any size, where a double would overflow."""
    if isinstance(end, float):
        return f"{end:g}"
    with localcontext(prec=digits, rounding=rounding):
        return f"{(Decimal(end.numerator) / Decimal(end.denominator)).normalize():g}"


def plus(a: End, b: End, side: int) -> End:
    """``a + b``, exactly, as an end on `side` of an interval: ``∞ − ∞`` may be anything, so it is what lies furthest out."""
    infinite = [x for x in (a, b) if isinstance(x, float)]
    if not infinite:
        return a + b
    return infinite[0] if len(set(infinite)) == 1 else side * math.inf


def scaled(end: End, factor: Fraction) -> End:
    """``end · factor``, exactly, for a factor >= 0; infinite ends stay where they are, so a factor 0 asks for finite ones."""
    return end if isinstance(end, float) else end * factor


def exact(source: object, place: str) -> Fraction:
    """The rational that `source` states; Refused where it is no finite number within the bounds."""
    if isinstance(source, bool) or not isinstance(source, (str, int, Decimal)):
        hint = "; write it as text, since a binary float may not be the number that was meant" * isinstance(
            source, float
        )
        raise Refused(f"found {shown(source)}; {_NEEDED}{hint}", place)
    if isinstance(source, int):
        if source.bit_length() > 400:
            raise Refused(f"found {shown(source)}; needed a magnitude of at most 1e100", place)
        return _bounded(Fraction(source), source, place)
    text = source if isinstance(source, str) else str(source)
    if len(text) > MAX_TEXT:
        raise Refused(f"found a number of {len(text):,} characters; at most {MAX_TEXT} are read", place)
    if _DECIMAL.fullmatch(text):
        decimal = Decimal(text)
        if decimal and not -101 <= decimal.adjusted() <= 100:  # before Fraction(1e9999) fills the memory
            raise Refused(f"found {shown(text)}; needed 0 or a magnitude from 1e-100 to 1e100", place)
        return _bounded(Fraction(decimal), text, place)
    if match := _RATIO.fullmatch(text):
        if int(match[2]) == 0:
            raise Refused(f"found {shown(text)}, a division by zero; {_NEEDED}", place)
        return _bounded(Fraction(int(match[1]), int(match[2])), text, place)
    if match := _HEXADECIMAL.fullmatch(text):
        digits = match[3] or ""
        value = int(match[2] + digits, 16) * Fraction(2) ** (int(match[4] or 0) - 4 * len(digits))
        return _bounded(-value if match[1] == "-" else value, text, place)
    raise Refused(f"found {shown(text)}; {_NEEDED}", place)


def _bounded(value: Fraction, source: object, place: str) -> Fraction:
    if not bounded(value):
        raise Refused(f"found {shown(source)}; needed 0 or a magnitude from 1e-100 to 1e100", place)
    return value


def bounded(value: Fraction) -> bool:
    """Whether a number is 0 or of a magnitude that a certificate may state."""
    over, under = abs(value.numerator), value.denominator
    return over == 0 or (under <= LARGEST * over and over <= LARGEST * under)


def enclosure(source: object, place: str) -> tuple[float, float]:
    """Doubles ``lower <= number <= upper``, equal where the number is surely a double.

    ``float`` of a text is the nearest double (Python promises correct rounding), so the two neighbours enclose.
    """
    if isinstance(source, str) and _PLAIN.fullmatch(source):
        value = float.fromhex(source) if "x" in source else float(source)
        if value == 0 or 1e-99 < abs(value) < 1e99:
            return value, value
    number = exact(source, place)
    return double_enclosure(number)


def double_enclosure(number: Fraction) -> tuple[float, float]:
    """Doubles ``lower <= number <= upper``; beyond the largest of them, that one and ±∞."""
    found = double(number)
    if found.as_integer_ratio() == (number.numerator, number.denominator):
        return found, found
    return math.nextafter(found, -math.inf), math.nextafter(found, math.inf)


def double(number: Fraction) -> float:
    """The finite double that is nearest."""
    try:
        return number.numerator / number.denominator  # the quotient of two ints is correctly rounded
    except OverflowError:
        return sys.float_info.max if number > 0 else -sys.float_info.max
