"""Softmax and the logarithm of its denominator, from the closed list and without overflow.

    ln(e^a + e^b) = a + softplus(b − a)          softmax_k(z) = σ(z_k − ln Σ_{j≠k} e^z_j)

An algebra that prints writes them as on paper instead: it brings ``log_sum_exp(*z)`` and ``softmax(*z)``.
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
