"""A proof that is no longer wanted ends, politely or not, and the next one is answered."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from chainrule.explorer.workers import NoLongerWanted, Workers


def slow(problem: Mapping[str, Any], progress: Callable[..., None] | None) -> dict[str, Any]:
    """Takes so many seconds; looks up now and then, unless deaf."""
    end = time.monotonic() + problem["seconds"]
    while time.monotonic() < end:
        time.sleep(0.01)
        if progress and not problem.get("deaf"):
            progress("working", 0.5)
    return {"took": problem["seconds"], "process": os.getpid()}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(1, slow, limit=3.0)
    pool.ask({"seconds": 0}, threading.Event())  # the process has started
    yield pool
    pool.close()


@pytest.mark.parametrize("deaf", [False, True])
def test_a_proof_taken_back_ends_and_the_next_is_answered(workers: Workers, deaf: bool) -> None:
    """One that hears the wish leaves its process to the next; one that does not is ended with it."""
    before = workers.ask({"seconds": 0}, threading.Event())["process"]
    dropped = threading.Event()
    threading.Timer(0.2, dropped.set).start()
    with pytest.raises(NoLongerWanted):  # and not the sentence of a proof that was let run until its limit
        workers.ask({"seconds": 60, "deaf": deaf}, dropped)
    after = workers.ask({"seconds": 0}, threading.Event())
    assert after["took"] == 0
    assert (after["process"] == before) == (not deaf)


def test_a_proof_that_takes_too_long_is_ended_with_a_sentence(workers: Workers) -> None:
    answer = workers.ask({"seconds": 60, "deaf": True}, threading.Event())
    assert answer["error"].startswith("Not proved within 3 seconds")
    assert workers.ask({"seconds": 0}, threading.Event())["took"] == 0


def test_a_failing_proof_is_told_and_the_worker_lives(workers: Workers) -> None:
    assert "KeyError" in workers.ask({}, threading.Event())["error"]
    assert workers.ask({"seconds": 0}, threading.Event())["took"] == 0
