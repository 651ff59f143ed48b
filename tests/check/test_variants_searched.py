"""What the real search finds for variants of real data is accepted, and agrees with scikit-learn where that solves the same problem."""

from fractions import Fraction

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from tests.check.prover_maker import points_problem, standard

from chainrule.problem.schema import problem_from_dict
from chainrule.prove.certificate import certificate_text
from chainrule.prove.search import search
from chainrule_fast import Refused, check
from chainrule_fast.document import load

CASES = [("0", "1", "2", "1/3")[i * i % 7 % 4] for i in range(100)]
VARIANTS = {
    "a penalty": {"penalty": "0.01"},
    "cross-entropy": {"loss": "cross-entropy"},
    "cross-entropy with a penalty": {"loss": "cross-entropy", "penalty": "0.02"},
    "all three": {"loss": "cross-entropy", "penalty": "0.02", "cases": CASES},
    "weights of rows and a penalty": {"penalty": "0.001", "cases": CASES},
}


def petals():
    data = load_iris()
    chosen = data.target > 0
    return standard(data.data[chosen])[:, 2:], (data.target[chosen] == 2).astype(int)


@pytest.fixture(scope="module")
def searched():
    def find(name):
        more = dict(VARIANTS[name])
        problem = points_problem(*petals())
        if cases := more.pop("cases", None):
            problem["data"]["case_weights"] = cases
        return load(certificate_text(search(problem_from_dict({**problem, **more})).certificate))

    return {name: find(name) for name in VARIANTS}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_search_is_accepted_and_its_value_is_not_that_of_another_variant(searched, name):
    certificate = searched[name]
    assert check(certificate).kind == "attained"
    for other in VARIANTS:
        if other != name:
            with pytest.raises(Refused):
                check({**certificate, "problem": searched[other]["problem"]})


@pytest.mark.parametrize("name", [name for name, more in VARIANTS.items() if "loss" in more])
def test_cross_entropy_is_least_where_scikit_learn_finds_it(searched, name):
    # scikit-learn minimises |w|²/2 + C Σ ω CE, which is C Ω times ours for λ = 1/(2 C Ω); without a penalty C is huge.
    x, y = petals()
    more = VARIANTS[name]
    weights = np.array([float(Fraction(c)) for c in more.get("cases", ["1"] * 100)])
    c = 1 / (2 * float(more["penalty"]) * weights.sum()) if "penalty" in more else 1e9
    found = LogisticRegression(C=c, tol=1e-12, max_iter=100_000).fit(x, y, sample_weight=weights)
    z = x @ found.coef_[0] + found.intercept_[0]
    value = weights @ np.logaddexp(0, np.where(y == 1, -z, z)) / weights.sum()
    value += float(more.get("penalty", "0")) * (found.coef_**2).sum()
    low, high = (float(Fraction(end)) for end in searched[name]["claim"]["value"])
    assert low - 1e-9 <= value <= high + 1e-6
