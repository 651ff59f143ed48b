"""The solvers compared: each takes the signed rows of a problem and returns what it claims.

With the sign of row i flipped where its label is 1, the loss is ``mean_i σ(s_i·θ)²``; every solver gets that form,
MAiNGO with ``σ(z) = ½ + ½ tanh(z/2)``, which suits its relaxations best.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

REACH = 10.0


@dataclass(frozen=True)
class Claim:
    """The best loss a solver found, the lower bound it states (None: it states none), and whether it says it is done."""

    value: float
    bound: float | None
    done: bool


Solver = Callable[[np.ndarray, float, float], Claim]


def available() -> Iterator[tuple[str, Solver]]:
    """Each solver that is installed, with its name."""
    for name in ("differential_evolution", "shgo", "dual_annealing", "direct"):
        yield f"SciPy {name}", _scipy(name)
    if find_spec("maingopy"):
        yield "MAiNGO", maingo
    if find_spec("pyscipopt"):
        yield "SCIP", scip


def _scipy(name: str) -> Solver:
    def solve(signed: np.ndarray, gap: float, seconds: float) -> Claim:
        from scipy import optimize

        def loss(theta: np.ndarray) -> float:
            with np.errstate(over="ignore"):
                return float(np.mean(1 / (1 + np.exp(-(signed @ theta))) ** 2))

        bounds = [(-REACH, REACH)] * signed.shape[1]
        options: dict[str, Any] = {}
        if name in ("differential_evolution", "dual_annealing"):
            options["rng"] = 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = getattr(optimize, name)(loss, bounds, **options)
        return Claim(float(found.fun), None, bool(found.success))

    return solve


def maingo(signed: np.ndarray, gap: float, seconds: float) -> Claim:
    """MAiNGO (Bongartz and others), deterministic: McCormick relaxations in the space of the weights."""
    import maingopy as m

    class Model(m.MAiNGOmodel):  # type: ignore[misc]
        def get_variables(self) -> list[Any]:
            names = (f"t{j}" for j in range(signed.shape[1]))
            return [m.OptimizationVariable(m.Bounds(-REACH, REACH), m.VT_CONTINUOUS, n) for n in names]

        def evaluate(self, theta: Any) -> Any:
            total = 0.0
            for row in signed:
                z = sum((float(s) * t for s, t in zip(row[1:], theta[1:], strict=True)), float(row[0]) * theta[0])
                total = total + m.sqr(0.5 + 0.5 * m.tanh(0.5 * z))
            result = m.EvaluationContainer()
            result.objective = total / len(signed)
            return result

    return run_maingo(Model(), gap, seconds)


def run_maingo(model: Any, gap: float, seconds: float) -> Claim:
    """A model of MAiNGO's solved quietly: what it found, its bound, and whether it says that it is done."""
    import maingopy as m

    solver = m.MAiNGO(model)
    for option, value in {
        "epsilonA": gap, "epsilonR": 1e-12, "maxTime": seconds,
        "LBP_verbosity": 0, "UBP_verbosity": 0, "BAB_verbosity": 0,
    }.items():  # fmt: skip
        solver.set_option(option, value)
    solver.set_option("loggingDestination", m.LOGGING_NONE)
    status = solver.solve()
    return Claim(solver.get_objective_value(), solver.get_final_LBD(), status == m.GLOBALLY_OPTIMAL)


def scip(signed: np.ndarray, gap: float, seconds: float) -> Claim:
    """SCIP (Bolusani and others), deterministic: linear relaxations of an expression graph with a variable for each form."""
    from pyscipopt import Model, exp, quicksum

    model = Model()
    model.hideOutput()
    theta = [model.addVar(lb=-REACH, ub=REACH) for _ in range(signed.shape[1])]
    loss = model.addVar(lb=0, ub=1)
    terms = []
    for row in signed:
        form = quicksum(float(s) * t for s, t in zip(row, theta, strict=True))
        terms.append((1 + exp(-form)) ** -2)
    model.addCons(loss >= quicksum(terms) / len(signed))
    model.setObjective(loss, "minimize")
    model.setParam("limits/time", seconds)
    model.setParam("limits/absgap", gap)
    model.optimize()
    best = [model.getVal(t) for t in theta] if model.getNSols() else None
    value = float("nan") if best is None else float(np.mean(1 / (1 + np.exp(-(signed @ best))) ** 2))
    return Claim(value, model.getDualbound(), model.getStatus() in ("optimal", "gaplimit"))
