"""How long a check may take: a reading of the clock that belongs to one call, as Arb's precision does, and is looked at in every loop.

A check that is left has shown nothing: neither that the claim holds nor that it does not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float] = ContextVar("until", default=math.inf)


class OutOfTime(Exception):
    """The check was left before its end."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """At most so many seconds inside the block."""
    before = _until.set(time.perf_counter() + seconds)
    try:
        look()
        yield
    finally:
        _until.reset(before)


def look() -> None:
    """Leave with OutOfTime where the time is up."""
    if time.perf_counter() >= _until.get():
        raise OutOfTime("the time for this check was up before its end")
