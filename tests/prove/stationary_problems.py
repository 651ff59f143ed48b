"""Problems with several stationary points, and a search for those that shares nothing with the product."""

from fractions import Fraction

import numpy as np

from chainrule.problem import Problem


def petals():
    """Iris, versicolor and virginica: petal length and width, both standardised, bias free."""
    from sklearn.datasets import load_iris

    data = load_iris()
    kept = data.target > 0
    x = data.data[kept][:, 2:]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    rows = [[*map(float, row), int(label == 2)] for row, label in zip(x, data.target[kept], strict=True)]
    return Problem.state(["length", "width"], rows)


def box(problem, reach):
    return {name: (Fraction(-reach), Fraction(reach)) for name in problem.free}


def at_random(seed):
    """A few points with whole inputs up to 4; k = 2 or 3 free weights."""
    rng = np.random.default_rng(seed)
    inputs = int(rng.integers(1, 3))
    count = int(rng.integers(3, 9))
    rows = [
        [*map(int, rng.integers(-4, 5, inputs)), rng.choice(["0", "1", "0.3"], p=[0.45, 0.45, 0.1])]
        for _ in range(count)
    ]
    return Problem.state(["x", "y"][:inputs], rows)


def columns(problem):
    """Inputs with a column of ones ``(n, k)`` and labels ``(n,)``, as doubles; all weights are free."""
    points = [problem.data.point(row) for row in range(len(problem.data))]
    x = np.array([[*map(float, inputs), 1.0] for inputs, _ in points])
    return x, np.array([float(label) for _, label in points])


def derivatives(problem, points):
    """Gradients ``(S, k)`` and Hessians ``(S, k, k)`` of ``mean (σ(x·θ) − y)²``, written out from σ' = σ(1 − σ).

    Of cross-entropy they are ``mean (σ − y) x`` and ``mean σ' x xᵀ``; a penalty adds ``2λθ`` and 2λ, but for the bias, which is last.
    """
    x, y = columns(problem)
    s = 1 / (1 + np.exp(-points @ x.T))
    bend = s * (1 - s)
    first = 2 * (s - y) * bend
    second = 2 * bend**2 + 2 * (s - y) * bend * (1 - 2 * s)
    if problem.loss == "cross-entropy":
        first, second = s - y, bend
    n, rate = len(y), 2 * float(problem.penalty) * np.array([*[1.0] * (x.shape[1] - 1), 0.0])
    return first @ x / n + rate * points, np.einsum("si,ij,ik->sjk", second, x, x) / n + np.diag(rate)


def brute_force(problem, reach, starts=4000, seed=1):
    """The stationary points in ±reach that Newton's method finds from many starts, with the signs of their eigenvalues."""
    rng = np.random.default_rng(seed)
    k = len(problem.free)
    points = rng.uniform(-reach, reach, (starts, k)) * rng.choice([0.2, 1.0], (starts, 1))
    for _ in range(60):
        gradient, hessian = derivatives(problem, points)
        step = np.einsum("sij,sj->si", np.linalg.pinv(hessian, rcond=1e-10), gradient)
        points = points - step / np.maximum(1, np.abs(step).max(axis=1))[:, None]
        points = points[np.all(np.abs(points) < 2 * reach, axis=1)]
    gradient, hessian = derivatives(problem, points)
    step = np.einsum("sij,sj->si", np.linalg.pinv(hessian, rcond=1e-10), gradient)
    values = np.linalg.eigvalsh(hessian)
    arrived = (np.abs(step).max(axis=1) < 1e-9) & (np.abs(values).min(axis=1) > 1e-7 * np.abs(values).max(axis=1))
    arrived &= np.all(np.abs(points) < reach, axis=1)
    found = {}
    for point, signs in zip(points[arrived], np.sign(values[arrived]), strict=True):
        found.setdefault(tuple(np.round(point, 6) + 0.0), (point, signs))
    return list(found.values())


def kind(signs):
    return "minimum" if np.all(signs > 0) else "maximum" if np.all(signs < 0) else "saddle"
