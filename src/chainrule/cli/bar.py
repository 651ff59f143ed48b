"""A progress bar on stderr, where that is a terminal; it leaves nothing behind.

tqdm was tried first: it wants a count of steps, and here there is a share that may also fall; the few lines below are all
that is needed.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 0.1  # seconds between two drawings: more is flicker
PATIENCE = 0.3  # what is over sooner shows no bar
LONGEST = 24


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None] | None]:
    """A function of what is being done and the share of it that is done; None where nobody watches."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    last = time.perf_counter() - EVERY + PATIENCE

    def show(task: str, share: float) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= EVERY:
            last = now
            print(
                f"\r{bar(task, share, shutil.get_terminal_size((80, 24)).columns - 1)}\x1b[K",
                end="",
                file=sys.stderr,
                flush=True,
            )

    try:
        yield show
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def bar(task: str, share: float, width: int) -> str:
    """One line of at most `width` characters."""
    long = max(4, min(LONGEST, width - len(task) - 1))
    filled = round(long * min(max(share, 0.0), 1.0))
    return f"{'█' * filled}{'░' * (long - filled)} {task}"[:width]
