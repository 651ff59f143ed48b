"""A large problem with a known shape, and its certificate, made without a search: logistic data along one weight."""

import itertools
import json

import numpy as np


def large(rows, pieces=20, seed=3):
    """JSON text: `rows` rows (x, y, label), labels drawn from σ(x + y − 1), so that the minimum is near w_x = 1."""
    rng = np.random.default_rng(seed)
    x, y = rng.choice([-1.0, 1.0], rows) * rng.uniform(0.5, 2, rows), rng.normal(size=rows)
    label = rng.random(rows) < 1 / (1 + np.exp(-(x + y - 1)))
    sign = np.where(label, -1.0, 1.0)

    def loss(v, order=0):
        p = 1 / (1 + np.exp(-sign * (x * v + y - 1)))
        return float(np.mean(p * p if order == 0 else 2 * p * p * (1 - p) * sign * x))

    left, right = 0.5, 1.5
    while right - left > 1e-10:
        middle = (left + right) / 2
        left, right = (middle, right) if loss(middle, 1) < 0 else (left, middle)
    root = (left + right) / 2
    at = {"w_x": [(root - 1e-9).hex(), (root + 1e-9).hex()]}
    value = [(loss(root) - 1e-10).hex(), (loss(root) + 1e-10).hex()]
    zero_one = [int((label == (x < 0)).sum()), int((label == (x > 0)).sum())]
    # v → +∞: σ → 1 for x > 0, so a row costs 1 where the label differs from [x > 0].
    minus, plus = (f"{count}/{rows}" for count in (zero_one[1], zero_one[0]))
    away = np.geomspace(0.25, 120, pieces // 2)
    steps = np.concatenate([1 - away[::-1], 1 + away])
    breaks = [float(v).hex() for v in steps]
    reasons = ["falling" if b < 1 else "rising" if a > 1 else "convex" for a, b in itertools.pairwise(steps)]
    return json.dumps(
        {
            "format": "chainrule certificate",
            "version": 1,
            "problem": {
                "schema": 1,
                "inputs": ["x", "y"],
                "weights": {"w_x": "free", "w_y": "1", "bias": "-1"},
                "data": {
                    "points": [
                        [a.hex(), b.hex(), str(int(c))] for a, b, c in zip(x.tolist(), y.tolist(), label, strict=True)
                    ]
                },
            },
            "claim": {
                "kind": "attained",
                "at": at,
                "value": value,
                "direction": None,
                "domain": "all reals",
                "stationary": [{"kind": "minimum", "at": at, "value": value}],
                "limits": {"w_x": {"-inf": [minus, minus], "+inf": [plus, plus]}},
            },
            "proof": {
                "method": "line",
                "weight": "w_x",
                "breaks": breaks,
                "pieces": reasons,
                "tails": {
                    "-inf": {"end": breaks[0], "slope": "falling"},
                    "+inf": {"end": breaks[-1], "slope": "rising"},
                },
            },
        }
    )
