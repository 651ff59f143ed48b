"""From JSON text to a tree of plain values, and the small tools that take such a tree apart by place.

Python's own reader accepts more than a proof may contain; here duplicate keys, NaN, Infinity and endless
nesting are errors, and a number with a point or exponent stays the decimal that was written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from chainrule_fast.rationals import MAX_TEXT, End, exact, shown
from chainrule_fast.report import Refused, Unreadable

TOP = "document"


def load(text: str) -> Any:
    """The tree of a JSON text; Unreadable where it is not one."""
    try:
        return json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_members
        )
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at")  # some of Python's messages end with the word
        raise Unreadable(f"not JSON: {fault} at line {error.lineno}, column {error.colno}", TOP) from None
    except RecursionError:
        raise Unreadable("nested too deeply; a certificate has at most 7 levels", TOP) from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        double = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise Unreadable(f"the key {shown(double)} stands twice in one object; which one counts?", TOP)
    return members


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_TEXT:
        raise Unreadable(f"found a number of {len(text):,} characters; at most {MAX_TEXT} are read", TOP)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable(f"found {shown(text)}; its exponent is too large", TOP) from None


def _integer(text: str) -> int:
    if len(text) > MAX_TEXT:
        raise Unreadable(f"found a number of {len(text):,} characters; at most {MAX_TEXT} are read", TOP)
    return int(text)


def _constant(text: str) -> Any:
    raise Unreadable(f"found {text}, which is not a number; write infinite ends as the text inf or -inf", TOP)


def members(value: Any, place: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """`value` as an object with exactly the `needed` keys, and perhaps the `optional` ones."""
    if not isinstance(value, Mapping):
        raise Refused(f"found {shown(value)}; needed an object with {', '.join(needed)}", place)
    for name in needed:
        if name not in value:
            raise Refused(f"{name!r} is missing; needed {', '.join(needed)}", place)
    for name in value:
        if name not in needed and name not in optional:
            raise Refused(f"found the unknown key {shown(name)}; known are {', '.join(needed + optional)}", place)
    return value


def elements(value: Any, place: str, what: str, least: int = 0, most: int | None = None) -> list[Any] | tuple[Any, ...]:
    """`value` as a list of `least` to `most` elements."""
    if not isinstance(value, (list, tuple)):
        raise Refused(f"found {shown(value)}; needed a list of {what}", place)
    if len(value) < least or (most is not None and len(value) > most):
        bounds = f"{least}" if least == most else f"at least {least}" if most is None else f"{least} to {most}"
        raise Refused(f"found {len(value)} elements; needed {bounds}: {what}", place)
    return value


def word(value: Any, place: str, known: tuple[str, ...]) -> str:
    """`value` as one of the `known` words."""
    if not isinstance(value, str) or value not in known:
        raise Refused(f"found {shown(value)}; needed one of {', '.join(known)}", place)
    return value


def interval(value: Any, place: str, infinite: bool = False) -> tuple[End, End]:
    """`value` as ``[lower, upper]`` with ``lower <= upper``; ±inf only where `infinite`."""
    ends = elements(value, place, "lower end, upper end", 2, 2)
    lower, upper = (_end(end, f"{place}[{i}]", infinite) for i, end in enumerate(ends))
    if lower > upper:
        raise Refused(f"the lower end {shown(ends[0])} lies above the upper end {shown(ends[1])}", place)
    return lower, upper


def finite_interval(value: Any, place: str) -> tuple[Fraction, Fraction]:
    lower, upper = interval(value, place)
    return Fraction(lower), Fraction(upper)


def _end(value: Any, place: str, infinite: bool) -> End:
    if infinite and value in ("inf", "-inf"):
        return float(value)
    return exact(value, place)
