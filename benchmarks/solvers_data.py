"""The problems of the comparison: one sigmoid neuron, all weights in ±10, mean squared error, standardised inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris


@dataclass(frozen=True)
class Case:
    """Inputs `x` ``(n, d)`` and labels `y` ``(n,)``, made when asked for, and the wanted gap."""

    name: str
    make: Callable[[], tuple[np.ndarray, np.ndarray]]
    gap: float
    peers: bool = True


def _scaled(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (x - x.mean(axis=0)) / x.std(axis=0), y.astype(np.float64)


def _iris(columns: slice) -> tuple[np.ndarray, np.ndarray]:
    x, y = load_iris(return_X_y=True)
    return _scaled(x[y > 0][:, columns], y[y > 0] - 1)


def _cancer(count: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = load_breast_cancer(return_X_y=True)
    return _scaled(x[:, :count], y)


def _million() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1_000_000, 2))
    chance = 1 / (1 + np.exp(-(1.5 * x[:, 0] - x[:, 1] + 0.3)))
    return x, (rng.random(len(x)) < chance).astype(np.float64)


CASES = {
    "iris-sepal": Case("iris, sepal length and width", lambda: _iris(slice(0, 2)), 1e-6),
    "iris-petal": Case("iris, petal length and width", lambda: _iris(slice(2, 4)), 1e-6),
    "cancer-2": Case("breast cancer, first 2 features", lambda: _cancer(2), 1e-6),
    "iris-all": Case("iris, all 4 features", lambda: _iris(slice(0, 4)), 1e-3),
    "cancer-4": Case("breast cancer, first 4 features", lambda: _cancer(4), 1e-3),
    "cancer-5": Case("breast cancer, first 5 features", lambda: _cancer(5), 1e-3),
    "million": Case("made-up logistic data", _million, 1e-4, peers=False),
}
