"""Drafts about one variable in the format of version 1: pieces, tails, turns and plateaus, and a claim to fit."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.forge import version1
from tests.forge.function import Unclear, along
from tests.forge.problems1 import breaks, document
from tests.forge.scratch import Draft

TREND = ("falling", "rising", "unknown", "flat")


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
