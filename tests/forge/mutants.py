"""The checker, mutated: each small fault in a file that decides must make some test fail. ``python -m tests.forge.mutants verdict.py …``

All tests are collected and run once in this process, noting which functions each one calls. Then, for each mutant, a fork of this
process gets the changed code into the function (the function object stays, so that everybody who imported it has the fault), runs the tests that
call it, quickest first, and ends at the first that fails. Too slow counts as killed, too.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.forge.mutate import Mutant, code_of, functions, mutants

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "checker" / "src"
TESTS = ("tests/check", "tests/forge")
KERNEL_TESTS = tuple(
    f"tests/kernel/test_{name}.py"
    for name in ("conclude", "nested", "leaves", "tails", "hypotheses", "forged", "enclosures")
)
MOST_SECONDS = 20.0  # of a processor, of tests for one mutant, as the first run took them


class Loop:
    """A plugin for pytest: instead of its own loop, the first run and then the mutants."""

    def __init__(self, files: Sequence[Path], share: float) -> None:
        self.files, self.share = files, share
        self.reached: dict[str, set[int]] = defaultdict(set)
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
        """Each test once, noting which functions it calls: these note it themselves, by a statement put in front of each."""
        known: dict[Any, CodeType] = {}
        for path in self.files:
            module = ast.parse(path.read_text())
            for name, _ in functions(module):
                found = target(path, name)
                known[found] = found.__code__
                found.__code__ = code_of(compile(noted(module, name, f"{path}:{name}"), str(path), "exec"), name)
        for i, item in enumerate(self.items):
            builtins._reached = reached = set[str]()  # type: ignore[attr-defined]
            start = time.process_time()
            reports = runtestprotocol(item, log=False, nextitem=self.items[(i + 1) % len(self.items)])
            if any(report.failed for report in reports):
                print(f"left out, since it fails without a mutant: {item.nodeid}", flush=True)
                continue
            self.seconds[i] = time.process_time() - start
            for key in reached:
                self.reached[key].add(i)
        for found, code in known.items():
            found.__code__ = code
        print(f"{len(self.items)} tests, {sum(self.seconds.values()):.0f} s", flush=True)

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
        print(f"{path.relative_to(SOURCES)}: {dead} of {len(found)} killed ({tally['slow']} by the clock), {tally['survived']} survive, "
              f"{tally['not reached']} reached by no test", flush=True)  # fmt: skip

    def fate(self, path: Path, mutant: Mutant) -> str:
        chosen = sorted(self.reached[f"{path}:{mutant.function}"], key=self.seconds.__getitem__)
        if not chosen:
            return "not reached"
        total, kept = 0.0, []
        for i in chosen:
            total += self.seconds[i]
            if total > MOST_SECONDS and kept:
                break
            kept.append(i)
        limit = 20 + 20 * sum(self.seconds[i] for i in kept)
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
    found = target(path, mutant.function)
    found.__code__ = code_of(compile(mutant.tree, str(path), "exec"), mutant.function)


def target(path: Path, function: str) -> Any:
    """The function itself, in the imported module."""
    found: Any = importlib.import_module(".".join(path.relative_to(SOURCES).with_suffix("").parts))
    for part in function.split("."):
        found = found.__dict__[part]
    while not hasattr(found, "__code__") or hasattr(
        found, "__wrapped__"
    ):  # a property, a class method, or what a decorator wrapped
        found = next(inner for key in INSIDE if (inner := getattr(found, key, None)) is not None)
    return found


INSIDE = ("__wrapped__", "fget", "func", "__func__")


def noted(module: ast.Module, function: str, key: str) -> ast.Module:
    """The module with a statement in front of the function that notes the key."""
    copy = deepcopy(module)
    dict(functions(copy))[function].body.insert(0, ast.parse(f"__import__('builtins')._reached.add({key!r})").body[0])
    return ast.fix_missing_locations(copy)


KERNEL = (
    "conclude.py", "leaves.py", "cover.py", "proof.py", "domain.py", "regions.py", "intervals.py", "formula.py", "rules/bound.py", "rules/convex.py",
    "rules/limit.py", "rules/linear.py", "rules/newton.py", "rules/sign.py", "rules/zero.py", "lemmas/pool.py", "lemmas/above.py",
)  # fmt: skip
DECIDE = (
    "verdict.py", "line.py", "pieces.py", "judge.py", "ranges.py", "expression/method.py", "expression/boxes.py", "expression/parts.py",
    "expression/tails.py", "expression/growth.py", "expression/neuron.py", "space/boxes.py", "space/nodes.py", "space/tree.py", "space/rules.py",
    "space/wells.py", "space/outside.py", "space/escape.py", "space/rank.py", "space/stationary.py", "space/zones.py", "space/approaches.py",
    "space/coordinates.py", "space/slabs.py", "space/groups.py",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Files of the checker, or with ``--kernel`` of the kernel (none: all that decide); ``--share 0.1`` takes a sample of the mutants, ``--tests PATH …`` other tests."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m tests.forge.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="such as verdict.py space/tree.py")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--tests", nargs="+")
    options = parser.parse_args(arguments)
    package, names = ("chainrule_check", KERNEL) if options.kernel else ("chainrule_fast", DECIDE)
    loop = Loop([SOURCES / package / name for name in options.files or names], options.share)
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
    pytest.main([*quiet, "-s", *(options.tests or (KERNEL_TESTS if options.kernel else TESTS))], plugins=[loop])
    return 1 if loop.survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
