"""Methods that know or learn the curvature, by SciPy: Newton's step in a trust region, and L-BFGS.

J. Nocedal and S. Wright, *Numerical Optimization*, 2nd ed. (2006), sections 4.3 and 7.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.descent.objective import Objective
from chainrule.descent.path import PathStep
from chainrule.problem.data import Floats

SCIPY_METHODS = {"newton": "trust-exact", "lbfgs": "L-BFGS-B"}
TOLERANCE = 1e-10


def walk(objective: Objective, method: str, start: Floats, steps: int) -> list[PathStep]:
    """The start and the places after each step that SciPy reports."""
    from scipy.optimize import minimize

    places = [start]

    def note(place: Any) -> None:
        places.append(np.array(getattr(place, "x", place), dtype=np.float64))

    options = {"maxiter": steps, "gtol": TOLERANCE} | ({"ftol": 0.0} if method == "lbfgs" else {})
    hessian = {"hess": objective.curvature} if method == "newton" else {}
    with np.errstate(all="ignore"):
        minimize(
            objective.slope, start, jac=True, method=SCIPY_METHODS[method], callback=note, options=options, **hessian
        )
    return [_step(objective, number, place) for number, place in enumerate(places)]


def _step(objective: Objective, number: int, place: Floats) -> PathStep:
    value, gradient = objective.slope(place)
    return PathStep(number, tuple(map(float, place)), value, tuple(map(float, gradient)))
