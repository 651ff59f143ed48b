"""Exact numbers: reading them without rounding, printing them back, enclosing them in floats.

Every number a person states is a rational: ``"0.1"`` is 1/10, ``"1/3"`` is 1/3, ``"0x1.8p-1"`` and
a binary float are their binary values. Python's int, Fraction, Decimal and (finite) float are all
exact rationals, so data keeps whichever it came as; ``Fraction(number)`` is its value.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from chainrule.errors import NumberError

type_names = "a decimal such as 0.1 or -2e3, a ratio such as 1/3, or a float such as 0x1.8p-1"

Exact = int | Fraction | Decimal | float
"""A Python number that is exactly one rational; a float here is always finite."""

# A double holds 10^±308. Products of inputs, weights and rows must stay well inside that, and a
# certificate must stay readable: so magnitudes are limited to 10^±100 and a text to 400 digits.
LARGEST = Fraction(10) ** 100
MAX_TEXT = 400

_RATIO = re.compile(r"([+-]?\d+)/(\d+)", re.ASCII)
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+(\.[0-9a-fA-F]*)?([pP][+-]?\d{1,5})?", re.ASCII)
_MINUS = dict.fromkeys(map(ord, "−–‐‑－"), "-")
"""The signs that stand for a minus where texts are typeset, the true one U+2212 first."""
_GROUPS = tuple(
    re.compile(rf"[+-]?\d{{1,3}}(?:{gap}\d{{3}})+(?:{point}\d*)?", re.ASCII)
    for gap, point in ((",", r"\."), (r"\.", ","), ("[ \u00a0\u2009\u202f'’]", "[.,]"))
)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)


def read_number(source: object, where: str = "number") -> Exact:
    """The exact value of a text or a Python/NumPy number, of the type that holds it best.

    Text becomes ``int``, ``Decimal`` or ``Fraction``; a binary float stays a float (its binary value).

    Raises
    ------
    NumberError
        If `source` is no number, not finite, or outside ``10^-100 <= |x| <= 10^100`` (0 is fine);
        the message begins with `where`.
    """
    if isinstance(source, bool):
        raise NumberError(f"{where}: found {source!r}; needed a number: write 1 or 0")
    if isinstance(source, str):
        number = _read_text(source.strip(), where)
    elif isinstance(source, (int, Fraction, Decimal, float)):
        number = float(source) if isinstance(source, float) else source
    elif hasattr(source, "item"):  # a NumPy scalar
        return read_number(source.item(), where)
    else:
        raise NumberError(f"{where}: found {_shown(source)}; needed {type_names}")
    return _in_range(number, source, where)


def minus_signs(text: str) -> str:
    """The text with every sign that stands for a minus as ``-``."""
    return text if text.isascii() else text.translate(_MINUS)


def _without_gaps(text: str) -> str:
    """``1,234,567.8`` and ``12 345`` without what groups their digits; as it is where it could also be a decimal: ``1,000``."""
    if any(pattern.fullmatch(text) for pattern in _GROUPS) and not re.fullmatch(r"[+-]?\d+[,.]\d+", text):
        point = max(text.rfind("."), text.rfind(","))
        if text.count(text[point]) > 1:
            point = -1  # it groups as well
        whole, rest = (text, "") if point < 0 else (text[:point], f".{text[point + 1 :]}")
        return re.sub(r"[^\d+-]", "", whole) + rest
    return text


def _read_text(text: str, where: str) -> Exact:
    text = minus_signs(text)
    if len(text) > MAX_TEXT:
        raise NumberError(
            f"{where}: found a number of {len(text):,} characters ({text[:20]}…); at most {MAX_TEXT} are read; round it"
        )
    if ratio := _RATIO.fullmatch(text):
        if int(ratio[2]) == 0:
            raise NumberError(f"{where}: found {text!r}, a division by zero; needed {type_names}")
        return Fraction(int(ratio[1]), int(ratio[2]))
    if _HEX.fullmatch(text):
        try:
            return float.fromhex(text)
        except OverflowError:
            raise NumberError(f"{where}: {text!r} is too large for a float") from None
    if re.fullmatch(r"0\d\d", text, re.ASCII):
        raise NumberError(
            f"{where}: found {text!r}, which looks like the end of a number such as 1,{text}; write that without its comma, or {int(text)}"
        )
    text = _without_gaps(text)
    if not _DECIMAL.fullmatch(text):
        point = "; write a decimal point, not a comma" if _DECIMAL.fullmatch(text.replace(",", ".", 1)) else ""
        if _GROUPS[0].fullmatch(text):
            without, decimal = text.replace(",", ""), text.replace(",", ".")
            raise NumberError(
                f"{where}: found {text!r}, which is {without} to some and {decimal} to others; write {without} or {decimal}"
            )
        raise NumberError(f"{where}: found {_shown(text)}; needed {type_names}{point}")
    try:
        return int(text) if text.lstrip("+-").isdigit() else Decimal(text)
    except InvalidOperation:
        raise NumberError(f"{where}: found {_shown(text)}; its exponent is too large") from None


def _in_range(number: Exact, source: object, where: str) -> Exact:
    finite = (
        number.is_finite()
        if isinstance(number, Decimal)
        else math.isfinite(number)
        if isinstance(number, float)
        else True
    )
    if not finite:
        raise NumberError(f"{where}: found {_shown(source)}; needed a finite number")
    # Decimal first by its exponent: Fraction(Decimal("1e999999999")) would fill the memory.
    if isinstance(number, Decimal):
        inside = number == 0 or -100 <= number.adjusted() < 100
    else:
        inside = number == 0 or 1 / LARGEST <= abs(Fraction(number)) <= LARGEST
    if not inside:
        raise NumberError(f"{where}: found {_shown(source)}; needed 0 or a magnitude from 1e-100 to 1e100; rescale it")
    return number


def _shown(source: object) -> str:
    text = repr(source)
    return text if len(text) <= 40 else text[:37] + "…"


def number_text(number: Exact) -> str:
    """The shortest exact text: ``0.1``, ``-3``, ``1/3``; read_number reads it back to the same value.

    A binary float prints as its decimal where that is no longer than 20 characters, otherwise in
    hexadecimal, both exact.
    """
    if isinstance(number, float):
        if number.is_integer():
            return str(int(number))
        text = repr(float(number))  # a np.float64 would show its type
        return text if Decimal(text) == Decimal(number) else number.hex()
    value = Fraction(number)
    if value.denominator == 1:
        return str(value.numerator)
    decimal = _terminating(value)
    return decimal if decimal is not None else f"{value.numerator}/{value.denominator}"


def _terminating(value: Fraction) -> str | None:
    """The decimal digits of a fraction whose denominator is 2^a 5^b, if they are few."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 40:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def round_outward(lower: Fraction, upper: Fraction, digits: int) -> tuple[str, str]:
    """Decimal strings with `digits` places after the point that enclose ``[lower, upper]``."""
    return _places(math.floor(lower * 10**digits), digits), _places(math.ceil(upper * 10**digits), digits)


def _places(scaled: int, digits: int) -> str:
    text = str(abs(scaled)).rjust(digits + 1, "0")
    sign = "-" if scaled < 0 else ""
    return sign + (f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".") if digits else text)


def as_double(source: object, where: str = "number") -> float:
    """A stated number as a double; a Fraction or a finite float was worked out, and may have any size."""
    if isinstance(source, Fraction) or (isinstance(source, float) and math.isfinite(source)):
        return nearest(source)
    return float(read_number(source, where))


def nearest(number: Fraction | float) -> float:
    """The nearest double, ±inf where the number is larger than every one of them: for pictures, and for no proof."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def float_bounds(number: Exact) -> tuple[float, float]:
    """The tightest doubles ``lower <= number <= upper``; equal where the number is a double."""
    nearest = float(number)  # int, Fraction and Decimal all round to nearest
    exact, value = Fraction(nearest), Fraction(number)
    if exact == value:
        return nearest, nearest
    if exact < value:
        return nearest, math.nextafter(nearest, math.inf)
    return math.nextafter(nearest, -math.inf), nearest
