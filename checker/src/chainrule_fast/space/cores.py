"""Judging leaves on every core.

In processes of their own: threads would wait for each other's interpreter lock at each of the small operations that a leaf takes. They are forks of this
one, so that they have the problem's columns without a copy; where that is not possible (or would not pay) this process judges alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

from chainrule_fast.space.leaves import Leaves
from chainrule_fast.space.tree import Items

WORTH = 10_000_000  # nodes × terms: half a second
AT_ONCE = 1024  # items in a parcel
AHEAD = 4  # parcels a core that may lie ready

_leaves: Leaves | None = None  # of a worker, from before it was forked


class Cores:
    """Judges items by `leaves`, with more processes where the `work`, nodes × terms, is worth it. The refusal is that of the first that are not proved."""

    def __init__(self, leaves: Leaves, work: int) -> None:
        self.leaves = leaves
        self.cores = _cores() if work >= WORTH else 1
        self.waiting: deque[tuple[Items, Future[str]]] = deque()
        self.pool: ProcessPoolExecutor | None = None
        if self.cores > 1:
            context = multiprocessing.get_context("fork")
            self.pool = ProcessPoolExecutor(self.cores, context, _begin, (leaves,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def judge(self, items: Items) -> None:
        """Have these proved, now or later; Refused where some, or earlier ones, are not."""
        for i in range(0, len(items), AT_ONCE) if self.pool else ():
            part = items.part(i, i + AT_ONCE)
            self.waiting.append((part, self._submit(part)))
        if self.pool is None:
            self.leaves.judge(items)
        while len(self.waiting) > AHEAD * self.cores:
            self._take()

    def finish(self) -> None:
        """Wait until all are proved."""
        while self.waiting:
            self._take()

    def _submit(self, items: Items) -> Future[str]:
        assert self.pool is not None
        try:
            return self.pool.submit(_judge, items)
        except BrokenProcessPool as error:
            failed: Future[str] = Future()
            failed.set_exception(error)
            return failed

    def _take(self) -> None:
        items, future = self.waiting.popleft()
        try:
            used = future.result()
        except BrokenProcessPool:  # a worker was killed, for want of memory perhaps
            self.leaves.judge(items)
        else:
            self.leaves.note(used)


def _cores() -> int:
    """How many processes may work; 1 where this one may have no children, or the system's libraries may not survive a fork."""
    if sys.platform != "linux" or multiprocessing.current_process().daemon:
        return 1
    return len(os.sched_getaffinity(0))


def _begin(leaves: Leaves) -> None:
    global _leaves  # a worker's only state
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    _leaves = leaves


def _judge(items: Items) -> str:
    """The arithmetic that was needed; Refused unless all are proved."""
    assert _leaves is not None
    _leaves.judge(items)
    return _leaves.used
