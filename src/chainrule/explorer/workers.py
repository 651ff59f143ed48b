"""Proofs in processes of their own, so that one that is no longer wanted, or takes too long, can be ended.

A worker is asked to stop first; it looks for that wish whenever the search reports progress. One that does not
hear it within `PATIENCE` is ended and replaced.
"""

from __future__ import annotations

import importlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 0.5  # seconds a worker has to hear that it should stop
PRELOADED = ["chainrule.explorer.answers", "chainrule.verdict", "chainrule_fast", "scipy.optimize"]
TICK = 0.02  # seconds between looks at whether the answer is still wanted


class NoLongerWanted(Exception):
    """The question was taken back."""


class _Stopped(BaseException):
    """Leaves the search from inside its progress report; not an Exception, so that nothing on the way catches it."""


Work = Callable[[Mapping[str, Any], Callable[..., None] | None], dict[str, Any]]


def _serve(connection: Connection, work: Work) -> None:
    """A worker's life: a problem comes in, an answer goes out, until the other end is gone."""
    import signal

    from threadpoolctl import threadpool_limits

    for name in PRELOADED:  # before the first question comes
        importlib.import_module(name)

    threadpool_limits(1)  # of BLAS: several workers with threads of their own would wait for each other
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers

    def progress(*_: object) -> None:
        if connection.poll():
            raise _Stopped

    ready = False
    while True:
        try:
            if not ready:
                connection.send(None)
                ready = True
            question = connection.recv()
            if question is None:
                continue  # a wish to stop that came after the answer had left
            (problem,) = question
            try:
                connection.send(work(problem, progress))
            except _Stopped:
                connection.recv()
                connection.send(None)
            except Exception as error:  # noqa: BLE001  whatever went wrong is told to the page, and the worker lives
                connection.send({"error": f"The proof failed: {type(error).__name__}: {str(error)[:300]}"})
        except (EOFError, OSError, KeyboardInterrupt):
            return  # the other end is gone


def _context() -> Any:
    """How processes begin. Forking a process with threads can lock up, so they are forked from one that has none and has
    done the imports: a worker that had to be ended is then replaced in milliseconds."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


class Worker:
    """One process that proves one problem at a time."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._start()

    def _start(self) -> None:
        context = _context()
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, self._work), daemon=True)
        self._process.start()
        self._ready = False
        other.close()

    def ask(self, problem: Mapping[str, Any], dropped: threading.Event, limit: float) -> dict[str, Any]:
        """The answer; raises NoLongerWanted once `dropped` is set."""
        if not self._process.is_alive():
            self._renew()
        try:
            while not self._ready:  # a process that has just begun is still importing, which is not the question's time
                if dropped.is_set():
                    raise NoLongerWanted
                self._ready = self._connection.poll(TICK) and self._connection.recv() is None
            end = time.monotonic() + limit
            self._connection.send((problem,))
            while not self._connection.poll(TICK):
                if dropped.is_set():
                    self._stop()
                    raise NoLongerWanted
                if time.monotonic() > end:
                    self._renew()
                    return {"error": f"Not proved within {limit:g} seconds; fewer points or free weights are quicker."}
            answer: dict[str, Any] = self._connection.recv()
            return answer
        except (EOFError, OSError):
            self._renew()
            return {"error": "The process that proves has ended unexpectedly; change something to try again."}

    def _stop(self) -> None:
        """Ask politely: the reply to a wish to stop is None, or the answer that was just being sent."""
        self._connection.send(None)
        if not self._connection.poll(PATIENCE):
            self._renew()
        elif self._connection.recv() is not None:
            pass  # answered just before the wish arrived; the worker skips the wish

    def _renew(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.terminate()
        self._process.join(2)


class Workers:
    """A few workers; whoever asks waits for one of them. They begin in the background: a page need not wait for them."""

    def __init__(self, count: int, work: Work, limit: float = 20.0) -> None:
        self._free: queue.Queue[Worker] = queue.Queue()
        self._all: list[Worker] = []
        self._limit, self._failure = limit, ""
        self._beginning = threading.Thread(target=self._begin, args=(count, work), daemon=True)
        self._beginning.start()

    def _begin(self, count: int, work: Work) -> None:
        try:
            for _ in range(count):
                worker = Worker(work)
                self._all.append(worker)
                self._free.put(worker)
        except OSError as error:
            self._failure = str(error)

    def ask(self, problem: Mapping[str, Any], dropped: threading.Event) -> dict[str, Any]:
        """Blocks until there is an answer; raises NoLongerWanted once `dropped` is set."""
        while True:
            if dropped.is_set():
                raise NoLongerWanted
            try:
                worker = self._free.get(timeout=TICK)
                break
            except queue.Empty:
                if self._failure and not self._all:
                    return {"error": f"No process for proofs could be begun: {self._failure}."}
        try:
            return worker.ask(problem, dropped, self._limit)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        self._beginning.join()
        for worker in self._all:
            worker.close()
