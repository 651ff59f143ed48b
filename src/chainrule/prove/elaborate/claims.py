"""A claim in the words of the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def stated_claim(claim: Mapping[str, Any], **other: Any) -> Document:
    """The claim with all its keys; stationary points and limits only where `other` names them. What a cover shows to be tended to is tended to from some point."""
    kind = claim["kind"].replace("-", " ")
    return {
        "kind": kind,
        "value": list(claim["value"]),
        "domain": claim["domain"],
        "at": claim["at"] if kind == "attained" else None,
        "every": True,
        "direction": claim["direction"] if kind == "not attained" else None,
        "reached": True if kind == "not attained" else None,
        "stationary": None,
        "limits": None,
    } | other
