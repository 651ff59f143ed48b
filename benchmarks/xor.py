"""XOR with all nine weights free: ``python -m benchmarks.xor [--reach 10] [--gap 1e-6] [--seconds 60] [--peer-seconds 200]``.

Two inputs, two hidden sigmoid units, one sigmoid output, mean squared error over the four points of exclusive or, all nine weights
in ±reach. Chainrule first: its interval, what stands behind it, the seconds of the search and of the independent check. Then MAiNGO, if it is
installed (``pip install maingopy``), in the same process and minutes, with ``σ(z) = ½ + ½ tanh(z/2)``, which suits its relaxations best.
"""

from __future__ import annotations

import argparse
import os
import time
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from benchmarks.solvers_peers import run_maingo
from chainrule.problem import Problem
from chainrule.prove.boxes.state import Limits
from chainrule.prove.certificate import certificate_size
from chainrule.prove.result import Answer
from chainrule.verdict import MOST_CHECKED_FORMULA, minimize, prove

POINTS = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))
TABLE = "| {:<22} | {:>8} | {:>11} | {:>16} | {:>16} | {:>8} | {} |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.xor", description=__doc__.splitlines()[0])
    parser.add_argument("--reach", type=int, default=10)
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of the search")
    parser.add_argument("--peer-seconds", type=float, default=200.0, help="time limit of MAiNGO; 0 leaves it out")
    options = parser.parse_args(arguments)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"nine weights in ±{options.reach}, gap {options.gap:g}; {os.cpu_count()} cores, load {load:.1f} at the start",
        end="\n\n",
    )
    print(TABLE.format("solver", "seconds", "processor s", "lower", "upper", "width", "what stands behind it"))
    print(TABLE.format(*["---"] * 7), flush=True)
    ours(options.reach, options.gap, options.seconds)
    if options.peer_seconds > 0 and find_spec("maingopy"):
        maingo(options.reach, options.gap, options.peer_seconds)
    return 0


def ours(reach: int, gap: float, seconds: float) -> None:
    problem = Problem.state(["x", "y"], POINTS, layers=[2, 1], activation=["sigmoid", "sigmoid"])
    box = {name: (Fraction(-reach), Fraction(reach)) for name in problem.free}
    start = clocks()
    answer = minimize(problem, box, Limits(gap=gap, seconds=seconds), check=False)
    row("Chainrule, search", start, answer)
    if certificate_size(answer.certificate) <= MOST_CHECKED_FORMULA:
        start = clocks()
        row("Chainrule, its check", start, prove(answer))
    print(f"\n{answer.minimum.why}\n", flush=True)


def clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def row(name: str, start: tuple[float, float], found: Answer | tuple[float, float, str]) -> None:
    """What was found since `start`: an answer, or a lower bound, an upper bound and what stands behind them."""
    clock, processor = (now - then for now, then in zip(clocks(), start, strict=True))
    if isinstance(found, Answer):
        minimum = found.minimum
        found = float(minimum.value.lower), float(minimum.value.upper), f"{minimum.kind}, {minimum.trust}"
    lower, upper, behind = found
    print(
        TABLE.format(
            name, f"{clock:.1f}", f"{processor:.1f}", f"{lower:.12f}", f"{upper:.12f}", f"{upper - lower:.1e}", behind
        ),
        flush=True,
    )


def maingo(reach: int, gap: float, seconds: float) -> None:
    """MAiNGO (Bongartz and others), deterministic: McCormick relaxations in the space of the weights."""
    import maingopy as m

    def sigmoid(z: Any) -> Any:
        return 0.5 + 0.5 * m.tanh(0.5 * z)

    class Model(m.MAiNGOmodel):  # type: ignore[misc]
        def get_variables(self) -> list[Any]:
            return [m.OptimizationVariable(m.Bounds(-reach, reach), m.VT_CONTINUOUS, f"t{j}") for j in range(9)]

        def evaluate(self, t: Any) -> Any:
            total = 0.0
            for x, y, label in POINTS:
                hidden = [sigmoid(t[i] * float(x) + t[i + 1] * float(y) + t[i + 2]) for i in (0, 3)]
                total = total + m.sqr(sigmoid(t[6] * hidden[0] + t[7] * hidden[1] + t[8]) - float(label))
            result = m.EvaluationContainer()
            result.objective = 0.25 * total
            return result

    start = clocks()
    claim = run_maingo(Model(), gap, seconds)
    done = "its tolerances, no certificate" if claim.done else "stopped by its time limit"
    row("MAiNGO", start, (claim.bound, claim.value, done))


if __name__ == "__main__":
    raise SystemExit(main())
