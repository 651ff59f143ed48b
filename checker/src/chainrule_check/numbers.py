"""Numbers of a certificate, read exactly as rationals.

A number is text: a decimal (``-0.1``, ``2e-3``), a ratio (``1/3``) or a hexadecimal float (``0x1.8p-1``); a JSON integer
is one too. It is 0 or of a magnitude from 1e-400 to 1e400, and written in at most 400 characters, so that no number can
exhaust time or memory.
"""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_FLOOR, Decimal, localcontext

from flint import fmpq, fmpz

from chainrule_check.refusal import Refused, shown

LONGEST = 400
LARGEST = fmpq(10) ** 400
SHORT = 40
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?", re.ASCII)
_RATIO = re.compile(r"([+-]?\d+)/(\d+)", re.ASCII)
_HEXADECIMAL = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d{1,4}))?", re.ASCII)
_NEEDED = "needed a decimal such as -0.1 or 2e3, a ratio such as 1/3, or a float such as 0x1.8p-1"


def number(source: object, place: str) -> fmpq:
    """The rational that `source` states; Refused where it is no finite number within the bounds.

    >>> number("-0.25", ""), number("0x1.8p-1", ""), number(7, "")
    (-1/4, 3/4, 7)
    """
    if isinstance(source, int) and not isinstance(source, bool) and source.bit_length() <= 4 * LONGEST:
        return _bounded(fmpq(source), source, place)
    if not isinstance(source, str) or len(source) > LONGEST:
        raise Refused(f"found {shown(source)}; {_NEEDED}, in at most {LONGEST} characters", place)
    if match := _RATIO.fullmatch(source):
        if int(match[2]) == 0:
            raise Refused(f"found {shown(source)}, a division by zero; {_NEEDED}", place)
        return _bounded(fmpq(fmpz(match[1]), fmpz(match[2])), source, place)
    if match := _HEXADECIMAL.fullmatch(source):
        digits = match[3] or ""
        value = fmpq(int(match[2] + digits, 16)) * fmpq(2) ** (int(match[4] or 0) - 4 * len(digits))
    elif (match := _DECIMAL.fullmatch(source)) and (match[2] or match[3]):
        digits = match[3] or ""
        value = fmpq(int(match[2] + digits)) * fmpq(10) ** (int(match[4] or 0) - len(digits))
    else:
        raise Refused(f"found {shown(source)}; {_NEEDED}", place)
    return _bounded(-value if match[1] == "-" else value, source, place)


def _bounded(value: fmpq, source: object, place: str) -> fmpq:
    if value != 0 and not 1 / LARGEST <= abs(value) <= LARGEST:
        raise Refused(f"found {shown(source)}; needed 0 or a magnitude from 1e-400 to 1e400", place)
    return value


def text(value: fmpq, rounding: str = ROUND_FLOOR) -> str:
    """A number for a sentence, in at most twenty digits: exact where that is enough, else rounded to the side that is asked for.

    >>> from decimal import ROUND_CEILING
    >>> text(fmpq(-1, 4)), text(fmpq(1, 10**12)), text(fmpq(1, 3), ROUND_CEILING)
    ('-0.25', '1E-12', '0.33333333333333333334')
    """
    with localcontext(prec=20, rounding=rounding, Emax=MAX_EMAX, Emin=MIN_EMIN):
        quotient = Decimal(int(value.p)) / Decimal(int(value.q))
        return f"{quotient.normalize():f}" if -7 < quotient.adjusted() < 21 else str(quotient.normalize())


def exactly(value: fmpq) -> str:
    """A number for a sentence that would be another one were it rounded: a decimal, else a ratio, else said to be about a decimal.

    >>> exactly(fmpq(-1, 4)), exactly(fmpq(1, 3)), exactly(fmpq(10**30, 10**29 + 1))
    ('-0.25', '1/3', 'about 9.9999999999999999999')
    """
    below = text(value)
    if number(below, "") == value:
        return below
    ratio = f"{value.p}/{value.q}" if value.q != 1 else ""
    return ratio if 0 < len(ratio) <= SHORT else f"about {below}"
