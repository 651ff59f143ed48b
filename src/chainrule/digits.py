"""How enclosed figures are written: only digits that both ends of the interval agree on.

``[1.0531999894, 1.0531999896]`` is written ``1.053199989…``: every digit shown is a digit of every
number in the interval. An interval around a short number, such as ``[−10⁻²⁰, 10⁻²⁰]``, has no common
digits and is written ``0 ± 10⁻²⁰``.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from chainrule.exact import number_text

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FAR = 6  # numbers beyond 10^±6 are written in scientific form
_ROUGH = Fraction(1, 1000)

End = Fraction | float
"""The end of an interval: an exact rational, or ±inf as a float."""


def digits(lower: End, upper: End, limit: int = 12) -> str:
    """The interval ``[lower, upper]`` as a reader's number with at most `limit` significant digits.

    >>> digits(Fraction(1, 4), Fraction(1, 4))
    '0.25'
    >>> digits(Fraction("0.03717647"), Fraction("0.03717648"))
    '0.0371764…'
    >>> digits(Fraction(-1, 10**20), Fraction(1, 10**20))
    '0 ± 10⁻²⁰'
    >>> digits(Fraction("0.014"), Fraction("0.047"))
    'from 0.014 to 0.047'
    """
    if math.isinf(lower) or math.isinf(upper):
        return infinite(lower) if lower == upper else f"from {_end(lower, limit)} to {_end(upper, limit)}"
    lower, upper = Fraction(lower), Fraction(upper)
    if lower == upper:
        return short(lower, limit)
    common = _common_prefix(lower, upper, limit)
    return common if common is not None else _around(lower, upper, limit)


def is_wide(lower: End, upper: End) -> bool:
    """Whether a reader is better told both ends: the width is more than a thousandth of the number, or of 0.01."""
    if math.isinf(lower) or math.isinf(upper):
        return False
    return Fraction(upper) - Fraction(lower) > _ROUGH * max(
        abs(Fraction(lower) + Fraction(upper)) / 2, Fraction(1, 100)
    )


def between(lower: End, upper: End, limit: int = 12) -> str:
    """The digits of a narrow interval; of a wide one the ends, rounded outward to six digits.

    >>> between(Fraction(-1, 3), Fraction(10))
    'from −0.333334 to 10'
    """
    return _ends(Fraction(lower), Fraction(upper)) if is_wide(lower, upper) else digits(lower, upper, limit)


def _ends(lower: Fraction, upper: Fraction) -> str:
    low, high = (
        Context(prec=6, rounding=way).divide(Decimal(end.numerator), Decimal(end.denominator))
        for end, way in ((lower, ROUND_FLOOR), (upper, ROUND_CEILING))
    )
    return _minus(f"from {float(low):.6g} to {float(high):.6g}")


def short(value: Fraction, limit: int = 12) -> str:
    """An exact number, cut to `limit` significant digits and marked with ``…`` where cut.

    >>> short(Fraction(1, 3), 4), short(Fraction(-5, 2)), short(Fraction(1, 10**30))
    ('0.3333…', '−2.5', '10⁻³⁰')
    """
    text = number_text(value)
    if len(text.lstrip("-").replace(".", "")) <= max(limit, _FAR) and "/" not in text:
        return _minus(text)
    return _scientific(value, limit)


def _end(end: Fraction | float, limit: int) -> str:
    return infinite(end) or short(Fraction(end), limit)


def infinite(end: Fraction | float) -> str:
    """``+∞`` or ``−∞``; empty for a finite end."""
    return "" if not math.isinf(end) else "+∞" if end > 0 else "−∞"


def _minus(text: str) -> str:
    return text.replace("-", "−")


def exponent_of(value: Fraction) -> int:
    """``k`` with ``10^k <= |value| < 10^(k+1)``; 0 for 0."""
    if value == 0:
        return 0
    magnitude = abs(value)
    guess = len(str(magnitude.numerator)) - len(str(magnitude.denominator))
    return guess if Fraction(10) ** guess <= magnitude else guess - 1


def _scientific(value: Fraction, limit: int) -> str:
    """Cut, never rounded: so that the digits shown are digits of the number."""
    power = exponent_of(value)
    plain = -_FAR < power < limit
    places = limit - 1 - power if plain else limit - 1
    scaled = abs(value) if plain else abs(value) / Fraction(10) ** power
    cut = Fraction(math.floor(scaled * 10**places), 10**places)
    body = number_text(cut)
    if cut != scaled:  # zeros at the end are digits too: 0.2000000…, not 0.2…
        whole, _, part = body.partition(".")
        body = f"{whole}.{part.ljust(places, '0')}…" if places else f"{whole}…"
    sign = "−" if value < 0 else ""
    if plain:
        return sign + body
    ten = "10" + str(power).translate(_SUPERSCRIPT)
    return sign + (ten if body == "1" else f"{body} · {ten}")


def _common_prefix(lower: Fraction, upper: Fraction, limit: int) -> str | None:
    """The digits both ends share, where they share nearly as many as the width allows."""
    if lower * upper <= 0:
        return None
    power = exponent_of(lower)
    if exponent_of(upper) != power:
        return None
    possible = min(limit, power - exponent_of(upper - lower))
    for count in range(possible, max(possible - 2, 1), -1):
        if (
            count - 1 < power < max(limit, count + 1)
        ):  # not all digits before the point are known: 10… would be read as ten
            return None
        unit = Fraction(10) ** (power - count + 1)
        low, high = (math.floor(abs(end) / unit) for end in (lower, upper))
        if low == high:
            sign = 1 if lower > 0 else -1
            text = _scientific(sign * low * unit, count + 1)
            if not -_FAR < power < count + 1:  # scientific: every digit known is shown, zeros too
                whole, part = str(low)[:1], str(low)[1:]
                return f"{'−' if sign < 0 else ''}{whole}.{part}… · 10{str(power).translate(_SUPERSCRIPT)}"
            # Trailing zeros are digits that both ends share: keep them, as in 0.2500…
            places = max(count - 1 - power, 0)
            if places:
                whole, _, part = text.partition(".")
                text = f"{whole}.{part.ljust(places, '0')}"
            return text + "…"
    return None


def _around(lower: Fraction, upper: Fraction, limit: int) -> str:
    """``middle ± 10^k``, with the radius rounded up to a power of ten; both ends where that would bring 0 in."""
    middle, radius = (lower + upper) / 2, (upper - lower) / 2
    power = exponent_of(radius)
    places = max(min(-power, limit), 0)
    shown = round(middle, places)
    reach = max(upper - shown, shown - lower)
    power = exponent_of(reach) + (reach != Fraction(10) ** exponent_of(reach))
    rounded = round(middle, -power) if 0 <= -power <= places else shown
    if max(upper - rounded, rounded - lower) <= Fraction(10) ** power:
        shown = rounded  # no digit that is smaller than the radius told
    if lower * upper > 0 and abs(shown) <= Fraction(10) ** power:
        return _ends(lower, upper)
    ten = (
        "10" + str(power).translate(_SUPERSCRIPT) if not -4 < power < 4 else _minus(number_text(Fraction(10) ** power))
    )
    return f"{short(shown, limit + 1)} ± {ten}"
