"""Drafts about boxes in the format of version 1: a small tree, wells, an outside, zones, and a claim to fit."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.forge.problems1 import SPOTS, document
from tests.forge.scratch import Draft


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
