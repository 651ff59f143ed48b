"""What the lowest Brier score buys over logistic regression when some labels are flipped.

    python examples/flipped_labels.py

Labels follow ``P(y = 1 | x) = σ(4 x1 + 2 x2)``; then some training labels are flipped, in two ways: *at random*, and *far
from the line*, where a wrong label looks most certain (a sensor that saturates, a sign mixed up in the largest entries).
Both models have three weights and no penalty, both are judged on clean labels they have not seen, and each figure is
a mean over ten draws with its standard error. Logistic regression is allowed its own best penalty too, chosen by
cross-validation. Each certified loss comes with a lower bound: `gap` is the largest distance left.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

from chainrule.sklearn import CertifiedNeuron

DRAWS, TRAIN, TEST = 10, 150, 20_000
SLOPES = np.array([4.0, 2.0])


def draw(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=(rows, 2))
    return x, (rng.random(rows) < 1 / (1 + np.exp(-(x @ SLOPES)))).astype(int)


def flip(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, how: str, share: float) -> np.ndarray:
    """The labels with a share of them flipped."""
    count = round(share * len(y))
    far = np.argsort(-np.abs(x @ SLOPES))[:count]
    chosen = far if how == "far from the line" else rng.permutation(len(y))[:count]
    flipped = y.copy()
    flipped[chosen] = 1 - flipped[chosen]
    return flipped


def models() -> dict[str, object]:
    return {
        "LogisticRegression": LogisticRegression(C=np.inf),
        "LogisticRegressionCV": LogisticRegressionCV(
            Cs=4, cv=3, scoring="neg_brier_score", l1_ratios=(0,), use_legacy_attributes=False
        ),
        "CertifiedNeuron": CertifiedNeuron(box=20, gap=1e-4),
    }


def compare(how: str, share: float) -> tuple[dict[str, np.ndarray], float]:
    """For each model the accuracy, the Brier score and the angle off the true line (degrees), ``(DRAWS, 3)``; and the largest gap."""
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in models()}
    widest = 0.0
    for seed in range(DRAWS):
        rng = np.random.default_rng(seed)
        x, y = draw(rng, TRAIN)
        fresh, truth = draw(rng, TEST)
        y = flip(rng, x, y, how, share)
        for name, model in models().items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                model.fit(x, y)
            chance = model.predict_proba(fresh)[:, 1]
            w = model.coef_[0]
            cosine = w @ SLOPES / np.linalg.norm(w) / np.linalg.norm(SLOPES)
            angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
            results[name].append(
                (float(np.mean((chance > 0.5) == truth)), float(np.mean((chance - truth) ** 2)), angle)
            )
            if isinstance(model, CertifiedNeuron):
                widest = max(widest, model.loss_ - model.lower_bound_)
    return {name: np.array(rows) for name, rows in results.items()}, widest


def main() -> None:
    fresh, truth = draw(np.random.default_rng(99), TEST)
    chance = 1 / (1 + np.exp(-(fresh @ SLOPES)))
    print(
        f"the true line: accuracy {np.mean((chance > 0.5) == truth):.3f}, Brier {np.mean((chance - truth) ** 2):.4f}\n"
    )
    print(f"{'labels flipped':<24} {'model':<22} {'accuracy':>15} {'Brier score':>17} {'degrees off':>13}")
    widest = 0.0
    for how, share in (("none", 0.0), ("at random", 0.1), ("far from the line", 0.05), ("far from the line", 0.1)):
        results, gap = compare(how, share)
        widest = max(widest, gap)
        what = how if not share else f"{share:.0%} {how}"
        for name, rows in results.items():
            mean, error = rows.mean(axis=0), rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
            figures = (
                f"{mean[0]:>8.3f} ± {error[0]:.3f} {mean[1]:>9.4f} ± {error[1]:.4f} {mean[2]:>6.1f} ± {error[2]:.1f}"
            )
            print(f"{what:<24} {name:<22} {figures}")
            what = ""
    print(
        f"\nNo weights in the box have a Brier score on the training labels lower by more than {widest:.1e} than CertifiedNeuron's."
    )


if __name__ == "__main__":
    main()
