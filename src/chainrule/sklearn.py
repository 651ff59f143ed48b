"""A scikit-learn classifier: one sigmoid neuron whose Brier score is, with a certificate, the lowest there is.

    minimise  f(w, b) = mean_i (σ(w·x_i + b) − y_i)²  (+ penalty·|w|²),   y_i = 0 or 1,

a mean weighted by `sample_weight` where that is given.

The search likes inputs centred near 0 with a spread near 1, so it works on ``u_j = (x_j − m_j)/s_j``. All `m_j` are
short binary fractions, all `s_j` powers of two, and the division is done without rounding; then ``w_j = v_j/s_j``,
``b = c − Σ v_j m_j/s_j`` maps the weights `v`, `c` of u one to one onto those of x with the same loss, exactly. So what is
certified over all reals for u is certified for the data as it came. `loss_` is enclosed at the rounded `coef_`
and `intercept_` themselves.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.algebra.arrays import Arrays
from chainrule.errors import ProblemError
from chainrule.exact import float_bounds, nearest
from chainrule.extras import require
from chainrule.problem import Column, DataSet, Network, Problem
from chainrule.problem.data import Floats
from chainrule.prove.boxes.search import Limits
from chainrule.prove.clock import TimeUp
from chainrule.prove.neuron.directions import find_escape
from chainrule.prove.neuron.enclose import enclose
from chainrule.prove.neuron.far import short_point
from chainrule.prove.neuron.local import local_minima
from chainrule.prove.neuron.ridge import Ridge
from chainrule.prove.result import Answer
from chainrule.verdict import minimize

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.class_weight import compute_sample_weight
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError:
    require("sklearn", "the estimator")
    raise

MOST_FEATURES = 4  # with more, a search of all reals seldom ends, and the default is a box
DEFAULT_BOX = 10.0
MOST_EXACT = 200_000  # rows that are centred in exact arithmetic where doubles would round; more are only scaled


class NoMinimumWarning(ConvergenceWarning):  # type: ignore[misc]
    """The loss has no minimum: some direction makes it fall for ever."""


class UndecidedWarning(ConvergenceWarning):  # type: ignore[misc]
    """The certificate shows less than was asked for: a wider gap, or a box instead of all reals."""


class CertifiedNeuron(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One sigmoid neuron fitted to the lowest mean squared error (Brier score), with a proof that it is the lowest.

    Logistic regression minimises the log-loss, on which one confidently wrong label may cost any amount. Here no point
    costs more than 1, so that a few flipped labels hardly move the line; the price is a loss that is not convex,
    on which descent may end anywhere. So the minimum is searched for globally, and certified.

    Parameters
    ----------
    penalty : float, default 0
        λ of the term ``λ·|coef_|²`` in the loss; the intercept is free. It is about the inputs as they come, so
        scale them first where their units differ.
    box : float or None, default None
        Search only where the intercept and the weights of the *centred and scaled* inputs u (`center_`, `scale_`)
        lie in ``[−box, box]``. None is all reals for up to 4 features. With more it is all reals where the
        data shows at once that there is no minimum, and otherwise ±10.
    gap : float, default 1e-6
        Wanted distance between `loss_` and `lower_bound_`.
    max_time : float or None, default 60
        Seconds of the whole fit, the check included, to within a second or a tenth; None for no limit. What is known by then is returned, with an
        `UndecidedWarning`.
    class_weight : dict, 'balanced' or None, default None
        What a row counts by its class, as everywhere in scikit-learn, times its `sample_weight`.
    check : bool, default False
        Hand the certificate to the independent checker, which takes longer than the search; what is then known is
        *proved* instead of *enclosed* (``verdict_.minimum.trust``).

    Attributes
    ----------
    coef_, intercept_ : ndarrays ``(1, d)`` and ``(1,)``
        The weights, for the inputs as they came.
    loss_ : float
        The loss at exactly these weights, an enclosure's upper end.
    lower_bound_ : float
        Enclosed: no weights whatever (in the box, where there is one) have a lower loss.
    verdict_ : chainrule.Answer
        The whole answer with its certificate, on the inputs u, named as the features of a data frame are where that makes names, else
        x1, x2, …: whether the minimum is attained, where,
        and why. ``verdict_.minimum.domain`` is None where the claim is about all reals.
    center_, scale_ : ndarray ``(d,)``
        ``u = (x − center_)/scale_``.
    classes_, n_features_in_, feature_names_in_
        As everywhere in scikit-learn.

    Warns
    -----
    NoMinimumWarning
        Where the infimum lies at infinity: separable data, for one, on which a steeper line is always better.
        The model returned is a finite one that a longer one cannot beat by more than `gap`: of all such, about the
        one with the smallest weights on u.
    UndecidedWarning
        Where time ran out, or nothing could be shown about all reals and the claim is about a box.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = CertifiedNeuron().fit(X[y > 0, :2], y[y > 0])
    >>> round(model.loss_, 6), model.loss_ - model.lower_bound_ <= 1e-6, model.verdict_.minimum.domain
    (0.186759, True, None)
    """

    def __init__(
        self,
        *,
        penalty: float = 0.0,
        box: float | None = None,
        gap: float = 1e-6,
        max_time: float | None = 60.0,
        check: bool = False,
        class_weight: Mapping[Any, float] | str | None = None,
    ) -> None:
        self.penalty = penalty
        self.box = box
        self.gap = gap
        self.max_time = max_time
        self.check = check
        self.class_weight = class_weight

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CertifiedNeuron:
        """Find the weights with the lowest loss; ``X`` is ``(n, d)``, ``y`` names one of two classes for each row.

        `sample_weight` ``(n,)``, numbers of 0 or more, weighs the mean over the rows; a row of weight 2 counts as two rows.

        Raises
        ------
        ValueError
            If there are not exactly two classes, or a parameter makes no sense.
        """
        self._require_parameters()
        X, y = validate_data(self, X, y, dtype=np.float64)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            # A row of weight 0 is not there: not for the classes, the centre and the scale either.
            counts = sample_weight > 0
            if not counts.any():  # scikit-learn says so itself from 1.8 on
                raise ValueError("sample_weight: found 0 for every row; needed at least one non-zero number")
            X, y, sample_weight = X[counts], y[counts], sample_weight[counts]
        label = self._labels(y)
        if self.class_weight is not None:
            by_class = compute_sample_weight(self.class_weight, y)
            sample_weight = by_class if sample_weight is None else by_class * sample_weight
        self.center_, self.scale_, columns = _standardised(X, sample_weight, self.penalty > 0)
        names = _names(getattr(self, "feature_names_in_", None), X.shape[1])
        case_weights = None if sample_weight is None else Column.of(sample_weight, "sample_weight")
        data = DataSet(columns, Column.of(label, "label"), None, case_weights)
        problem = Problem(Network(names), data, {}, penalty=Fraction(float(self.penalty)))
        answer = self._search(problem)
        weights = self._weights(problem, answer)
        self.coef_ = (weights[:-1] / self.scale_)[None]
        self.intercept_ = weights[-1:] - self.coef_ @ self.center_
        raw = tuple(Column.of(X[:, j], name) for j, name in enumerate(names))
        unmoved = replace(problem, data=replace(data, inputs=raw))
        self.loss_ = _loss_at(unmoved, self.coef_[0], float(self.intercept_[0]))
        self.lower_bound_ = float_bounds(answer.minimum.value.lower)[0]
        self.verdict_ = answer
        self._warn()
        return self

    def decision_function(self, X: Any) -> Floats:
        """``w·x + b`` for each row: positive where the second class is likelier."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(X @ self.coef_[0] + self.intercept_[0])

    def predict(self, X: Any) -> NDArray[Any]:
        """The likelier class of each row."""
        scores = self.decision_function(X)
        return np.asarray(np.take(self.classes_, (scores > 0).astype(int)))

    def predict_proba(self, X: Any) -> Floats:
        """``(n, 2)``: the neuron's output σ(w·x + b) for the second class, and the rest for the first."""
        one, zero = Arrays().sigmoid_pair(self.decision_function(X))
        return np.stack([zero, one], axis=1)

    def _require_parameters(self) -> None:
        for name in ("penalty", "gap", "box", "max_time"):
            value = getattr(self, name)
            if value is None and name in ("box", "max_time"):
                continue
            needed = "a number of 0 or more" if name == "penalty" else "a number above 0"
            if (
                not isinstance(value, Real)
                or not np.isfinite(float(value))
                or value < 0
                or (value == 0 and name != "penalty")
            ):
                raise ValueError(f"{name}={value!r:.60}: needed {needed}")

    def _labels(self, y: NDArray[Any]) -> Floats:
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The type of the target is {kind}, with {len(self.classes_)} classes; "
                "wrap the estimator in sklearn.multiclass.OneVsRestClassifier"
            )
        if len(self.classes_) < 2:
            raise ValueError(f"found one class only, {self.classes_[:1].tolist()[0]!r:.60}; needed rows of two classes")
        return np.asarray(codes, dtype=np.float64)

    def _search(self, problem: Problem) -> Answer:
        limits = Limits(gap=float(self.gap), seconds=self.max_time).begun()
        box = None if self.box is None else float(self.box)
        many = len(problem.free) > MOST_FEATURES + 1 and not self.penalty
        if box is None and many and not _escapes(problem, limits.until):
            box = DEFAULT_BOX
        ends = None if box is None else {name: (Fraction(-box), Fraction(box)) for name in problem.free}
        return minimize(problem, ends, limits, check=self.check)

    def _weights(self, problem: Problem, answer: Answer) -> Floats:
        """The weights of u: the best point found, or one that is within the gap of an infimum at infinity."""
        minimum, gap = answer.minimum, float(self.gap)
        if minimum.outward is not None:
            direction = np.array([float(minimum.outward[name]) for name in problem.free])
            low, high = nearest(minimum.value.lower), nearest(minimum.value.upper)
            return short_point(Ridge.of(problem), direction, max(low + 0.9 * gap, high + 0.1 * gap), gap)
        if answer.best is not None:
            return np.array([float(answer.best[name]) for name in problem.free])
        if minimum.at is not None:
            return np.array([nearest(minimum.at[name].middle) for name in problem.free])
        reach = np.full(len(problem.free), self.box or DEFAULT_BOX)
        return np.asarray(local_minima(Ridge.of(problem), -reach, reach)[0])

    def _warn(self) -> None:
        minimum = self.verdict_.minimum
        excess = self.loss_ - self.lower_bound_
        if minimum.kind == "not-attained":
            warnings.warn(
                f"the loss has no minimum: however long the weights are, longer ones in the right direction are better, and the loss only "
                f"approaches {nearest(minimum.value.upper):.6g} (where that is 0 the classes are separable by one boundary). The "
                f"weights returned are finite, and no others are better by more than {excess:.2g}; to choose a size yourself set "
                f"penalty= or box=",
                NoMinimumWarning,
                stacklevel=3,
            )
        elif minimum.kind == "undecided":
            warnings.warn(
                f"not settled within max_time={self.max_time}: no weights {self._where()} are better than these by more than {excess:.2g}, "
                f"and gap={self.gap:g} was wanted; give it more time, fewer features or a wider gap",
                UndecidedWarning,
                stacklevel=3,
            )
        elif minimum.domain is not None and self.box is None and self.n_features_in_ <= MOST_FEATURES:
            warnings.warn(
                f"nothing could be shown about all reals: these weights are the best {self._where()}, within {excess:.2g}; a longer "
                "line may be better, and there may be no minimum",
                UndecidedWarning,
                stacklevel=3,
            )

    def _where(self) -> str:
        domain = self.verdict_.minimum.domain
        if domain is None:
            return "over all reals"
        reach = max(nearest(interval.upper) for interval in domain.values())
        return f"with u = (x − center_)/scale_ and its weights in ±{reach:g}"


def _names(features: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """The features' own names, with what is no letter or digit left out; x1, x2, … where these do not name the inputs."""
    plain = tuple(f"x{j + 1}" for j in range(count))
    told = plain if features is None else tuple(re.sub(r"\W+", "_", str(name)).strip("_") for name in features)
    try:
        Network(told)
    except ProblemError:
        return plain
    return told


def _escapes(problem: Problem, until: float) -> bool:
    """Whether some direction is seen in time along which no row gets worse."""
    try:
        return find_escape(Ridge.of(problem), until) is not None
    except TimeUp:
        return False


def _standardised(X: Floats, counts: Floats | None, keep_scale: bool) -> tuple[Floats, Floats, tuple[Column, ...]]:
    """Centres, scales, and the exact columns ``(x − centre)/scale``.

    The centre is the mean, weighted by `counts`, to five bits below the spread, so that a double usually holds the difference exactly;
    where it does not, the column is made of fractions. `keep_scale` leaves the units, for a penalty on weights.
    """
    centers, scales, columns = [], [], []
    for j in range(X.shape[1]):
        x = X[:, j]
        mean = float(np.average(x, weights=counts))
        spread = float(np.sqrt(np.average((x - mean) ** 2, weights=counts))) if np.ptp(x) > 0 else 0.0
        scale = float(np.exp2(np.round(np.log2(spread)))) if spread > 0 else 1.0
        unit = scale / 32
        center = float(np.round(mean / unit) * unit) if spread > 0 else float(x[0])
        moved = x - center
        # Knuth's two-sum: the rounding error of x − centre, itself exact.
        back = moved - x
        error = (x - (moved - back)) + (-center - back)
        exact = not error.any()
        if not exact and len(x) > MOST_EXACT:
            center, moved, exact = 0.0, x, True
        if keep_scale:
            scale = 1.0
        u = moved / scale
        if exact and np.array_equal(u * scale, moved):
            columns.append(Column.of(u, f"column {j}"))
        else:
            m, s = Fraction(center), Fraction(scale)
            columns.append(Column.of([(Fraction(float(value)) - m) / s for value in x], f"column {j}"))
        centers.append(center)
        scales.append(scale)
    return np.array(centers), np.array(scales), tuple(columns)


def _loss_at(problem: Problem, coef: Floats, intercept: float) -> float:
    """An upper bound of the loss at these doubles, a hair above it."""
    point = np.array([[*coef, intercept]])
    return float(enclose(Ridge.of(problem), point, point, order=0).value.upper[0])
