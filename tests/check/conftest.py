"""The walk-through problems of the product and a search of the prover as fixtures."""

import numpy as np
import pytest
from tests.check.certificate_maker import WALK_THROUGH, make
from tests.check.prover_maker import Limits, points_problem, prove_box, standard


@pytest.fixture(scope="session")
def walk_through():
    """A good certificate for each of the six problems with one free weight, by name. Copy before changing."""
    return {name: make(points) for name, points in WALK_THROUGH.items()}


@pytest.fixture(scope="session")
def proved():
    """A search by the real prover over [−10, 10]³: 40 rows of two noisy classes."""
    rng = np.random.default_rng(1)
    x = standard(rng.normal(size=(40, 2)))
    y = x[:, 0] + x[:, 1] / 2 + rng.normal(size=40) > 0
    return prove_box(points_problem(x, y), [-10] * 3, [10] * 3, Limits())[0]
