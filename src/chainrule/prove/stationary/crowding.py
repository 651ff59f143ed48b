"""How far a neuron's Hessian on a box is from one matrix: whether the box holds at most one stationary point, and of what kind."""

from __future__ import annotations

import numpy as np

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.intervals import ULP
from chainrule.problem.data import Floats
from chainrule.prove.neuron.enclose import SLACK, form_range, hull
from chainrule.prove.neuron.ridge import Ridge

_ARRAYS = Arrays()


def signs_hold(ridge: Ridge, point: Floats, values: Floats) -> bool:
    """Whether the computed eigenvalues at a point have certain signs.

    The computed Hessian is off by less than the sizes of its terms times SLACK, m units for the sum and the forms' own
    error times h''' (below 1); the computed eigenvalues by that (H. Weyl) and a small multiple of k units.
    """
    form = form_range(ridge.a, ridge.b, ridge.b_error, point[None], point[None])
    spread = (form.upper - form.lower)[0]
    norms = np.einsum("mk,mk->m", ridge.a, ridge.a) * ridge.weight
    error = norms @ (spread + SLACK + (len(ridge.a) + 64) * ULP) / ridge.rows
    penalty = float(np.max(2 * ridge.quadratic.rate)) * 8 * ULP
    return bool(np.min(np.abs(values)) > 4 * (error + penalty))


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
    # The penalty's Hessian is one matrix, known but for its rounding.
    fixed = inverse * (2 * ridge.quadratic.rate)
    error = np.abs(np.eye(len(inverse)) - fixed - (factor * middle) @ ridge.a / ridge.rows)
    error += bulk / ridge.rows + 8 * ULP * (1 + np.abs(fixed))
    radius = (upper - lower) / 2
    return float(np.max(error @ radius / radius) * (1 + SLACK))
