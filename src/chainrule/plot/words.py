"""How enclosed figures are written: only digits that both ends of the interval agree on.

``[1.0531999894, 1.0531999896]`` is written ``1.053199989…``: every digit shown is a digit of every
number in the interval. An interval around a short number, such as ``[−10⁻²⁰, 10⁻²⁰]``, has no common
digits and is written ``0 ± 10⁻²⁰``.
"""

from __future__ import annotations

import math
from fractions import Fraction

from chainrule.exact import number_text, round_outward
from chainrule.prove.result import Answer, Interval, Minimum

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WIDE = Fraction(1, 100)  # a place known no better than this is told by the best point in it
_FAR = 6  # numbers beyond 10^±6 are written in scientific form


def digits(interval: Interval, limit: int = 12) -> str:
    """The interval as a reader's number with at most `limit` significant digits.

    >>> digits(Interval(Fraction(1, 4), Fraction(1, 4)))
    '0.25'
    >>> digits(Interval(Fraction("0.03717647"), Fraction("0.03717648")))
    '0.0371764…'
    >>> digits(Interval(Fraction(-1, 10**20), Fraction(1, 10**20)))
    '0 ± 10⁻²⁰'
    """
    if interval.lower == interval.upper and math.isinf(interval.lower):
        return "+∞" if interval.lower > 0 else "−∞"
    if math.isinf(interval.lower) or math.isinf(interval.upper):
        return f"from {_end(interval.lower, limit)} to {_end(interval.upper, limit)}"
    lower, upper = Fraction(interval.lower), Fraction(interval.upper)
    if lower == upper:
        return short(lower, limit)
    common = _common_prefix(lower, upper, limit)
    return common if common is not None else _around(lower, upper, limit)


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
    if isinstance(end, float) and math.isinf(end):
        return "∞" if end > 0 else "−∞"
    return short(Fraction(end), limit)


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
        if 0 <= count - 1 < power < limit:  # not all digits before the point are known: 10… would be read as ten
            return None
        unit = Fraction(10) ** (power - count + 1)
        low, high = (math.floor(abs(end) / unit) for end in (lower, upper))
        if low == high:
            sign = 1 if lower > 0 else -1
            text = _scientific(sign * low * unit, count + 1)
            if " · " in text:
                mantissa, ten = text.split(" · ")
                return f"{mantissa}… · {ten}"
            # Trailing zeros are digits that both ends share: keep them, as in 0.2500…
            places = max(count - 1 - power, 0)
            if places:
                whole, _, part = text.partition(".")
                text = f"{whole}.{part.ljust(places, '0')}"
            return text + "…"
    return None


def _around(lower: Fraction, upper: Fraction, limit: int) -> str:
    """``middle ± 10^k``, with the radius rounded up to a power of ten."""
    middle, radius = (lower + upper) / 2, (upper - lower) / 2
    power = exponent_of(radius)
    places = max(min(-power, limit), 0)
    shown = Fraction(round_outward(middle, middle, places)[0])
    reach = max(upper - shown, shown - lower)
    power = exponent_of(reach) + (reach != Fraction(10) ** exponent_of(reach))
    ten = (
        "10" + str(power).translate(_SUPERSCRIPT) if not -4 < power < 4 else _minus(number_text(Fraction(10) ** power))
    )
    return f"{short(shown, limit + 1)} ± {ten}"


def escape_text(minimum: Minimum) -> str:
    """``w_x → +∞`` for the direction in which the infimum is approached."""
    return ", ".join(
        f"{name} → {'+' if step > 0 else '−'}∞" for name, step in (minimum.direction or {}).items() if step != 0
    )


def is_flat(answer: Answer) -> bool:
    """Whether the loss does not depend on the free weights: every value is a minimiser."""
    at = answer.minimum.at
    return at is not None and all(math.isinf(i.lower) and math.isinf(i.upper) for i in at.values())


def headline(answer: Answer, limit: int = 10) -> str:
    """The verdict as one short sentence."""
    minimum = answer.minimum
    value = digits(minimum.value, limit)
    if is_flat(answer):
        return f"Flat: the loss is {value} whatever {' and '.join(answer.problem.free)} is"
    if minimum.kind == "attained" and minimum.at is not None:
        if answer.best is not None and any(interval.width > WIDE for interval in minimum.at.values()):
            near = ", ".join(f"{name} ≈ {_minus(f'{float(x):.4g}')}" for name, x in answer.best.items())
            return f"Lowest near {near}, where the loss is {value}"
        places = ", ".join(f"{name} = {digits(interval, limit)}" for name, interval in minimum.at.items())
        return f"Lowest at {places}, where the loss is {value}"
    if minimum.kind == "not-attained":
        return f"No minimum: the loss falls towards {value} as {escape_text(minimum)}"
    if not all(map(math.isfinite, (minimum.value.lower, minimum.value.upper))):
        return f"Undecided: the lowest loss is {value}"
    low, high = round_outward(Fraction(minimum.value.lower), Fraction(minimum.value.upper), 6)
    return f"Undecided: the lowest loss lies between {_minus(low)} and {_minus(high)}"
