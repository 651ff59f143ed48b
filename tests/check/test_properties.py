"""Certificates changed at random: whatever the checker still accepts is true, by a brute force that shares nothing with it."""

import itertools
import json
import random
from copy import deepcopy
from fractions import Fraction

import pytest
from flint import arb
from tests.check.certificate_maker import Loss, ball, fraction, make

from chainrule_fast import Refused, check

GRID = [Fraction(k, 8) + Fraction(1, 1000) for k in range(-8 * 14, 8 * 14)]


def random_points(rng):
    labels = (0, 1, 0, 1, Fraction(1, 2), Fraction(1, 3))
    return [
        (rng.choice([-3, -2, -1, 1, 2, 3, 0, Fraction(1, 2)]), rng.randint(-3, 4), rng.choice(labels))
        for _ in range(rng.randint(1, 4))
    ]


def ends(pair):
    return tuple(Fraction(end) for end in pair)


def falsehood(certificate):
    """A sentence on what is false in the claim, or None. Signs of f' on a grid and beyond, roots by bisection, at 200 bits."""
    weights, claim = certificate["problem"]["weights"], certificate["claim"]
    shift = Fraction(weights["bias"]) + 1
    w_y = Fraction(weights["w_y"])
    points = [(x, w_y * Fraction(y) + shift, label) for x, y, label in certificate["problem"]["data"]["points"]]
    loss = Loss(points, bits=600)  # residuals 1 − σ cancel: at |z| = 200 to e^−200, some 290 bits
    entries = [(s["kind"], *ends(s["at"]["w_x"]), *ends(s["value"])) for s in claim["stationary"]]
    unknown = [(left, right) for kind, left, right, _, _ in entries if kind == "unknown"]
    tails, breaks = certificate["proof"]["tails"], ends(certificate["proof"]["breaks"])
    unknown += [(Fraction(-(10**9)), breaks[0])] * (tails["-inf"]["slope"] == "unknown")
    unknown += [(breaks[-1], Fraction(10**9))] * (tails["+inf"]["slope"] == "unknown")
    grid = [v for v in [Fraction(-60), *GRID, Fraction(60)] if not any(a <= v <= b for a, b in unknown)]
    signs = [(v, sign) for v in grid if (sign := loss.slope_sign(v))]
    found = []
    for (a, sign), (b, other) in itertools.pairwise(signs):
        if sign != other and not any(a <= left and right <= b for left, right in unknown):
            inside = [e for e in entries if e[0] != "unknown" and a <= e[1] and e[2] <= b]
            if len(inside) % 2 == 0:
                return (
                    f"the slope changes sign between {a} and {b}, where the claim has {len(inside)} stationary points"
                )
    for kind, left, right, low, high in entries:
        if kind == "unknown":
            continue
        if (loss.slope_sign(left), loss.slope_sign(right)) != ((-1, 1) if kind == "minimum" else (1, -1)):
            return f"no {kind} between {left} and {right}"
        while right - left > Fraction(1, 10**25):
            middle = (left + right) / 2 + (right - left) / 64
            left, right = (middle, right) if loss.slope_sign(middle) == loss.slope_sign(left) else (left, middle)
        value = loss(0, left)
        if value < ball(low - Fraction(1, 10**20)) or value > ball(high + Fraction(1, 10**20)):
            return f"the value at the {kind} is {value}, not in [{low}, {high}]"
        found.append((value, left))
    for side, name in ((-1, "-inf"), (1, "+inf")):
        low, high = ends(claim["limits"]["w_x"][name])
        limit = loss.limit(side)
        if limit[1] < low or limit[0] > high:
            return f"the limit at {name} is {limit}"
    samples = [loss(0, v) for v in GRID] + [value for value, _ in found]
    least = min(fraction(s.lower()) for s in samples)
    infimum = min(least, loss.limit(-1)[0], loss.limit(1)[0])
    low, high = ends(claim["value"])
    if infimum < low - Fraction(1, 10**15) or (not unknown and infimum > high + Fraction(1, 10**15)):
        return f"the infimum is about {float(infimum)}, not in [{low}, {high}]"
    if claim["kind"] == "attained":
        if least > min(loss.limit(-1)[1], loss.limit(1)[1]) and not unknown:
            return "the infimum is a limit, and is not attained"
        left, right = (
            arb("-inf") if end == "-inf" else arb("inf") if end == "inf" else ball(end) for end in claim["at"]["w_x"]
        )
        for value, place in found:
            if fraction(value.upper()) < infimum + Fraction(1, 10**14) and not (left <= ball(place) <= right):
                return f"the minimiser {float(place)} is not in `at`"
    if claim["kind"] == "not-attained":
        side = int(claim["direction"]["w_x"])
        if least < loss.limit(side)[0] - Fraction(1, 10**15) or loss.limit(-side)[1] < loss.limit(side)[0]:
            return "something is lower than the limit in this direction"
    return None


def leaves(tree, path=()):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from leaves(value, (*path, key))


def place(tree, path):
    for key in path:
        tree = tree[key]
    return tree


def changed(value, rng):
    """Another value of the same kind: a number nudged or replaced, another word, an element dropped, doubled or moved."""
    words = (
        "falling",
        "rising",
        "convex",
        "concave",
        "unknown",
        "flat",
        "minimum",
        "maximum",
        "attained",
        "not-attained",
        "undecided",
    )
    if isinstance(value, list) and value:
        value = list(value)
        i, j = rng.randrange(len(value)), rng.randrange(len(value))
        action = rng.randrange(4)
        if action == 0:
            del value[i]
        elif action == 1:
            value.insert(j, value[i])
        elif action == 2:
            value[i], value[j] = value[j], value[i]
        elif all(isinstance(x, str) for x in value):
            value[i] = changed(value[i], rng)
        return value
    if value in words:
        return rng.choice(words)
    if isinstance(value, str):
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            return value
        nudge = rng.choice([-1, 1]) * Fraction(1, 10 ** rng.choice([0, 1, 3, 6, 9, 11, 12, 13]))
        return str(rng.choice([number + nudge, -number, number * 2, Fraction(rng.randint(-9, 9))]))
    if value is None:
        return rng.choice([{"w_x": "1"}, {"w_x": ["-16", "16"]}, "inf"])
    return value


def forged(certificate, rng):
    certificate = deepcopy(certificate)
    for _ in range(rng.choice([1, 1, 2, 3])):
        # Half of the changes to the claim and the proof, where a falsehood is easily plausible.
        root = rng.choice(["problem", "claim", "proof", "proof"])
        paths = list(leaves(certificate[root]))
        path = rng.choice(paths)
        parent = place(certificate[root], path[:-1])
        parent[path[-1]] = changed(parent[path[-1]], rng)
    return certificate


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
def test_random_problems_are_certified_and_their_claims_are_true(seed):
    certificate = make(random_points(random.Random(seed)), reach=12)
    if any(Fraction(p[0]) for p in certificate["problem"]["data"]["points"]):
        check(json.dumps(certificate))
        assert falsehood(certificate) is None


@pytest.mark.parametrize("seed", range(8))
def test_no_random_change_makes_the_checker_accept_a_falsehood(seed):
    rng = random.Random(seed)
    points = random_points(rng) if seed > 2 else [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)]
    certificate = make(points, reach=12)
    refused = 0
    for _ in range(150):
        forgery = forged(certificate, rng)
        try:
            check(forgery)
        except Refused:
            refused += 1
            continue
        if forgery != certificate:
            assert falsehood(forgery) is None, json.dumps(forgery)
    assert refused > 50


def test_the_brute_force_itself_tells_falsehoods():
    good = make([(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)], reach=12)
    assert falsehood(good) is None
    for change in (
        {"stationary": []},
        {"value": ["0", "0.03"]},
        {"at": {"w_x": ["2", "3"]}},
        {"kind": "not-attained", "at": None, "direction": {"w_x": "1"}},
    ):
        assert falsehood(good | {"claim": good["claim"] | change})


ODD = [
    None,
    True,
    3,
    -1,
    10**5000,
    "",
    "x",
    "nan",
    "-inf",
    "1/0",
    [],
    {},
    [[]],
    {"w_x": []},
    ["1"],
    0.5,
    b"1",
    (1, 2),
    {1: 2},
    set(),
]


def test_any_odd_value_anywhere_is_refused_and_never_crashes():
    good = make([(1, -1, 0), (1, 3, 1)], reach=12)
    rng = random.Random(5)
    for path in leaves(good):
        for odd in rng.sample(ODD, 6):
            certificate = deepcopy(good)
            place(certificate, path[:-1])[path[-1]] = odd
            try:
                check(certificate)
            except Refused:
                continue
            assert falsehood(certificate) is None
