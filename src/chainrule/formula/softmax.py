"""Softmax and the logarithm of its denominator, from the closed list and without overflow.

    ln(e^a + e^b) = a + softplus(b − a)          softmax_k(z) = σ(z_k − ln Σ_{j≠k} e^z_j)
    −Σ_k t_k ln softmax_k(z) = Σ_k t_k softplus(ln Σ_{j≠k} e^z_j − z_k) = ln Σ_k e^z_k − Σ_k t_k z_k          where Σ_k t_k = 1

The first form of the last has no cancelling and no term below 0, and an interval shows so. An algebra that prints writes
them as on paper instead: it brings ``log_sum_exp(*z)`` and ``softmax(*z)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.algebra.base import Algebra, V


def log_sum_exp(algebra: Algebra[V], z: Sequence[V]) -> V:
    """``ln Σ_k e^z_k``."""
    own = getattr(algebra, "log_sum_exp", None)
    if own is not None:
        written: V = own(*z)
        return written
    total = z[0]
    for other in z[1:]:
        total = algebra.add(total, algebra.function("softplus", algebra.add(other, algebra.negate(total))))
    return total


def softmax(algebra: Algebra[V], z: Sequence[V]) -> list[V]:
    """``e^z_k / Σ_j e^z_j`` for each k: positive, and 1 together."""
    own = getattr(algebra, "softmax", None)
    if own is not None:
        return list(own(*z))
    shares = []
    for k, own_z in enumerate(z):
        others = log_sum_exp(algebra, [*z[:k], *z[k + 1 :]])
        shares.append(algebra.sigmoid(algebra.add(own_z, algebra.negate(others))))
    return shares


def softmax_entropy(algebra: Algebra[V], z: Sequence[V], targets: Sequence[V]) -> V:
    """``−Σ_k t_k ln softmax_k(z)`` for targets that are 1 together."""
    if getattr(algebra, "log_sum_exp", None) is not None:
        chosen = algebra.add(*(algebra.multiply(t, unit) for unit, t in zip(z, targets, strict=True)))
        return algebra.add(log_sum_exp(algebra, z), algebra.negate(chosen))
    terms = []
    for k, (unit, t) in enumerate(zip(z, targets, strict=True)):
        others = log_sum_exp(algebra, [*z[:k], *z[k + 1 :]])
        terms.append(algebra.multiply(t, algebra.function("softplus", algebra.add(others, algebra.negate(unit)))))
    return algebra.add(*terms)
