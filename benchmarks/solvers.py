"""Chainrule beside other global solvers: ``python -m benchmarks.solvers [--cases …] [--seconds 60] [--runs 3]``.

One process, one problem after the other, all solvers in turn and that several times, so that a busy machine is busy for
all of them; each time is the median of its runs, from arrays to answer. Runs that reach the time limit are not repeated.
What each solver claims is held against the truth: Chainrule's enclosure, on small problems with a gap of 1e-9; *proved* where
the independent checker accepted its certificate.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from benchmarks.solvers_data import CASES, Case
from benchmarks.solvers_peers import REACH, Claim, Solver, available
from chainrule.problem import Problem
from chainrule.prove.boxes.search import Limits
from chainrule.prove.certificate import certificate_size
from chainrule.prove.result import Answer
from chainrule.prove.search import search
from chainrule.verdict import MOST_CHECKED, prove

HEADER = ("problem", "solver", "seconds", "of Chainrule's", "value found", "bound stated", "held against the truth")


@dataclass
class Timed:
    """A solver on a problem: its seconds in each run, and its last claim."""

    seconds: list[float] = field(default_factory=list)
    claim: Claim | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.solvers", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", default=",".join(CASES), help=f"some of {', '.join(CASES)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each run of another solver")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.cases.split(",") if name not in CASES]
    if unknown or options.runs < 1 or not options.seconds > 0:
        parser.error(f"needed cases among {', '.join(CASES)}, at least one run and a limit above 0")
    print(machine(options.runs, options.seconds), end="\n\n")
    print(_row(*HEADER), _row(*["---"] * len(HEADER)), sep="\n", flush=True)
    for name in options.cases.split(","):
        for line in compare(CASES[name], options.runs, options.seconds):
            print(line, flush=True)
    return 0


def machine(runs: int, seconds: float) -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}; load {load:.1f} at the "
        f"start; median of {runs} runs; other solvers were stopped after {seconds:g} s."
    )


def compare(case: Case, runs: int, seconds: float) -> Iterator[str]:
    """The lines of one problem."""
    x, y = case.make()
    signed = np.where(y[:, None] == 1, -1.0, 1.0) * np.column_stack([x, np.ones(len(x))])
    timed: dict[str, Timed] = {"Chainrule": Timed(), "Chainrule, check": Timed()}
    peers: dict[str, Solver] = dict(available()) if case.peers else {}
    timed |= {name: Timed() for name in peers}
    size = f"{case.name} ({len(x):,} × {signed.shape[1]}, gap {case.gap:g})"
    for _ in range(runs):
        start = time.perf_counter()
        answer = solve(x, y, case.gap)
        timed["Chainrule"].seconds.append(time.perf_counter() - start)
        timed["Chainrule"].claim = claim(answer)
        _check(answer, timed["Chainrule, check"])
        for name, solver in peers.items():
            entry = timed[name]
            if entry.seconds and max(entry.seconds) > 0.9 * seconds:
                continue
            start = time.perf_counter()
            entry.claim = solver(signed, case.gap, seconds)
            entry.seconds.append(time.perf_counter() - start)
    if timed["Chainrule, check"].claim is not None:
        answer = replace(answer, minimum=replace(answer.minimum, trust="proved"))
    low, high, trust = truth(x, y, answer)
    yield _row(size, f"truth ({trust})", "", "", f"{high:.12f}", f"{low:.12f}", "")
    for name, entry in timed.items():
        if entry.claim is None:
            yield _row("", name, "", "", "", "", f"not checked: over {MOST_CHECKED:,} boxes")
            continue
        seconds, ratio = f"{entry.median:.3g}", f"{entry.median / timed['Chainrule'].median:.3g}"
        bound = "none" if entry.claim.bound is None else f"{entry.claim.bound:.12f}"
        words = verdict(entry.claim, low, high, case.gap)
        yield _row("", name, seconds, ratio, f"{entry.claim.value:.12f}", bound, words)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def solve(x: np.ndarray, y: np.ndarray, gap: float) -> Answer:
    problem = Problem.from_table(np.column_stack([x, y]))
    box = {name: (Fraction(-REACH), Fraction(REACH)) for name in problem.free}
    return search(problem, box, Limits(gap=gap))


def _check(answer: Answer, entry: Timed) -> None:
    if certificate_size(answer.certificate) > MOST_CHECKED:
        return
    start = time.perf_counter()
    proved = prove(answer)
    entry.seconds.append(time.perf_counter() - start)
    entry.claim = claim(proved)


def claim(answer: Answer) -> Claim:
    value = answer.minimum.value
    return Claim(float(value.upper), float(value.lower), answer.minimum.kind == "attained")


def truth(x: np.ndarray, y: np.ndarray, answer: Answer) -> tuple[float, float, str]:
    """The enclosure to compare with: from a search with a gap of 1e-9 where that is quick, otherwise the one timed."""
    if x.size < 2000:
        answer = solve(x, y, 1e-9)
        answer = prove(answer)
    return float(answer.minimum.value.lower), float(answer.minimum.value.upper), answer.minimum.trust


def verdict(said: Claim, low: float, high: float, gap: float) -> str:
    """What is true of a claim, in words."""
    words = []
    if not said.value <= high + gap:
        words.append(f"misses the minimum by {said.value - high:.2g}")
    if said.value < low:
        words.append(f"value lies {low - said.value:.1e} below the minimum in the box")
    if said.bound is not None and said.bound > high:
        words.append(f"bound is wrong: {said.bound - high:.1e} above the minimum")
    if said.bound is not None and said.value - said.bound > 1.001 * gap:
        words.append(f"open: a gap of {said.value - said.bound:.2g} is left")
    if not words:
        words.append("right" if said.bound is not None else "right, with no bound")
    return "; ".join(words)


if __name__ == "__main__":
    sys.exit(main())
