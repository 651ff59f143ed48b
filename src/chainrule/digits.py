"""How enclosed figures are written, so that a person sees at once what is known and what is not.

- ``[1.0531999894, 1.0531999896]``: ``1.053199989…``, only digits that every number in the interval has;
- ``[−10⁻²⁰, 10⁻²⁰]``, a narrow interval around a short number: ``0 ± 10⁻²⁰``, the radius rounded up to one digit;
- ``[0, 2·10⁻⁹]``, what cannot be negative and is as good as 0: ``below 3 · 10⁻⁹``;
- anything wider: both ends, ``from −2 to 10``, rounded outward to six digits.
"""

from __future__ import annotations

import math
from fractions import Fraction

from chainrule.exact import number_text

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FAR = 6  # numbers beyond 10^±6 are written in scientific form
_ROUGH = Fraction(1, 1000)
_ENDS = 6  # significant digits of an end

End = Fraction | float
"""The end of an interval: an exact rational, or ±inf as a float."""


def is_infinite(end: End) -> bool:
    """Whether it is ±∞, and not only too large for a float."""
    return isinstance(end, float) and math.isinf(end)


def digits(lower: End, upper: End, limit: int = 12) -> str:
    """The interval ``[lower, upper]`` as a reader's number with at most `limit` significant digits.

    >>> digits(Fraction(1, 4), Fraction(1, 4))
    '0.25'
    >>> digits(Fraction("0.03717647"), Fraction("0.03717648"))
    '0.0371764…'
    >>> digits(Fraction(-1, 10**20), Fraction(1, 10**20))
    '0 ± 10⁻²⁰'
    >>> digits(Fraction(0), Fraction(2, 10**9))
    'below 3 · 10⁻⁹'
    >>> digits(Fraction("0.014"), Fraction("0.047"))
    'from 0.014 to 0.047'
    """
    if is_infinite(lower) and lower == upper:
        return infinite(lower)
    if lower == upper:
        return short(Fraction(lower), limit)
    if is_wide(lower, upper):
        return f"from {_end(lower, upper, -1)} to {_end(upper, lower, 1)}"
    lower, upper = Fraction(lower), Fraction(upper)
    if lower <= 0 <= upper:
        return _near_0(lower, upper)
    return _common_prefix(lower, upper, limit) or _around(lower, upper, limit)


def is_wide(lower: End, upper: End) -> bool:
    """Whether a reader is better told both ends: the width is more than a thousandth of the number, or of 0.01 where it may be 0."""
    if is_infinite(lower) or is_infinite(upper):
        return lower != upper
    size = abs(Fraction(lower) + Fraction(upper)) / 2
    return Fraction(upper) - Fraction(lower) > _ROUGH * (size if lower * upper > 0 else Fraction(1, 100))


def equation(name: str, lower: End, upper: End, limit: int = 12) -> str:
    """What is known of `name`, as a formula or in words.

    >>> equation("x", Fraction(1, 4), Fraction(1, 4)), equation("x", Fraction(0), Fraction(2))
    ('x = 0.25', 'x from 0 to 2')
    >>> equation("x", Fraction(0), Fraction(2, 10**9)), equation("x", -math.inf, Fraction(0))
    ('0 ≤ x < 3 · 10⁻⁹', 'x ≤ 0')
    """
    if is_infinite(lower) and not is_infinite(upper):
        return f"{name} ≤ {_end(upper, lower, 1)}"
    if is_infinite(upper) and not is_infinite(lower):
        return f"{name} ≥ {_end(lower, upper, -1)}"
    text = digits(lower, upper, limit)
    if text.startswith("below "):
        return f"0 ≤ {name} < {text.removeprefix('below ')}"
    return f"{name} {text}" if text.startswith("from ") else f"{name} = {text}"


def verb(lower: End, upper: End, limit: int = 12) -> str:
    """What a sentence says after the name of a value: a verb and what is known.

    >>> verb(Fraction(1, 4), Fraction(1, 4)), verb(Fraction(1), Fraction(3)), verb(-math.inf, Fraction(1, 2))
    ('is 0.25', 'lies between 1 and 3', 'is at most 0.5')
    """
    if is_infinite(lower) != is_infinite(upper):
        bound = f"at most {_end(upper, lower, 1)}" if is_infinite(lower) else f"at least {_end(lower, upper, -1)}"
        return f"is {bound}"
    text = digits(lower, upper, limit)
    if not text.startswith("from "):
        return f"is {text}"
    return (
        "is not known" if is_infinite(lower) else f"lies between {text.removeprefix('from ').replace(' to ', ' and ')}"
    )


def short(value: Fraction, limit: int = 12) -> str:
    """An exact number, cut to `limit` significant digits and marked with ``…`` where cut.

    >>> short(Fraction(1, 3), 4), short(Fraction(-5, 2)), short(Fraction(1, 10**30))
    ('0.3333…', '−2.5', '10⁻³⁰')
    """
    text = number_text(value)
    is_small = value != 0 and exponent_of(value) <= -_FAR
    if len(text.lstrip("-").replace(".", "")) <= max(limit, _FAR) and "/" not in text and not is_small:
        return _minus(text)
    return _scientific(value, limit)


def _end(end: End, other: End, side: int) -> str:
    """An end, rounded outward: to six digits, of the width where the end itself is nothing beside it and lies beyond 0."""
    if is_infinite(end):
        return infinite(end)
    end = Fraction(end)
    size = abs(end)
    if not is_infinite(other) and end * side > 0:
        size = max(size, abs(Fraction(other) - end) / 1000)
    return short(_rounded(end, exponent_of(size) - _ENDS + 1, side), 2 * _ENDS)


def _rounded(value: Fraction, power: int, side: int) -> Fraction:
    """To a multiple of ``10^power``, up (`side` 1) or down (−1)."""
    unit = Fraction(10) ** power
    return side * math.ceil(side * value / unit) * unit


def infinite(end: Fraction | float) -> str:
    """``+∞`` or ``−∞``; empty for a finite end."""
    return "" if not is_infinite(end) else "+∞" if end > 0 else "−∞"


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
    known = power - exponent_of(upper - lower)
    possible = min(limit, known)
    for count in range(possible, max(possible - 2, 1), -1):
        if known <= power < max(limit, count + 1) and count <= power:
            return None  # not all digits before the point are known: 10… would be read as ten
        unit = Fraction(10) ** (power - count + 1)
        low, high = (math.floor(abs(end) / unit) for end in (lower, upper))
        if low == high:
            sign = 1 if lower > 0 else -1
            text = _scientific(sign * low * unit, count + 1)
            if not -_FAR < power < count:  # scientific: every digit known is shown, zeros too
                whole, part = str(low)[:1], str(low)[1:]
                return f"{'−' if sign < 0 else ''}{whole}.{part}… · 10{str(power).translate(_SUPERSCRIPT)}"
            # Trailing zeros are digits that both ends share: keep them, as in 0.2500…
            places = max(count - 1 - power, 0)
            if places:
                whole, _, part = text.partition(".")
                text = f"{whole}.{part.ljust(places, '0')}"
            return text + "…"
    return None


def _near_0(lower: Fraction, upper: Fraction) -> str:
    """What is as good as 0: how far it may be from it, rounded up to one digit."""
    if lower == 0:  # strictly below, so one unit more where the end is that digit
        power = exponent_of(upper)
        return f"below {short((upper // Fraction(10) ** power + 1) * Fraction(10) ** power)}"
    return f"0 ± {_radius(max(-lower, upper))}"


def _radius(reach: Fraction) -> str:
    return short(_rounded(reach, exponent_of(reach), 1))


def _around(lower: Fraction, upper: Fraction, limit: int) -> str:
    """``middle ± radius``: the radius is told to one digit, and no digit of the middle is smaller than that."""
    middle = (lower + upper) / 2
    fine = exponent_of((upper - lower) / 2)
    for power in (fine + 1, fine):
        unit = Fraction(10) ** power
        shown = round(middle / unit) * unit
        reach = max(upper - shown, shown - lower)
        if reach <= unit:  # else one digit more tells more
            break
    return f"{short(shown, max(limit, exponent_of(middle) - fine + 1))} ± {_radius(reach)}"
