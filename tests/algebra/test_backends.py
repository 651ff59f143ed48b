"""What a search assumes of an array library, held against Arb and exact rationals for each library that is installed."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from types import SimpleNamespace

import flint
import numpy as np
import pytest

from chainrule.algebra.arrays import Arrays
from chainrule.algebra.backends import Backend, backend
from chainrule.algebra.intervals import EXP_ULPS, TINY, ULP
from chainrule.errors import ProblemError
from tests.truth import bits

INSTALLED = ["numpy", "strict", *(name for name in ("cupy", "jax", "torch") if importlib.util.find_spec(name))]


def installed(name: str) -> Backend:
    if name == "jax":  # what the environment variable does for a process of its own
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return backend(name)


@pytest.fixture(params=INSTALLED, scope="module")
def library(request) -> Backend:
    return installed(request.param)


def of(library, function, *points):
    """The library's function at doubles, as NumPy's array."""
    return library.take(function(*map(library.give, points)))


def worst_ulps(computed: np.ndarray, truth: np.ndarray) -> float:
    """The largest distance from a truth that may itself be off by 2, in units of 2^-52."""
    return float(np.max(np.abs(computed - truth) / (np.abs(truth) * ULP)))


def exp_on_millions(library: Backend) -> float:
    # A truth for millions of points cannot come from Arb one by one. e^(k/512 + r) = e^(k/512)·e^r: the first from
    # Arb as a double, the second a Taylor series whose error is below 2^-60, both rounded once: 2 ulp in all.
    rng = np.random.default_rng(7)
    k = rng.integers(-700 * 512, 700 * 512, 2000)
    with bits(150):
        balls = [flint.arb(flint.fmpq(int(i), 512)).exp() for i in k]
    table = np.array([float(b.mid()) for b in balls])
    x = k[:, None] / 512 + rng.uniform(-1 / 1024, 1 / 1024, (len(k), 1000))
    r = x - k[:, None] / 512  # exact: x and k/512 are within a factor of two, or x is tiny and r is x
    small = r + r * r / 2 + r**3 / 6 + r**4 / 24 + r**5 / 120
    return worst_ulps(of(library, library.xp.exp, x), table[:, None] + table[:, None] * small)


def test_exp_stays_within_the_ulps_that_are_assumed(library):
    assert exp_on_millions(library) <= EXP_ULPS


def test_an_exp_that_is_off_by_more_is_seen_by_that_test():
    sloppy = SimpleNamespace(exp=lambda x: np.exp(x) * (1 + 2 * EXP_ULPS * ULP), asarray=lambda a, device: a)
    assert exp_on_millions(Backend("sloppy", sloppy)) > EXP_ULPS


def test_exp_log_and_softplus_agree_with_arb_on_hard_and_random_points(library):
    rng = np.random.default_rng(8)
    x = np.concatenate([rng.uniform(-708, 709, 4000), rng.uniform(-1, 1, 2000), -np.logspace(-300, 2.8, 1500)])
    y = np.concatenate(
        [10 ** rng.uniform(-300, 300, 3000), 1 + rng.uniform(-1e-3, 1e-3, 2000), 1 + np.arange(1, 500) * ULP]
    )
    z = np.concatenate([rng.uniform(-700, 700, 2000), rng.uniform(-40, 40, 2000)])
    arrays = Arrays(library.xp)
    with bits(150):
        for points, truth_of, function, ulps in (
            (x, flint.arb.exp, arrays.exp, EXP_ULPS),
            (y, flint.arb.log, arrays.log, EXP_ULPS),
            (z, lambda a: a.exp().log1p(), lambda a: arrays.function("softplus", a), EXP_ULPS + 4),
        ):
            truth = [truth_of(flint.arb(float(p))) for p in points]
            error = [
                abs((flint.arb(float(c)) - t) / t) for c, t in zip(of(library, function, points), truth, strict=True)
            ]
            assert max(map(float, error)) <= ulps * ULP


def test_sigmoid_and_its_complement_keep_their_digits_or_are_next_to_nothing(library):
    rng = np.random.default_rng(9)
    z = np.concatenate([rng.uniform(-800, 800, 2000), rng.uniform(-40, 40, 3000), [0.0, -709.0, 709.0, 1e4, -1e4]])
    up, down = (library.take(part) for part in Arrays(library.xp).sigmoid_pair(library.give(z)))
    with bits(200):
        for x, s, t in zip(z, up, down, strict=True):
            for computed, sign in ((s, -1), (t, 1)):
                truth = 1 / (1 + (sign * flint.arb(float(x))).exp())
                assert float(abs(flint.arb(float(computed)) - truth)) <= 12 * ULP * float(truth) + TINY


def test_basic_operations_are_rounded_as_ieee_754_has_them(library):
    rng = np.random.default_rng(10)
    x, y = rng.normal(size=(2, 5000)) * 10.0 ** rng.integers(-30, 30, (2, 5000))
    for function in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b):
        assert np.array_equal(of(library, function, x, y), function(x, y))
    root = np.sqrt(
        np.abs(x)
    )  # it finds a place in a table that allows for a whole step; PyTorch's own is off in one case of 130
    assert np.all(np.abs(of(library, library.xp.sqrt, np.abs(x)) - root) <= 2 * np.spacing(root))
    assert np.array_equal(of(library, library.xp.minimum, x, y), np.minimum(x, y))
    assert np.array_equal(of(library, library.xp.maximum, x, y), np.maximum(x, y))


@pytest.mark.parametrize("shape", [(3, 700, 8), (40, 9, 300)])
def test_matrix_products_are_as_exact_as_sums_in_any_order(library, shape):
    """Half precision inside, as some graphics cards offer for products, would be seen here."""
    rng = np.random.default_rng(11)
    rows, terms, columns = shape
    a, b = rng.normal(size=(rows, terms)), rng.normal(size=(terms, columns))
    found = of(library, lambda x, y: x @ y, a, b)
    for i in range(rows):
        for j in range(0, columns, 37):
            products = [Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a[i], b[:, j], strict=True)]
            size = sum(map(abs, products))
            assert abs(Fraction(float(found[i, j])) - sum(products)) <= Fraction(terms) * Fraction(2) ** -53 * size


def test_tables_are_looked_up_at_the_whole_part(library):
    table = np.array([10.0, 20.0, 30.0])
    place = np.array([[0.0, 0.999], [1.0, 2.5]])
    assert of(library, lambda x: Arrays(library.xp).look_up(table, x), place).tolist() == [[10, 10], [20, 30]]


def test_there_and_back_changes_nothing(library):
    x = np.random.default_rng(12).normal(size=(3, 4))
    assert np.array_equal(library.take(library.give(x)), x)


@pytest.mark.parametrize(
    ("name", "told"),
    [("fortran", "not known"), ("", "not known"), ("numpy:gpu", "not known"), ("strict:moon", "makes no array")],
)
def test_a_backend_that_there_is_not_is_refused_with_a_reason(name, told):
    with pytest.raises(ProblemError, match=told):
        backend(name)


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(importlib.import_module("chainrule.algebra.backends")._MODULES, "torch", "no_such_library")
    with pytest.raises(ProblemError, match="torch and array-api-compat"):
        backend("torch")


def test_single_precision_is_refused(monkeypatch):
    single = SimpleNamespace(asarray=lambda a, device=None: np.asarray(a, np.float32), float64=np.dtype(np.float64))
    monkeypatch.setattr("chainrule.algebra.backends.importlib.import_module", lambda name: single)
    with pytest.raises(ProblemError, match="JAX_ENABLE_X64"):
        backend("jax")
