"""The example of flipped labels says what its own figures show."""

import importlib.util
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "flipped_labels.py"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("flipped_labels", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.DRAWS, module.TEST = 3, 5_000
    return module


def test_labels_flipped_far_from_the_line_hurt_logistic_regression_and_not_the_certified_neuron(example):
    results, gap = example.compare("far from the line", 0.1)
    accuracy, brier, angle = results["CertifiedNeuron"].mean(axis=0)
    other_accuracy, other_brier, other_angle = results["LogisticRegression"].mean(axis=0)
    assert gap <= 1e-4
    assert brier < 0.7 * other_brier
    assert accuracy > other_accuracy
    assert angle < other_angle


def test_on_clean_labels_the_two_are_about_equal(example):
    results, _ = example.compare("none", 0.0)
    certified, logistic = (results[name].mean(axis=0) for name in ("CertifiedNeuron", "LogisticRegression"))
    assert abs(certified[0] - logistic[0]) < 0.01
    assert abs(certified[1] - logistic[1]) < 0.005


def test_flips_are_as_many_as_said_and_where_said(example):
    import numpy as np

    rng = np.random.default_rng(0)
    x, y = example.draw(rng, 100)
    flipped = example.flip(rng, x, y, "far from the line", 0.1)
    changed = np.flatnonzero(flipped != y)
    distance = np.abs(x @ example.SLOPES)
    assert len(changed) == 10
    assert distance[changed].min() >= np.delete(distance, changed).max()
