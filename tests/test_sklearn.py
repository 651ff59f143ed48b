"""The scikit-learn classifier: its certificate is about the data as it came, and scikit-learn's own checks pass."""

import pickle
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from chainrule.sklearn import CertifiedNeuron, NoMinimumWarning, UndecidedWarning, _standardised


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore::sklearn.exceptions.SkipTestWarning"
)
@parametrize_with_checks([CertifiedNeuron(max_time=0.5)])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


def flowers(columns):
    X, y = load_iris(return_X_y=True)
    return X[y > 0][:, columns], y[y > 0]


def brier(model, X, y):
    return float(np.mean((model.predict_proba(X)[:, 1] - (y == model.classes_[1])) ** 2))


def test_the_loss_lies_between_the_bound_and_the_gap_above_it():
    X, y = flowers([0, 1])
    model = CertifiedNeuron(gap=1e-7).fit(X, y)
    # 0.186759114313 is known from other solvers and an independent check.
    assert 0 <= model.loss_ - model.lower_bound_ <= 1e-7
    assert model.lower_bound_ <= 0.186759114313 <= model.loss_ + 1e-12
    assert brier(model, X, y) == pytest.approx(model.loss_, abs=1e-12)
    assert model.verdict_.minimum.kind == "attained"
    assert model.verdict_.minimum.domain is None


def test_shifted_and_scaled_inputs_have_the_same_lowest_loss():
    X, y = flowers([0, 1])
    model = CertifiedNeuron().fit(X, y)
    moved = CertifiedNeuron().fit(X * [1e-6, 4096.0] + [1e-3, 1e7], y)
    assert moved.loss_ == pytest.approx(model.loss_, abs=2e-6)
    assert moved.coef_[0, 1] * 4096 == pytest.approx(model.coef_[0, 1], rel=1e-3)


@pytest.mark.parametrize("keep_scale", [False, True])
def test_centring_and_scaling_round_nothing(keep_scale):
    rng = np.random.default_rng(0)
    X = np.column_stack(
        [rng.normal(size=50), rng.normal(1e9, 1e-3, 50), 10.0 ** rng.uniform(-30, 5, 50), np.full(50, 0.1)]
    )
    center, scale, columns = _standardised(X, None, keep_scale)
    for j, column in enumerate(columns):
        assert np.frexp(scale[j])[0] == 0.5  # a power of two
        for x, u in zip(X[:, j], column, strict=True):
            assert u * Fraction(scale[j]) + Fraction(center[j]) == Fraction(x)


def test_separable_data_warns_and_gives_a_line_of_nearly_the_widest_margin():
    # Along x1 the classes end at −1 and 1: the widest margin is the line x1 = 0, whatever x2 does.
    X = np.array([[-1.0, 0.5], [-3, -2], [-2, 2], [-1, -0.5], [1, 0.5], [4, 2], [1, -0.5]])
    y = np.array([0, 0, 0, 0, 1, 1, 1])
    with pytest.warns(NoMinimumWarning, match="separable"):
        model = CertifiedNeuron(gap=1e-6).fit(X, y)
    assert model.verdict_.minimum.kind == "not-attained"
    assert model.loss_ - model.lower_bound_ <= 1e-6
    assert model.score(X, y) == 1
    w, b = model.coef_[0], model.intercept_[0]
    assert abs(w[1] / w[0]) < 0.15
    assert abs(b / w[0]) < 0.15
    assert np.linalg.norm(w) < 20  # finite and short: σ(−7)² is already below 1e-6


def test_a_wide_table_that_is_separable_is_settled_at_once():
    X, y = load_breast_cancer(return_X_y=True)
    with pytest.warns(NoMinimumWarning):
        model = CertifiedNeuron().fit(X, y)
    assert model.verdict_.minimum.domain is None
    assert model.lower_bound_ <= 0 <= model.loss_ <= model.lower_bound_ + 1e-6
    assert model.score(X, y) == 1


def test_an_infimum_at_infinity_that_is_not_zero_gives_a_model_within_the_gap():
    # Two of three points at x = 0 contradict each other: they cost at least 1/3 · (1/4 + 1/4); the third escapes.
    X, y = np.array([[0.0], [0.0], [1.0]]), np.array([0, 1, 1])
    with pytest.warns(NoMinimumWarning, match="no minimum"):
        model = CertifiedNeuron(gap=1e-5).fit(X, y)
    assert model.lower_bound_ <= 1 / 6 <= model.loss_ <= 1 / 6 + 1e-5


def test_flipping_labels_moves_the_certified_line_less_than_logistic_regression():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(80, 2))
    y = (X[:, 0] > 0).astype(int)
    y[np.argsort(X[:, 0])[-6:]] = 0  # the six clearest points, flipped
    certified, logistic = CertifiedNeuron(gap=1e-3, box=10).fit(X, y), LogisticRegression(C=np.inf).fit(X, y)
    truth = (X[:, 0] > 0).astype(int)
    assert certified.score(X, truth) > logistic.score(X, truth)


def test_a_box_bounds_the_weights_of_the_scaled_inputs():
    X, y = flowers([2, 3])
    model = CertifiedNeuron(box=2.0).fit(X, y)
    v = model.coef_[0] * model.scale_
    c = model.intercept_[0] + model.coef_[0] @ model.center_
    assert np.max(np.abs([*v, c])) <= 2 + 1e-9
    assert {float(i.upper) for i in model.verdict_.minimum.domain.values()} == {2.0}
    assert model.loss_ - model.lower_bound_ <= 1.1e-6


def test_more_than_four_features_are_searched_in_a_box_and_time_that_runs_out_is_said():
    X, y = load_breast_cancer(return_X_y=True)
    with pytest.warns(UndecidedWarning, match="not settled within max_time=0.1"):
        model = CertifiedNeuron(max_time=0.1).fit(X[:, :6], y)
    assert {float(i.upper) for i in model.verdict_.minimum.domain.values()} == {10.0}
    assert 0 <= model.lower_bound_ < model.loss_ < 0.25


def test_classes_may_be_texts_and_the_model_goes_through_pickle_and_pipelines():
    X, y = flowers([0, 1])
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = CertifiedNeuron(gap=1e-3).fit(X, names)
    again = pickle.loads(pickle.dumps(model))
    assert list(model.classes_) == ["versicolor", "virginica"]
    assert (again.predict(X) == model.predict(X)).all()
    assert (
        again.verdict_.certificate["proof"]["tree"].tree.size == model.verdict_.certificate["proof"]["tree"].tree.size
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        scores = cross_val_score(make_pipeline(StandardScaler(), CertifiedNeuron(gap=1e-3)), X, names, cv=3)
    assert scores.mean() > 0.6


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"gap": 0}, "gap=0: needed a number above 0"),
        ({"gap": float("nan")}, "gap=nan"),
        ({"box": -1.0}, "box=-1.0"),
        ({"max_time": 0}, "max_time=0"),
        ({"penalty": -0.1}, "penalty=-0.1: needed a number of 0 or more"),
        ({"penalty": "l2"}, "penalty='l2'"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        CertifiedNeuron(**parameters).fit(*flowers([0, 1]))


def test_checking_makes_the_verdict_proved_and_changes_nothing_else():
    X, y = flowers([0, 1])
    plain, checked = CertifiedNeuron().fit(X, y), CertifiedNeuron(check=True).fit(X, y)
    assert plain.verdict_.minimum.trust == "enclosed"
    assert checked.verdict_.minimum.trust == "proved"
    assert (checked.coef_ == plain.coef_).all()


def test_a_row_of_weight_two_counts_as_two_rows_and_one_of_weight_zero_as_none():
    X, y = flowers([0, 1])
    counts = np.arange(100) % 3
    weighted = CertifiedNeuron().fit(X, y, sample_weight=counts)
    repeated = CertifiedNeuron().fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    assert weighted.loss_ == pytest.approx(repeated.loss_, abs=1e-9)
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-5)
    with pytest.raises(ValueError, match="at least one non-zero"):
        CertifiedNeuron().fit(X, y, sample_weight=np.zeros(100))


def test_a_penalty_gives_separable_data_a_minimum_with_short_weights():
    X, y = load_iris(return_X_y=True)
    X, y = X[y < 2][:, :2], y[y < 2]
    sizes = []
    for penalty in (1e-3, 1e-2):
        model = CertifiedNeuron(penalty=penalty).fit(X, y)
        assert model.verdict_.minimum.kind == "attained"
        w = model.coef_[0]
        assert model.loss_ == pytest.approx(brier(model, X, y) + penalty * float(w @ w), abs=1e-9)
        assert 0 <= model.loss_ - model.lower_bound_ <= 1e-6
        sizes.append(float(np.linalg.norm(w)))
    assert sizes[0] > sizes[1] > 0


def test_three_classes_and_one_class_are_refused():
    X, y = load_iris(return_X_y=True)
    with pytest.raises(ValueError, match="OneVsRest"):
        CertifiedNeuron().fit(X, y)
    with pytest.raises(ValueError, match="one class only"):
        CertifiedNeuron().fit(X[:50], y[:50])


def test_a_search_that_had_no_time_bounds_the_loss_by_0_and_not_by_less():
    X, y = load_breast_cancer(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CertifiedNeuron(max_time=1e-9, box=1.0).fit(X[:, :6], y)
    assert model.lower_bound_ == float(model.verdict_.minimum.value.lower) == 0


def test_class_weights_are_case_weights_by_class():
    X, y = flowers([0])
    by_class = CertifiedNeuron(class_weight={1: 1, 2: 3}, gap=1e-4).fit(X, y)
    by_row = CertifiedNeuron(gap=1e-4).fit(X, y, np.where(y == 2, 3.0, 1.0))
    assert (by_class.coef_, by_class.loss_) == (by_row.coef_, by_row.loss_)
    assert by_class.loss_ != CertifiedNeuron(gap=1e-4).fit(X, y).loss_


def test_the_verdict_names_the_columns_of_a_data_frame_where_these_make_names():
    X, y = flowers([0, 1])
    fitted = CertifiedNeuron(gap=1e-2).fit(pd.DataFrame(X, columns=["sepal length (cm)", "breite"]), y)
    assert fitted.verdict_.problem.network.inputs == ("sepal_length_cm", "breite")
    assert "w_breite" in fitted.verdict_.minimum.why or fitted.verdict_.problem.free[1] == "w_breite"
    taken = CertifiedNeuron(gap=1e-2).fit(pd.DataFrame(X, columns=["a b", "a-b"]), y)  # both would be a_b
    assert taken.verdict_.problem.network.inputs == ("x1", "x2")


def test_labels_in_messages_are_as_they_were_given():
    X, _ = flowers([0])
    with pytest.raises(ValueError, match="found one class only, 7;"):
        CertifiedNeuron().fit(X, np.full(len(X), 7))
