"""Drafts of certificates in the format of version 1, for `scratch`: with `version1` all that has to be written anew for another format."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.forge import version1
from tests.forge.function import Unclear, along
from tests.forge.scratch import Draft

CONSTANTS = (
    "0",
    "1",
    "-1",
    "2",
    "3",
    "1/2",
    "-2",
    "10",
    "1/3",
    "1e-9",
    "1e30",
    "100",
    "-100000",
    "1e-90",
    "1e90",
    "0.1",
)
FUNCTIONS = ("exp", "log", "sigmoid", "tanh", "softplus", "relu", "abs")
SPOTS = ("0", "0", "0", "1", "-1", "2", "-2", "1/2", "3", "-3", "5", "-10", "10", "100", "-100", "1e-20", "-1e-20", "1e-9", "1e90", "-1e90",
         "1000000000000000001/1000000000000000000", "0.1", "1/3", "0.30000000000000001", "0.3")  # fmt: skip
TREND = ("falling", "rising", "unknown", "flat")


def tree(rng: random.Random, names: Sequence[str], depth: int) -> Any:
    """A formula with poles, edges, kinks, zeros that multiply, and huge numbers."""
    if depth == 0 or rng.random() < 0.1:
        return ["symbol", rng.choice(names)] if rng.random() < 0.7 else ["number", rng.choice(CONSTANTS)]
    inner = lambda: tree(rng, names, depth - 1)
    pick = rng.randrange(14)
    if pick < 3:
        return ["add", inner(), inner()]
    if pick < 6:
        return ["multiply", inner() if rng.random() < 0.6 else ["number", rng.choice(CONSTANTS)], inner()]
    if pick < 9:
        power = rng.choice(["2", "2", "3", "-1", "-2", "1/2", "3/2", "-1/2", "4", "0", "1/3", "7", "1"])
        if rng.random() < 0.1:
            return ["power", ["number", rng.choice(["2", "1/2", "3", "10"])], inner()]
        return ["power", inner(), ["number", power] if rng.random() < 0.9 else inner()]
    if pick == 9:
        return ["divide", inner(), inner()]
    if pick == 10:
        return ["negate", inner()]
    if pick == 11 and rng.random() < 0.3:
        return ["mean", inner(), inner()]
    return [rng.choice(FUNCTIONS), inner()]


def breaks(rng: random.Random, least: int) -> list[str]:
    chosen = {Fraction(x): x for x in rng.sample(SPOTS, rng.randint(least, 5))}
    if rng.random() < 0.2:
        x = rng.choice(list(chosen))
        chosen[x + Fraction(1, 10**25)] = str(x + Fraction(1, 10**25))
    return [chosen[x] for x in sorted(chosen)]


def root(function: Any, left: Fraction, right: Fraction) -> list[str] | None:
    """A narrow place with the sign change of the slope."""

    def sign(v: Fraction) -> int:
        try:
            found = along(function, (v,), (Fraction(1),), 1)[1]
        except (Unclear, ArithmeticError, ValueError):
            return 0
        return 1 if found > 0 else -1 if found < 0 else 0

    first, last = sign(left), sign(right)
    if first * last >= 0:
        return None
    for _ in range(90):
        middle = (left + right) / 2
        found = sign(middle)
        if found == 0:
            return [str(middle), str(middle)]
        left, right = (middle, right) if found == first else (left, middle)
    scale = 10**40
    return [str(Fraction((left * scale).__floor__(), scale)), str(Fraction((right * scale).__ceil__(), scale))]


def on_a_line(rng: random.Random, problem: Any, name: str, method: str) -> Draft:
    """One variable over all reals or an interval: pieces, tails, and a claim to fit."""
    typed = method == "expression"
    bounded = typed and rng.random() < 0.45
    ends = breaks(rng, 2)
    if typed and not bounded:  # a settled tail does not hold 0
        ends = sorted(
            {*ends, rng.choice(["-1", "-10", "-1/2", "-100"]), rng.choice(["1", "10", "1/2", "100"])}, key=Fraction
        )
    _, function = version1.formula(problem) if typed else version1.neuron(problem)
    count = len(ends) - 1
    places = [root(function, Fraction(a), Fraction(b)) for a, b in pairwise(ends)]
    slots: dict[str, Sequence[Any]] = {
        f"piece{i}": ("falling", "rising", "convex", "concave", "unknown", "flat") for i in range(count)
    }
    slots |= {f"at{i}": tuple(x for x in (places[i], [ends[i], ends[i + 1]]) if x) for i in range(count)}
    everything = ["-inf", "inf"] if typed else ["-1e90", "1e90"]
    anything = [
        ["-inf", "inf"],
        ["inf", "inf"],
        ["-inf", "-inf"],
        ["-1e90", "1e90"],
        ["0", "0"],
        ["0", "inf"],
        ["-inf", "0"],
    ]
    for side in ("-inf", "+inf"):
        slots |= {f"slope{side}": TREND, f"limit{side}": (None, *anything) if typed else (["-inf", "inf"],)}
    everywhere = [ends[0], ends[-1]] if bounded else ["-inf", "inf"]
    slots["verdict"] = (
        [("attained", everywhere)] * 2 + [("attained", [a, b]) for a, b in pairwise(ends)]
        + [("attained", p) for p in places if p] + [("attained", [e, e]) for e in (ends[0], ends[-1])]
        + ([] if bounded else [("not-attained", "1"), ("not-attained", "-1")]) + [("undecided", None)]
    )  # fmt: skip
    slots["merge"] = (False, True)
    slots |= {f"turn{i}": (None, None, "minimum", "maximum") for i in range(count + 1)}
    slots["value"] = (everything,)

    def listed(choice: Mapping[str, Any], pieces: Sequence[str]) -> list[Any]:
        """An entry for what each piece may have, for a turn at a break, and for a run of flat pieces and tails."""
        entries: list[Any] = []
        outer = ["-inf", *ends, "inf"]
        ways = pieces if bounded else [choice["slope-inf"], *pieces, choice["slope+inf"]]
        for n, piece in enumerate(ways):
            i = n if bounded else n - 1
            left, right = outer[i + 1], outer[i + 2]
            kind = {"convex": "minimum", "concave": "maximum", "unknown": "unknown", "flat": "plateau"}.get(piece)
            if kind == "unknown" and not 0 <= i < count:
                kind = None
            at: Any = [left, right]
            if kind in ("minimum", "maximum"):
                kind, at = (kind, choice[f"at{i}"]) if places[i] else (None, None)
            joins = entries and entries[-1]["kind"] == kind and entries[-1]["at"][name][1] == left
            if joins and (kind == "plateau" or (kind == "unknown" and choice["merge"])):
                entries[-1]["at"] = {name: [entries[-1]["at"][name][0], right]}
            elif kind:
                entries.append({"kind": kind, "at": {name: list(at)}, "value": list(everything)})
            turn = choice.get(f"turn{i + 1}") if n + 1 < len(ways) else None
            if turn:
                entries.append({"kind": turn, "at": {name: [right, right]}, "value": list(everything)})
        return entries

    def build(choice: Mapping[str, Any]) -> Any:
        pieces = [choice[f"piece{i}"] for i in range(count)]
        entries = listed(choice, pieces)
        kind, where = choice["verdict"]
        claim = {
            "kind": kind,
            "at": {name: list(where)} if kind == "attained" else None,
            "value": list(choice["value"]),
            "direction": {name: where} if kind == "not-attained" else None,
            "domain": {name: [ends[0], ends[-1]]} if bounded else "all reals",
            "stationary": entries,
            "limits": {} if bounded else {name: {s: choice[f"limit{s}"] for s in ("-inf", "+inf")}},
        }
        tails = {
            "-inf": {"end": ends[0], "slope": choice["slope-inf"]},
            "+inf": {"end": ends[-1], "slope": choice["slope+inf"]},
        }
        proof = {
            "method": method,
            "weight": name,
            "tails": None if bounded else tails,
            "breaks": ends,
            "pieces": pieces,
        }
        return document(problem, claim, proof)

    def near(made: Any, number: int) -> Sequence[int]:
        """The pieces that a listed entry has to do with, by its place."""
        at = made["claim"]["stationary"][number]["at"][name]
        return [i for i in range(count + 1) if at[0] in ends[i : i + 2] or at[1] in ends[i : i + 2]] or list(
            range(count)
        )

    def concerns(place: str, made: Any) -> Sequence[str]:
        if found := re.match(r"proof\.pieces\[(\d+)\]", place):
            return [f"piece{found[1]}"]
        if found := re.match(r"claim\.stationary\[(\d+)\]", place):
            return [*(f"{what}{i}" for i in near(made, int(found[1])) for what in ("at", "piece", "turn")), "merge"]
        for side in ("-inf", "+inf"):
            if place.startswith(f"proof.tails.{side}"):
                return [f"slope{side}"]
            if place.startswith(f"claim.limits.{name}.{side}"):
                return [f"limit{side}", f"limit{side}", f"slope{side}"]
        if place == "claim.stationary":
            return [f"{what}{i}" for i in range(count) for what in ("piece", "turn", "turn")]
        return ["verdict"]

    return Draft(slots, build, concerns)


def document(problem: Any, claim: Any, proof: Any) -> Any:
    return {"format": "chainrule certificate", "version": 1, "problem": problem, "claim": claim, "proof": proof}


def typed_line(rng: random.Random) -> Draft:
    return on_a_line(rng, {"expression": tree(rng, "x", rng.randint(1, 4)), "free": ["x"]}, "x", "expression")


def neuron_problem(rng: random.Random, free: int) -> Any:
    inputs = ["x", "y"][: rng.randint(1, 2)] if free < 3 else ["x", "y"]
    names = [*(f"w_{n}" for n in inputs), "bias"]
    fixed = rng.sample(names, len(names) - min(free, len(names)))
    numbers = ("0", "1", "-1", "2", "-3", "1/2", "1e-30", "-1e30", "1e-90", "0.1", "1000")
    weight = numbers if rng.random() < 0.3 else numbers[:6]
    points = [
        [*(rng.choice(weight) for _ in inputs), rng.choice(["0", "1", "0", "1", "1/2", "1/3", "1e-30"])]
        for _ in range(rng.randint(1, 4))
    ]
    data: dict[str, Any] = {"points": points}
    if rng.random() < 0.3:
        data["case_weights"] = [rng.choice(["1", "2", "0", "1e-30", "10"]) for _ in points]
        data["case_weights"][0] = "1"
    problem = {"schema": 1, "inputs": inputs, "weights": {name: rng.choice(weight) for name in fixed}, "data": data}
    if rng.random() < 0.25:
        problem["penalty"] = rng.choice(["0.01", "1", "1e-30"])
    if rng.random() < 0.35:
        problem["loss"] = "cross-entropy"
    return problem


def neuron_line(rng: random.Random) -> Draft:
    problem = neuron_problem(rng, 1)
    name = version1.neuron(problem)[0][0]
    return on_a_line(rng, problem, name, "line")


def in_boxes(rng: random.Random, problem: Any, names: Sequence[str], typed: bool) -> Draft:
    """A box, or for a neuron all reals: a small tree whose leaves are found by the refusals."""
    k = len(names)
    core = []
    for _ in names:
        a, b = sorted(rng.sample(SPOTS, 2), key=Fraction)
        core.append([a, b] if Fraction(a) < Fraction(b) else [a, str(Fraction(a) + 1)])
    everywhere = not typed and rng.random() < 0.5
    shape = nodes(rng, [tuple(map(Fraction, side)) for side in core], rng.randint(0, 3))
    count = sum(1 for node in shape if node is None or isinstance(node[0], tuple))
    signs = [["monotone", j, w] for j in range(k) for w in ("rising", "falling")]
    points = [[rng.choice([a, b, str((Fraction(a) + Fraction(b)) / 2)]) for a, b in core] for _ in range(4)]
    leaf = [["natural"], ["natural"], ["open"], *signs, ["well", 0], ["well", 1]]
    leaf += [["envelope", points[0]]] if not typed else [["parts", 0]]
    slots: dict[str, Sequence[Any]] = {f"leaf{i}": leaf for i in range(count)}
    slots["best"] = points
    slots["well"] = [[w, {"box": core, "point": p, "modulus": m}] for p in points for m in ("1e-9", "0.01", "1") for w in (
        {"box": [[a, a] for a, _ in core], "point": [a for a, _ in core], "modulus": "1"}, {"box": [[b, b] for _, b in core], "point": [b for _, b in core], "modulus": "1"})]  # fmt: skip
    middle = [str((Fraction(a) + Fraction(b)) / 2) for a, b in core]
    places = [core, core, [[m, m] for m in middle], [[a, m] for (a, _), m in zip(core, middle, strict=True)], [[p, p] for p in points[0]],
                      [[str(Fraction(a) + 1), str(Fraction(b) - 1)] if Fraction(b) - Fraction(a) > 2 else [a, b] for a, b in core]]  # fmt: skip
    slots["verdict"] = [("attained", place) for place in places] + [("undecided", None)]
    slots["value"] = [["-1e90", "1e90"], ["0", "1e90"], ["-1e20", "1e20"]]
    outer = [[["outer"]] for _ in range(2 * k)]
    split = [
        [["split", (j // 2 + 1) % k, middle[(j // 2 + 1) % k]], ["outer"], ["outer"]] if k > 1 else [["outer"]]
        for j in range(2 * k)
    ]
    slots["outside"] = ["convex", outer, split, None] if everywhere else [None]
    kinds = ("minimum", "maximum", "saddle")
    zones = [[]] + [[{"box": core, "preconditioner": [[f if i == j else "0" for j in range(k)] for i in range(k)], "at": at, "kind": kind}]
                    for f in ("1", "0.1", "10") for kind in kinds for at in ([[m, str(Fraction(m) + Fraction(1, 10))] for m in middle], core)]  # fmt: skip
    slots["zones"] = [None] * len(zones) + zones if not everywhere else [None]
    whole = [["zone", 0]], [["open"]], [["monotone", 0, "rising"]], [["monotone", 0, "falling"]]
    slots["points"] = whole

    def build(choice: Mapping[str, Any]) -> Any:
        leaves = iter(range(count))
        made = []
        for node in shape:
            made.append(list(choice[f"leaf{next(leaves)}"]) if node is None else node)
        kind, place = choice["verdict"]
        at = None if place is None else {name: list(side) for name, side in zip(names, place, strict=True)}
        domain: Any = "all reals" if everywhere else {name: list(side) for name, side in zip(names, core, strict=True)}
        claim = {"kind": kind, "at": at, "value": list(choice["value"]), "direction": None, "domain": domain}
        proof = {
            "method": "boxes",
            "weights": list(names),
            "core": core,
            "best": choice["best"],
            "wells": choice["well"],
            "tree": made,
            "outside": choice["outside"],
        }
        if ["parts", 0] in made:
            groups = [{"weights": [name], "bound": j} for j, name in enumerate(names)]
            proof["parts"] = [
                {
                    "box": core,
                    "lines": [],
                    "groups": groups,
                    "bounds": [{"least": "-1e20", "wells": [], "tree": [["natural"]]} for _ in names],
                }
            ]
        if choice["zones"] is not None:
            proof["stationary"] = {"zones": choice["zones"], "tree": choice["points"]}
            listed = [
                {"kind": z["kind"], "at": dict(zip(names, z["at"], strict=True)), "value": ["-1e90", "1e90"]}
                for z in choice["zones"]
            ]
            if choice["points"] == [["open"]]:
                listed.append(
                    {"kind": "unknown", "at": dict(zip(names, core, strict=True)), "value": ["-1e90", "1e90"]}
                )
            claim["stationary"] = listed
        return document(problem, claim, proof)

    def concerns(place: str, made: Any) -> Sequence[str]:
        if found := re.match(r"proof\.tree\[(\d+)\]", place):
            leaves = [i for i, node in enumerate(shape) if node is None]
            return [f"leaf{leaves.index(int(found[1]))}"] if int(found[1]) in leaves else []
        table = {"proof.best": ["best"], "proof.wells": ["well"], "proof.outside": ["outside", "verdict"], "claim.at": ["verdict"], "claim.kind": ["verdict"],
                 "proof.stationary": ["zones", "points"], "claim.stationary": ["zones", "points"], "claim.value": ["value"],
                 "proof.parts": [f"leaf{i}" for i in range(count)]}  # fmt: skip
        return next((names for start, names in table.items() if place.startswith(start)), [])

    return Draft(slots, build, concerns)


def nodes(rng: random.Random, box: list[tuple[Fraction, Fraction]], depth: int) -> list[Any]:
    """The inner nodes of a tree in preorder; None where a leaf is."""
    if depth == 0:
        return [None]
    j = rng.randrange(len(box))
    low, high = box[j]
    if rng.random() < 0.15:
        end = rng.choice(["lower", "upper"])
        box = [*box]
        box[j] = (low, low) if end == "lower" else (high, high)
        return [["face", j, end], *nodes(rng, box, 0)]
    cut = rng.choice([Fraction(x) for x in SPOTS if low < Fraction(x) < high] or [(low + high) / 2])
    if not low < cut < high:
        return [None]
    left, right = [*box], [*box]
    left[j], right[j] = (low, cut), (cut, high)
    return [
        ["split", j, str(cut)],
        *nodes(rng, left, rng.randint(0, depth - 1)),
        *nodes(rng, right, rng.randint(0, depth - 1)),
    ]


def typed_boxes(rng: random.Random) -> Draft:
    names = ["x", "y"][: rng.randint(1, 2)]
    return in_boxes(rng, {"expression": tree(rng, names, rng.randint(1, 3)), "free": names}, names, True)


def neuron_boxes(rng: random.Random) -> Draft:
    problem = neuron_problem(rng, rng.randint(1, 2))
    return in_boxes(rng, problem, version1.neuron(problem)[0], False)


DRAFTS = {make.__name__: make for make in (typed_line, typed_boxes, neuron_line, neuron_boxes)}
