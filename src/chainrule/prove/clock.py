"""The end of the time, as one reading of `time.perf_counter` that a whole call passes down, and looks at in every loop."""

from __future__ import annotations

import math
import time


class TimeUp(KeyboardInterrupt):
    """The time is up: heard wherever Ctrl-C is, and answered alike, with what is known by then."""


def after(seconds: float, until: float = math.inf) -> float:
    """What the clock says after so many seconds, or `until` where that comes first."""
    return min(until, time.perf_counter() + seconds)


def share(until: float, part: float) -> float:
    """What the clock says when this part of the time that is left is over."""
    return until if until == math.inf else time.perf_counter() + left(until) * part


def is_up(until: float) -> bool:
    """Whether the clock says `until`, or later."""
    return time.perf_counter() >= until


def look(until: float) -> None:
    """Leave with TimeUp where the time is up."""
    if is_up(until):
        raise TimeUp


def left(until: float) -> float:
    """The seconds that are left, 0 where there are none."""
    return max(0.0, until - time.perf_counter())


def for_highs(until: float) -> dict[str, float]:
    """The options of `scipy.optimize.linprog` that end a linear program in time."""
    return {} if until == math.inf else {"time_limit": max(left(until), 1e-3)}
