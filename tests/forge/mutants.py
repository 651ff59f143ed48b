"""The checker, mutated: each small fault in a file that decides must make some test fail. ``python -m tests.forge.mutants verdict.py …``

All tests are collected and run once in this process, noting which lines of which file each one reaches. Then, for each mutant, a fork of this
process gets the changed code into the function (the function object stays, so that everybody who imported it has the fault), runs the tests that
reach the line, quickest first, and ends at the first that fails. Too slow counts as killed, too.
"""

from __future__ import annotations

import importlib
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.forge.mutate import Mutant, code_of, mutants

ROOT = Path(__file__).parents[2]
CHECKER = ROOT / "src" / "chainrule_check"
TESTS = ("tests/check", "tests/forge")
MOST_SECONDS = 20.0  # of tests for one mutant, as the first run took them


class Loop:
    """A plugin for pytest: instead of its own loop, the first run and then the mutants."""

    def __init__(self, files: Sequence[str], share: float) -> None:
        self.files, self.share = [CHECKER / name for name in files], share
        self.names = {str(path) for path in self.files}
        self.reached: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.seconds: dict[int, float] = {}
        self.survivors: list[tuple[Path, Mutant, str]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Before the tests are read: the same few examples for each mutant."""
        from hypothesis import settings

        settings.register_profile("mutants", deadline=None, database=None, derandomize=True, max_examples=15)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        self.first_run()
        for path in self.files:
            self.judge(path)
        return True

    def first_run(self) -> None:
        for i, item in enumerate(self.items):
            lines: set[tuple[str, int]] = set()
            start = time.perf_counter()
            sys.settrace(self.tracer(lines))
            try:
                reports = runtestprotocol(item, log=False, nextitem=self.items[(i + 1) % len(self.items)])
            finally:
                sys.settrace(None)
            if any(report.failed for report in reports):
                print(f"left out, since it fails without a mutant: {item.nodeid}", flush=True)
                continue
            self.seconds[i] = time.perf_counter() - start
            for line in lines:
                self.reached[line].add(i)
        print(f"{len(self.items)} tests, {sum(self.seconds.values()):.0f} s under the tracer", flush=True)

    def tracer(self, lines: set[tuple[str, int]]) -> Any:
        names = self.names

        def local(frame: FrameType, event: str, _: Any) -> Any:
            lines.add((frame.f_code.co_filename, frame.f_lineno))
            return local

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            return local(frame, event, None) if frame.f_code.co_filename in names else None

        return trace

    def judge(self, path: Path) -> None:
        found = list(mutants(path.read_text()))
        if self.share < 1:
            found = random.Random(0).sample(found, int(self.share * len(found)))
        tally = {"killed": 0, "slow": 0, "survived": 0, "not reached": 0}
        for mutant in found:
            verdict = self.fate(path, mutant)
            tally[verdict] += 1
            if verdict in ("survived", "not reached"):
                self.survivors.append((path, mutant, verdict))
                print(f"  {path.name}:{mutant.line} {mutant.function}: {mutant.what}  [{verdict}]", flush=True)
        dead = tally["killed"] + tally["slow"]
        print(f"{path.relative_to(CHECKER)}: {dead} of {len(found)} killed ({tally['slow']} by the clock), {tally['survived']} survive, "
              f"{tally['not reached']} reached by no test", flush=True)  # fmt: skip

    def fate(self, path: Path, mutant: Mutant) -> str:
        chosen = sorted(self.reached[str(path), mutant.line], key=self.seconds.__getitem__)
        if not chosen:
            return "not reached"
        total, kept = 0.0, []
        for i in chosen:
            total += self.seconds[i]
            if total > MOST_SECONDS and kept:
                break
            kept.append(i)
        limit = 5 + 4 * sum(self.seconds[i] for i in kept)
        child = os.fork()
        if child == 0:
            os.setsid()
            self._run(path, mutant, kept)
        deadline = time.monotonic() + limit
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
            if time.monotonic() > deadline:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return "slow"
            time.sleep(0.01)

    def _run(self, path: Path, mutant: Mutant, kept: list[int]) -> None:
        """In the fork: never returns."""
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            plant(path, mutant)
            kept = sorted(kept, key=lambda i: (round(self.seconds[i], 1), i))
            for n, i in enumerate(kept):
                following = self.items[kept[n + 1]] if n + 1 < len(kept) else None
                if any(report.failed for report in runtestprotocol(self.items[i], log=False, nextitem=following)):
                    os._exit(1)
        except BaseException:  # noqa: BLE001 - a mutant may end in anything
            os._exit(1)
        os._exit(0)


def plant(path: Path, mutant: Mutant) -> None:
    """Give the function of the imported module the mutant's code."""
    name = ".".join(path.relative_to(CHECKER.parent).with_suffix("").parts)
    found: Any = importlib.import_module(name)
    for part in mutant.function.split("."):
        found = found.__dict__[part]
    while not hasattr(found, "__code__"):  # a property, a cached one, a class method, or what a decorator wrapped
        inner = next(
            (getattr(found, key) for key in ("fget", "func", "__func__", "__wrapped__") if getattr(found, key, None)),
            None,
        )
        if inner is None:
            raise TypeError(f"{mutant.function} is no function")
        found = inner
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    found.__code__ = code_of(compile(mutant.tree, str(path), "exec"), mutant.function)


DECIDE = (
    "verdict.py", "line.py", "pieces.py", "judge.py", "ranges.py", "expression/method.py", "expression/boxes.py", "expression/parts.py",
    "expression/tails.py", "expression/growth.py", "expression/neuron.py", "space/boxes.py", "space/nodes.py", "space/tree.py", "space/rules.py",
    "space/wells.py", "space/outside.py", "space/escape.py", "space/rank.py", "space/stationary.py", "space/zones.py", "space/approaches.py",
    "space/coordinates.py", "space/slabs.py", "space/groups.py",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Files of the checker (none: all that decide); ``--share 0.1`` takes a sample of the mutants, ``--tests PATH …`` other tests."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m tests.forge.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="such as verdict.py space/tree.py")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    options = parser.parse_args(arguments)
    loop = Loop(options.files or [name for name in DECIDE if (CHECKER / name).exists()], options.share)
    os.chdir(ROOT)
    quiet = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:doctest",
        "-o",
        "addopts=--import-mode=importlib",
    ]
    pytest.main([*quiet, "-s", *options.tests], plugins=[loop])
    return 1 if loop.survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
