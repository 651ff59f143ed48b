"""Makes `certificate_maker` importable, and gives the walk-through problems of the product as fixtures."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from certificate_maker import WALK_THROUGH, make


@pytest.fixture(scope="session")
def walk_through():
    """A good certificate for each of the six problems with one free weight, by name. Copy before changing."""
    return {name: make(points) for name, points in WALK_THROUGH.items()}
