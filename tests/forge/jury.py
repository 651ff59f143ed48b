"""The checker in a process of its own: what it answers, and how much time it takes. A traceback, a death, or too much time is a fault of its own."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Self

LONGEST = 10.0  # seconds of a processor, for one certificate
PATIENCE = 90.0  # seconds on the wall: other programs run, too


@dataclass(frozen=True)
class Answer:
    """`accepted`: `text` is the sentence. Else refused at `place`, with a message; or `fault`: a traceback, or the time that it took."""

    accepted: bool
    text: str
    place: str = ""
    fault: str = ""
    seconds: float = 0.0


def ask(document: Any, version: int = 1) -> Answer:
    """In this process: for documents that are known to be harmless. Version 2 is the kernel's."""
    if version == 2:
        from chainrule_check import Refused, check
    else:
        from chainrule_fast import Refused, check  # type: ignore[assignment]
    start = time.process_time()
    try:
        answer = Answer(True, str(check(document)))
    except Refused as refusal:
        answer = Answer(False, refusal.message, refusal.place)
    except Exception:  # noqa: BLE001 - whatever ends it is what is looked for
        answer = Answer(False, "", fault=traceback.format_exc())
    seconds = time.process_time() - start
    return Answer(answer.accepted, answer.text, answer.place, answer.fault, seconds)


class Jury:
    """A worker that is asked again and again; it is started anew where it did not answer in time."""

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self.process: multiprocessing.process.BaseProcess | None = None
        self.pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self) -> Connection:
        ours, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs, self.version))
        self.process.start()
        theirs.close()
        self.pipe = ours
        return ours

    def _stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
        if self.pipe is not None:
            self.pipe.close()
        self.process = self.pipe = None

    def ask(self, document: Any) -> Answer:
        """The answer to a document: its JSON text, or its tree."""
        pipe = self.pipe or self._start()
        assert self.process is not None
        pid, began, used = self.process.pid or 0, time.monotonic(), _used(self.process.pid or 0)
        try:
            pipe.send(document)
            while not pipe.poll(0.5):
                spent = _used(pid) - used
                if spent > 1.5 * LONGEST or time.monotonic() - began > PATIENCE:
                    self._stop()
                    fault = f"no answer after {spent:.1f} s of a processor" if spent > LONGEST else ""
                    return Answer(False, "stopped", fault=fault, seconds=spent)
            answer: Answer = pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionError):
            self._stop()
            return Answer(False, "", fault="the process of the checker died")
        if answer.seconds > LONGEST and not answer.fault:
            return Answer(answer.accepted, answer.text, answer.place, f"took {answer.seconds:.1f} s", answer.seconds)
        return answer


def _serve(pipe: Connection, version: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))  # memory without end is a fault, too
    while True:
        try:
            document = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        pipe.send(ask(document, version))


def _used(pid: int) -> float:
    """Seconds of a processor that a process has had."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
