"""One weight: pieces between breaks become leaves between cuts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from chainrule.exact import number_text
from chainrule.prove.elaborate.claims import Document, stated_claim
from chainrule.prove.elaborate.part import NoRule, Part, exact


def line(claim: Mapping[str, Any], proof: Mapping[str, Any], part: Part) -> tuple[Document, Document]:
    """One weight: pieces and tails become the leaves between the breaks."""
    (name,), breaks, tails = part.names, proof["breaks"], proof["tails"]
    listed = list(claim.get("stationary") or [])
    if any(entry["kind"] not in ("minimum", "maximum", "unknown") for entry in listed):
        raise NoRule("a plateau")
    zones: list[Document] = []
    leaves = _pieces(name, breaks, proof["pieces"], None if tails is None else tails["-inf"]["slope"], listed, zones)
    cuts, limits = breaks[1:-1], None
    if tails is not None:
        if tails["-inf"]["slope"] == "flat":
            return stated_claim(claim, at={name: ["0", "0"]}, every=False), {"method": "constant"}
        leaves = [_tail(tails["-inf"]["slope"]), *leaves, _tail(tails["+inf"]["slope"])]
        cuts = breaks
        if found := (claim.get("limits") or {}).get(name):
            limits = {side: "inf" if list(ends) == ["inf", "inf"] else list(ends) for side, ends in found.items()}
    tree = [node for leaf, at in zip(leaves, cuts, strict=False) for node in (["cut", 0, at], leaf)] + [leaves[-1]]
    best = None if claim["kind"] != "attained" else [_middle(_within(listed, claim["at"][name], name))]
    cover = {"method": "cover", "best": best, "convex": [], "newton": zones, "tree": tree}
    return stated_claim(claim, stationary=listed, limits=limits), cover


def _pieces(
    name: str, breaks: list[str], reasons: list[str], way: str | None, listed: list[Document], zones: list[Document]
) -> list[list[Any]]:
    """A leaf for each piece. `way` is how f goes at the left end of a piece; it turns where there is a stationary point."""
    leaves: list[list[Any]] = []
    for ends, reason in zip(itertools.pairwise(breaks), reasons, strict=True):
        entry = _inside(listed, name, ends) if reason in ("convex", "concave") else None
        if reason == "unknown":
            leaves, way = [*leaves, ["open"]], None
        elif entry is not None:
            zones.append({"box": [list(ends)], "at": [entry["at"][name]], "kind": entry["kind"]})
            leaves, way = [*leaves, ["newton", len(zones) - 1]], "rising" if reason == "convex" else "falling"
        elif reason in ("falling", "rising"):
            leaves, way = [*leaves, ["sign", ["1"], reason]], reason
        elif reason in ("convex", "concave") and way is not None:
            leaves.append(["sign", ["1"], way])
        else:
            raise NoRule(reason)
    return leaves


def _inside(listed: list[Document], name: str, ends: tuple[str, str]) -> Document | None:
    """The stationary point that lies in a piece."""
    low, high = map(exact, ends)
    for entry in listed:
        start, end = map(exact, entry["at"][name])
        if entry["kind"] != "unknown" and low <= start and end <= high:
            return entry
    return None


def _tail(slope: str) -> list[Any]:
    if slope not in ("falling", "rising"):
        raise NoRule(slope)
    return ["limit", slope]


def _within(listed: list[Document], at: list[str], name: str) -> list[str]:
    """The place of the minimum that lies in the claimed interval; the interval itself where none is listed."""
    low, high = map(exact, at)
    inside = (e["at"][name] for e in listed if low <= exact(e["at"][name][0]) and exact(e["at"][name][1]) <= high)
    return next(inside, at)


def _middle(ends: list[str]) -> str:
    return number_text((exact(ends[0]) + exact(ends[1])) / 2)
