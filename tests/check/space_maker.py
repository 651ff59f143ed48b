"""Certificates over several weights made by hand, independent of chainrule and of chainrule_fast."""

import math
from fractions import Fraction

from flint import ctx
from tests.check.certificate_maker import ball, fraction


def document(points, weights, claim, proof):
    inputs = ["x", "y"][: len(points[0]) - 1]
    problem = {
        "schema": 1,
        "inputs": inputs,
        "weights": weights,
        "data": {"points": [[str(v) for v in row] for row in points]},
    }
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def claim(kind, value, at=None, direction=None, domain="all reals"):
    return {"kind": kind, "at": at, "value": value, "direction": direction, "domain": domain}


def hull(z, share, digits=15):
    """Decimals around ``share · σ(z)²``."""
    before, ctx.prec = ctx.prec, 200
    try:
        value = ball(share) * (1 / (1 + (-ball(z)).exp())) ** 2
    finally:
        ctx.prec = before
    scale = 10**digits
    low, high = fraction(value.lower()) * scale, fraction(value.upper()) * scale
    return [str(Fraction(low.__floor__() - 1, scale)), str(Fraction(high.__ceil__() + 1, scale))]


# Each x stands once with each label, so f = ¼ (g(w + b) + g(w − b)) with g(z) = h(z) + h(−z) = 1 − 2σ(1 − σ) >= 1/2, equal only at
# z = 0: the minimum is 1/4, at w = b = 0 and nowhere else.
FOUR = [(1, 0), (-1, 0), (1, 1), (-1, 1)]
FORMS = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
QUARTER = Fraction(1, 4)


def h(z):
    return 1 / (1 + math.exp(-z)) ** 2


def slope_range(low, high):
    values = [2 * (1 / (1 + math.exp(-z))) ** 2 / (1 + math.exp(z)) for z in (low, high)]
    return min(values), max(*values, *([8 / 27] if low < math.log(2) < high else []))


def forms(box):
    """The ends of every form on a box of two weights."""
    for a in FORMS:
        ends = [sorted((c * low, c * high)) for c, (low, high) in zip(a, box, strict=True)]
        yield a, sum(e[0] for e in ends), sum(e[1] for e in ends)


def tree(box):
    """By bisection: natural or monotone leaves, wells inside ±1/4."""
    if all(abs(end) <= 0.25 for side in box for end in side):
        return [["well", 0]]
    if sum(h(low) for _, low, _ in forms(box)) / 4 > 0.2501:
        return [["natural"]]
    for j in (0, 1):
        total = [0.0, 0.0]
        for a, low, high in forms(box):
            least, most = slope_range(low, high)
            total[0] += a[j] * (least if a[j] > 0 else most)
            total[1] += a[j] * (most if a[j] > 0 else least)
        if total[0] > 1e-3 or total[1] < -1e-3:
            return [["monotone", j, "rising" if total[0] > 0 else "falling"]]
    j = 0 if box[0][1] - box[0][0] >= box[1][1] - box[1][0] else 1
    middle = sum(box[j]) / 2
    left, right = list(box), list(box)
    left[j], right[j] = (box[j][0], middle), (middle, box[j][1])
    return [["split", j, str(middle)], *tree(left), *tree(right)]


def four(kind="attained"):
    """FOUR over all reals: the core is [−2, 2]². Outside, on the half of a face where u_b has one sign, one form is at least 2 and
    another at least 0: (h(2) + h(0))/4 = (0.7758 + 0.25)/4 = 0.2564 > 1/4. The well is [−1/4, 1/4]², where the forms lie in ±1/2, so
    h'' >= 0.0388 (at z = 1/2), and Σ a aᵀ/4 is the identity: the modulus is 0.0388."""
    faces = [[["split", other, "0"], ["outer"], ["outer"]] for other in (1, 1, 0, 0)]
    side = ["-1/4", "1/4"]
    return document(
        FOUR,
        {},
        claim(kind, ["1/4", "1/4"], {"w_x": ["0", "0"], "bias": ["0", "0"]} if kind == "attained" else None),
        {
            "method": "boxes",
            "weights": ["w_x", "bias"],
            "core": [["-2", "2"], ["-2", "2"]],
            "best": ["0", "0"],
            "wells": [{"box": [side, side], "point": ["0", "0"], "modulus": "0.038"}],
            "tree": tree([(-2.0, 2.0), (-2.0, 2.0)]),
            "outside": faces,
        },
    )


def escape():
    """cross with w_x and w_y free, bias −1: along (1, 1) the rows (3, 1 | 1) and (1, 3 | 1) fall, the other two stay: with w_y = 0
    h(−w_x − 1) + h(w_x − 1), least at w_x = 0: σ(−1)². So the infimum is (2/4) σ(−1)²."""
    points = [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
    inner = {
        "claim": claim("attained", hull(-1, 1), {"w_x": ["-1e-20", "1e-20"]}),
        "proof": {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [["-2", "2"]],
            "best": ["0"],
            # Forms ∓w − 1 in [−5/4, −3/4], where h'' > 0.13; so M > 0.13.
            "wells": [{"box": [["-1/4", "1/4"]], "point": ["0"], "modulus": "0.1"}],
            # On [1/4, 2]: h(w − 1) + h(−w − 1) rises where w − 1 <= 1: h' rises up to ln 2, and stays above h'(−1/4 − 1).
            "tree": [
                ["split", 0, "-1/4"],
                ["monotone", 0, "falling"],
                ["split", 0, "1/4"],
                ["well", 0],
                ["monotone", 0, "rising"],
            ],
            # h(2 − 1)/2 = 0.267 > σ(−1)² = 0.0723.
            "outside": [[["outer"]], [["outer"]]],
        },
    }
    return document(
        points,
        {"bias": "-1"},
        claim("not-attained", hull(-1, Fraction(1, 2), 14), None, {"w_x": "1", "w_y": "1"}),
        {
            "method": "escape",
            "weights": ["w_x", "w_y"],
            "direction": ["1", "1"],
            "stays": {"weights": ["w_x"], "certificate": inner},
        },
    )


def reduced():
    """FOUR with a second input that is twice the first: w_y can be fixed at 0, and what is left is FOUR."""
    inner = four()
    points = [(x, 2 * x, y) for x, y in FOUR]
    nothing = ["0", "0"]
    return document(
        points,
        {},
        claim("attained", ["1/4", "1/4"], {"w_x": nothing, "w_y": nothing, "bias": nothing}),
        {
            "method": "reduce",
            "weights": ["w_x", "w_y", "bias"],
            "kept": {"weights": ["w_x", "bias"], "certificate": {"claim": inner["claim"], "proof": inner["proof"]}},
        },
    )


def in_a_box(ends):
    """One weight, one row (1 | 0): f = h(w), which rises; on ``[ends]`` the minimum is at the lower end, a face."""
    low = Fraction(ends[0])
    return document(
        [(1, 0)],
        {"bias": "0"},
        claim("attained", hull(low, 1, 14), {"w_x": [ends[0], ends[0]]}, domain={"w_x": ends}),
        {
            "method": "boxes",
            "weights": ["w_x"],
            "core": [ends],
            "best": [ends[0]],
            "wells": [],
            "tree": [["face", 0, "lower"], ["natural"]],
            "outside": None,
        },
    )


def constant():
    """first-try with w_x and w_y free, bias −1: along (1, 0) the row (2, 0 | 1) falls, and (0, 0 | 0) stays at h(−1), whatever the weights are."""
    inner = {"claim": claim("attained", hull(-1, 1), {}), "proof": {"method": "constant"}}
    return document(
        [(0, 0, 0), (2, 0, 1)],
        {"bias": "-1"},
        claim("not-attained", hull(-1, Fraction(1, 2), 14), None, {"w_x": "1", "w_y": "0"}),
        {
            "method": "escape",
            "weights": ["w_x", "w_y"],
            "direction": ["1", "0"],
            "stays": {"weights": [], "certificate": inner},
        },
    )
