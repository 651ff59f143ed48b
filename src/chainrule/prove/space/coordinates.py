"""Other coordinates for the weights, in which the data's columns are nearly orthogonal: ``θ = T φ``.

Boxes are good for columns that vary independently. Where columns are far from their means, or almost repeat each other, the loss has
long valleys askew to the axes, and boxes must be small in all directions to follow one. With T invertible, ``f(Tφ)`` is the loss of the
same neuron on other columns, ``A T``, so everything that is proved of it by φ holds for θ. T is triangular, up to the order of the weights:
each column has that part taken away which the columns before it explain, by least squares, the bias (a column of ones) first. Its entries
are short binary fractions and the new columns exact, so no rounding comes in.

With an L2 penalty T changes the bias alone: each column has its mean taken away.

In a box of θ the domain is a parallelepiped in φ: a box cut by slabs (`boxes.slabs`). Weights that rest on a face of their interval at the best
point come last and are not taken from each other, so that ``θ_j = φ_j`` and the face stays one of the box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import flint
import numpy as np

from chainrule.exact import LARGEST, number_text
from chainrule.problem import Problem
from chainrule.problem.data import Column, Floats
from chainrule.prove.boundary import boundary
from chainrule.prove.certificate import certificate
from chainrule.prove.line.sharp import PLACES, outward
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer, Interval, Minimum

# The condition number of the columns' cosines from which on other coordinates save more boxes than their larger domain costs.
WORTH = 100.0
MOST = 200_000  # products of exact numbers to make the columns, at some microseconds each
BITS = 7  # of each entry of T, beyond what the column has left

Matrix = tuple[tuple[Fraction, ...], ...]
Ends = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Coordinates:
    """``θ = matrix · φ`` for the free weights `names`; `inverse` is the exact inverse."""

    names: tuple[str, ...]
    matrix: Matrix
    inverse: Matrix

    @classmethod
    def of(cls, names: tuple[str, ...], matrix: Matrix) -> Coordinates:
        k = len(names)
        flat = [flint.fmpq(x.numerator, x.denominator) for row in matrix for x in row]
        inverse = flint.fmpq_mat(k, k, flat).inv()
        exact = tuple(tuple(Fraction(int(inverse[i, j].p), int(inverse[i, j].q)) for j in range(k)) for i in range(k))
        return cls(names, matrix, exact)

    def problem(self, problem: Problem) -> Problem | None:
        """The neuron on the columns ``A T``; None where a number leaves the range of numbers that a problem may hold."""
        network, data = problem.network, problem.data
        place = {network.weight_name(0, 0, k): k for k in range(len(network.inputs))}
        old = [list(data.inputs[place[name]]) if name in place else [Fraction(1)] * len(data) for name in self.names]
        inputs = list(data.inputs)
        for j, name in enumerate(self.names):
            factors = [(row[j], column) for row, column in zip(self.matrix, old, strict=True) if row[j]]
            if name not in place or len(factors) == 1:  # T has ones on its diagonal
                continue
            new = [sum((t * column[i] for t, column in factors), Fraction(0)) for i in range(len(data))]
            if any(x and not 1 / LARGEST <= abs(x) <= LARGEST for x in new):
                return None
            inputs[place[name]] = Column(tuple(new))
        return replace(problem, data=replace(data, inputs=tuple(inputs)))

    def hull(self, ends: Sequence[Ends]) -> list[Ends]:
        """The intervals of φ that θ in a box reaches, exactly."""
        return _image(self.inverse, ends)

    def reaches(self, phi: Floats, ends: Sequence[Ends]) -> bool:
        """Whether ``T φ`` lies in the box, exactly."""
        values = [Fraction(float(x)) for x in phi]
        return all(low <= _dot(row, values) <= high for row, (low, high) in zip(self.matrix, ends, strict=True))

    def place(self, at: Mapping[str, Interval], domain: Mapping[str, Interval] | None) -> dict[str, Interval]:
        """Where θ can be for φ in `at`, rounded outward, within the domain."""
        ends = [(Fraction(at[name].lower), Fraction(at[name].upper)) for name in self.names]
        found = {}
        for name, (low, high) in zip(self.names, _image(self.matrix, ends), strict=True):
            wide = outward(low, high, PLACES)
            if domain is not None:
                wide = Interval(max(wide.lower, domain[name].lower), min(wide.upper, domain[name].upper))
            found[name] = wide
        return found

    def point(self, phi: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """``θ = T φ``, exactly."""
        values = [phi[name] for name in self.names]
        return {name: _dot(row, values) for name, row in zip(self.names, self.matrix, strict=True)}


def are_askew(ridge: Ridge) -> bool:
    """Whether the columns are so far from orthogonal that other coordinates are worth while."""
    rows, k = ridge.a.shape
    if k < 2 or rows * k * k > MOST:
        return False
    gram = _gram(ridge)
    return bool((np.diag(gram) > 0).all() and _condition(gram) >= WORTH)


def _gram(ridge: Ridge) -> Floats:
    return np.asarray((ridge.a * ridge.weight[:, None]).T @ ridge.a)


def find_coordinates(ridge: Ridge, held: np.ndarray) -> Coordinates | None:
    """Coordinates in which the search needs far fewer boxes, or None where the columns are good enough as they are.

    `held` ``(k,)`` says which weights rest on a face of their interval.
    """
    if not are_askew(ridge):
        return None
    gram = _gram(ridge)
    names = ridge.problem.free
    bias = [name == ridge.problem.network.bias_name(0, 0) for name in names]
    # A penalty is the same sum of squares only where its weights stay what they are; the bias, which has none, may take up their means.
    kept = held if not ridge.quadratic else ~np.array(bias) | held
    matrix = _triangular(gram, kept, bias)
    changed = np.array([[float(x) for x in row] for row in matrix])
    if not _condition(changed.T @ gram @ changed) < _condition(gram) / 4:
        return None
    return Coordinates.of(names, matrix)


def _condition(gram: Floats) -> float:
    """Of the columns, each at unit length; infinite where one is 0, as exactly dependent ones become in other coordinates."""
    if not (np.diag(gram) > 0).all():
        return np.inf
    size = np.sqrt(np.diag(gram))
    values = np.linalg.eigvalsh(gram / np.outer(size, size))
    return float(values[-1] / max(values[0], 1e-300))


def _triangular(gram: Floats, held: np.ndarray, is_bias: list[bool]) -> Matrix:
    """T: each column minus its least-squares fit by the columns before it, rounded to a small part of what is left."""
    k = len(gram)
    size = np.sqrt(np.diag(gram))
    matrix = [[Fraction(int(i == j)) for j in range(k)] for i in range(k)]
    before: list[int] = []
    left = [j for j in range(k) if not held[j]]
    while left:
        fits = {j: _fit(gram, before, j) for j in left}
        # The column of ones first, since a bias must stay one; then whatever the columns so far explain least.
        chosen = next((j for j in left if is_bias[j]), max(left, key=lambda j: fits[j][1] / gram[j, j]))
        _take_away(matrix, before, chosen, fits[chosen], size)
        left.remove(chosen)
        before.append(chosen)
    for j in np.flatnonzero(held):
        if not is_bias[j]:
            _take_away(matrix, before, int(j), _fit(gram, before, int(j)), size)
    return tuple(tuple(row) for row in matrix)


def _fit(gram: Floats, before: list[int], j: int) -> tuple[Floats, float]:
    """The coefficients of column j's fit by the columns before it, and the square of what is left."""
    if not before:
        return np.zeros(0), float(gram[j, j])
    coefficients = np.linalg.lstsq(gram[np.ix_(before, before)], gram[before, j], rcond=None)[0]
    return np.asarray(coefficients, np.float64), max(
        float(gram[j, j] - coefficients @ gram[before, j]), 1e-12 * float(gram[j, j])
    )


def _take_away(
    matrix: list[list[Fraction]], before: list[int], j: int, fit: tuple[Floats, float], size: Floats
) -> None:
    for i, coefficient in zip(before, fit[0], strict=True):
        # A multiple of this unit of column i is at most 2^-BITS of what is left of column j.
        unit = Fraction(2) ** int(np.floor(np.log2(np.sqrt(fit[1]) / size[i])) - BITS)
        matrix[i][j] = -round(Fraction(float(coefficient)) / unit) * unit


def _image(matrix: Matrix, ends: Sequence[Ends]) -> list[Ends]:
    """The range of each coordinate of ``matrix · x`` for x in a box."""
    found = []
    for row in matrix:
        pairs = [
            (t * low, t * high) if t > 0 else (t * high, t * low) for t, (low, high) in zip(row, ends, strict=True)
        ]
        found.append((sum((low for low, _ in pairs), Fraction(0)), sum((high for _, high in pairs), Fraction(0))))
    return found


def _dot(row: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    return sum((t * x for t, x in zip(row, values, strict=True)), Fraction(0))


def carried_over(
    problem: Problem,
    coordinates: Coordinates,
    inner: Answer,
    domain: Mapping[str, Interval] | None,
    retold: Callable[[Minimum], str],
) -> Answer:
    """The answer about θ, in the domain, from the one about φ; `retold` words the verdict."""
    found = inner.minimum
    minimum = replace(
        found,
        at=None if found.at is None else coordinates.place(found.at, domain),
        direction=None if found.direction is None else coordinates.point(found.direction),
        far=None if found.far is None else coordinates.point(found.far),
        domain=domain,
    )
    minimum = replace(minimum, why=retold(minimum))
    best = None if inner.best is None else coordinates.point(inner.best)
    point = None if best is None else {name: Interval(x, x) for name, x in best.items()}
    proof = {
        "method": "coordinates",
        "weights": list(coordinates.names),
        "matrix": [[number_text(x) for x in row] for row in coordinates.matrix],
        "inner": {"claim": inner.certificate["claim"], "proof": inner.certificate["proof"]},
    }
    return replace(
        inner,
        problem=problem,
        minimum=minimum,
        boundary=None if point is None else boundary(problem, point),
        certificate=certificate(problem, minimum, (), {}, proof),
        best=best,
    )
