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

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, form_range, hull
from chainrule.prove.neuron.local import jet
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.stationary.pin import Pinned, pin

Kind = Literal["minimum", "maximum", "saddle"]

_ARRAYS = Arrays()
SMALLEST = 2.0**-30
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


def find_zone(ridge: Ridge, point: Floats) -> Zone | None:
    """The largest zone of one shape around a point at which the gradient nearly vanishes, if there is one."""
    hessian = jet(ridge, point[None]).hessian[0]
    values, vectors = np.linalg.eigh(hessian)
    if not np.min(np.abs(values)) > 1e-12 * np.max(np.abs(values)):
        return None
    inverse = _short((vectors / values) @ vectors.T)
    # Along each weight the reach of the ellipsoid that |∇²f| describes.
    shape = np.sqrt(np.diag((vectors / np.abs(values)) @ vectors.T))
    size = _largest(ridge, point, shape, inverse)
    if size is None:
        return None
    lower, upper = point - size * shape, point + size * shape
    pinned = pin(ridge, point, inverse, lower, upper)
    kind = _kind(values)
    return (
        None if pinned is None or not _signs_hold(ridge, point, values) else Zone(lower, upper, inverse, kind, pinned)
    )


def _short(matrix: Floats) -> Floats:
    """Rounded to 26 bits: the preconditioner need not be exact, and its text is short."""
    mantissa, exponent = np.frexp(matrix)
    rounded = np.ldexp(np.round(mantissa * 2**26), exponent - 26)
    # A certificate's numbers are 0 or between 1e-100 and 1e100.
    return np.where(np.abs(rounded) < 1e-99, 0.0, rounded)


def _kind(values: Floats) -> Kind:
    return "minimum" if np.all(values > 0) else "maximum" if np.all(values < 0) else "saddle"


def _signs_hold(ridge: Ridge, point: Floats, values: Floats) -> bool:
    """Whether the computed eigenvalues at a point have certain signs.

    The computed Hessian is off by less than the sizes of its terms times SLACK, m units for the sum and the forms' own
    error times h''' (below 1); the computed eigenvalues by that (H. Weyl) and a small multiple of k units.
    """
    form = form_range(ridge.a, ridge.b, ridge.b_error, point[None], point[None])
    spread = (form.upper - form.lower)[0]
    norms = np.einsum("mk,mk->m", ridge.a, ridge.a) * ridge.weight
    error = norms @ (spread + SLACK + (len(ridge.a) + 64) * ULP) / ridge.rows
    return bool(np.min(np.abs(values)) > 4 * error)


def _largest(ridge: Ridge, point: Floats, shape: Floats, inverse: Floats) -> float | None:
    """The largest scale, to a few per cent, whose box is a zone."""

    def fits(size: float) -> bool:
        return crowding(ridge, point - size * shape, point + size * shape, inverse) < ROOM

    size = 1.0
    while not fits(size):
        size /= 4
        if size < SMALLEST:
            return None
    good, bad = size, 4 * size
    for _ in range(6):
        middle = np.sqrt(good * bad)
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return float(good)


def crowding(ridge: Ridge, lower: Floats, upper: Floats, inverse: Floats) -> float:
    """An upper bound of ``max_r Σ_c |E_rc| d_c / d_r`` on a box: below 1 it holds at most one stationary point."""
    form = form_range(ridge.a, ridge.b, ridge.b_error, lower[None], upper[None])
    profile = ridge.profile
    low, high = (profile.curvature(_ARRAYS, *_ARRAYS.sigmoid_pair(z)) for z in form)
    least, most = (side[0] for side in hull(*form, low, high, profile.curvature_turns))
    middle, spread = (least + most) / 2, (most - least) / 2 + SLACK
    factor = (inverse @ ridge.a.T) * ridge.weight
    size = np.abs(ridge.a)
    # As in `separate`: a factor is off by a part of Σ|Y_rj a_ij|, whatever of that cancels.
    magnitude = (np.abs(inverse) @ size.T) * ridge.weight * (np.abs(middle) + spread)
    slack = magnitude @ size * ((len(ridge.a) + 16) * ULP + SLACK)
    bulk = (np.abs(factor) * spread) @ size + slack
    error = np.abs(np.eye(len(inverse)) - (factor * middle) @ ridge.a / ridge.rows) + bulk / ridge.rows
    radius = (upper - lower) / 2
    return float(np.max(error @ radius / radius) * (1 + SLACK))
