"""From JSON text to plain values, and the few tools that take such values apart by place.

Python's own reader accepts more than a proof may contain: here a key that stands twice, NaN, Infinity, a number with a point
or exponent (write it as text), a text that is no valid Unicode, and endless nesting are errors.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from chainrule_check.numbers import LONGEST, number
from chainrule_check.refusal import Refused, Unreadable, shown

TOP = "document"


def load(source: str) -> Any:
    """The values of a JSON text; Unreadable where it is none."""
    try:
        source.encode()
        return json.loads(
            source, parse_float=_no_float, parse_int=_integer, parse_constant=_no_float, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}", TOP) from None
    except UnicodeEncodeError:
        raise Unreadable("the text holds a lone surrogate, which is no character", TOP) from None
    except RecursionError:
        raise Unreadable("nested too deeply", TOP) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable(f"the key {shown(max(names, key=names.count))} stands twice in one object; which counts?", TOP)
    for name in found:
        _text(name)
    for value in found.values():
        if isinstance(value, str):
            _text(value)
    return found


def _text(value: str) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Unreadable(f"the text {shown(value)} holds a lone surrogate, which is no character", TOP)


def _integer(digits: str) -> int:
    if len(digits) > LONGEST:
        raise Unreadable(f"found a number of {len(digits):,} digits; at most {LONGEST} are read", TOP)
    return int(digits)


def _no_float(found: str) -> Any:
    raise Unreadable(
        f"found the number {shown(found)}; write it as text, such as {shown('0.1')}, so that it is exact", TOP
    )


def members(value: Any, place: str, needed: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Any]:
    """`value` as an object with exactly the `needed` keys, and perhaps the `optional` ones."""
    if not isinstance(value, dict):
        raise Refused(f"found {shown(value)}; needed an object with {', '.join(needed)}", place)
    if missing := [name for name in needed if name not in value]:
        raise Refused(f"the key {shown(missing[0])} is missing; needed {', '.join(needed)}", place)
    if unknown := [name for name in value if name not in needed and name not in optional]:
        raise Refused(f"found the unknown key {shown(unknown[0])}; known are {', '.join((*needed, *optional))}", place)
    return value


def elements(value: Any, place: str, what: str, least: int = 0, most: int | None = None) -> list[Any]:
    """`value` as a list of `least` to `most` elements."""
    if not isinstance(value, list):
        raise Refused(f"found {shown(value)}; needed a list of {what}", place)
    if len(value) < least or (most is not None and len(value) > most):
        bounds = f"{least}" if least == most else f"at least {least}" if most is None else f"{least} to {most}"
        raise Refused(f"found {len(value)} elements; needed {bounds}: {what}", place)
    return value


def word(value: Any, place: str, known: Sequence[str]) -> str:
    """`value` as one of the `known` words."""
    if not isinstance(value, str) or value not in known:
        raise Refused(f"found {shown(value)}; needed one of {', '.join(known)}", place)
    return value


def index(value: Any, place: str, count: int) -> int:
    """`value` as the number of one of `count` things, counted from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
        raise Refused(f"found {shown(value)}; needed a whole number from 0 to {count - 1}", place)
    return value


def point(value: Any, place: str, size: int) -> tuple[fmpq, ...]:
    """`value` as a list of `size` numbers."""
    return tuple(number(x, f"{place}[{i}]") for i, x in enumerate(elements(value, place, "numbers", size, size)))


def interval(value: Any, place: str) -> tuple[fmpq | None, fmpq | None]:
    """`value` as ``[lower, upper]`` with ``lower <= upper``; "-inf" below and "inf" above are read as None."""
    low, high = elements(value, place, "a lower end, an upper end", 2, 2)
    lower = None if low == "-inf" else number(low, f"{place}[0]")
    upper = None if high == "inf" else number(high, f"{place}[1]")
    if lower is not None and upper is not None and lower > upper:
        raise Refused(f"the lower end {shown(low)} lies above the upper end {shown(high)}", place)
    return lower, upper


def bounded(value: Any, place: str) -> tuple[fmpq, fmpq]:
    """`value` as an interval with two finite ends."""
    lower, upper = interval(value, place)
    if lower is None or upper is None:
        raise Refused("an end is infinite here; needed two numbers", place)
    return lower, upper
