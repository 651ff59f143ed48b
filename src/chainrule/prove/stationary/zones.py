"""Zones: boxes that hold exactly one stationary point, which is known to many digits and whose kind is known.

Let W be a box with half-widths d, Y a matrix, and ``E = I − Y H`` with H any matrix of second derivatives taken at
points of W (a different point for each row will do). If ``Σ_c |E_rc| d_c < d_r`` for every row, then Y H is
nonsingular (its distance from I is below 1 in the norm ``max_r |x_r|/d_r``). So

- two stationary points p ≠ q of W cannot be: ``0 = ∇f(p) − ∇f(q) = H̄(p − q)``, H̄ the mean of H between them;
- the Hessian's eigenvalues do not pass through 0 in W, so their signs at one point tell the kind;
- if ``m − Y∇f(m) + E(X − m)`` lies in X ⊂ W, with m the centre of X, then X holds a stationary point (L. Brouwer,
  R. Krawczyk 1969): ``θ − Y∇f(θ)`` maps X into itself, and Y is nonsingular.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from chainrule.problem.data import Floats
from chainrule.prove.boxes.wells import largest_scale
from chainrule.prove.stationary.ground import Ground, short
from chainrule.prove.stationary.pin import Pinned

Kind = Literal["minimum", "maximum", "saddle"]

ROOM = 0.95  # rows' sums stay this much below their half-widths, so that another arithmetic agrees


@dataclass(frozen=True)
class Zone:
    """Enclosed: on the box ``[lower, upper]`` exactly one point is stationary. It is of that `kind` and lies in
    `pinned.at`; the loss there lies in `pinned.value`. `preconditioner` is Y ``(k, k)``."""

    lower: Floats
    upper: Floats
    preconditioner: Floats
    kind: Kind
    pinned: Pinned


def find_zone(ground: Ground, point: Floats) -> Zone | None:
    """The largest zone of one shape around a point at which the gradient nearly vanishes, if there is one."""
    hessian = ground.jet(point[None]).hessian[0]
    values, vectors = np.linalg.eigh(hessian)
    if not np.min(np.abs(values)) > 1e-12 * np.max(np.abs(values)):
        return None
    inverse = short((vectors / values) @ vectors.T)
    # Along each weight the reach of the ellipsoid that |∇²f| describes.
    shape = np.sqrt(np.diag((vectors / np.abs(values)) @ vectors.T))
    size = _largest(ground, point, shape, inverse)
    if size is None:
        return None
    lower, upper = point - size * shape, point + size * shape
    pinned = ground.pin(point, inverse, lower, upper)
    kind = _kind(values)
    return None if pinned is None or not ground.signs_hold(point, values) else Zone(lower, upper, inverse, kind, pinned)


def _kind(values: Floats) -> Kind:
    return "minimum" if np.all(values > 0) else "maximum" if np.all(values < 0) else "saddle"


def _largest(ground: Ground, point: Floats, shape: Floats, inverse: Floats) -> float | None:
    """The largest scale, to a few per cent, whose box is a zone."""

    def fits(sizes: Floats) -> np.ndarray:
        return np.array([ground.crowding(point - size * shape, point + size * shape, inverse) < ROOM for size in sizes])

    return largest_scale(fits)
