"""The proof drawn under the curve: the line cut into pieces, and the reason that settles each.

A piece is read from the certificate (docs/certificate.md): *falling* and *rising* say the sign of the slope, *convex* and
*concave* that of the second derivative, so each such piece holds at most one stationary point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from chainrule.digits import is_infinite
from chainrule.exact import nearest, read_number
from chainrule.plot.palette import LIGHT, Palette
from chainrule.plot.style import literal, new_axes, plain_axes
from chainrule.plot.window import free_weight, heights, interesting_range, sample_curve
from chainrule.problem import Problem
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

SIGNS = {"falling": "↘", "rising": "↗", "convex": "∪", "concave": "∩", "flat": "—", "unknown": "?"}


@dataclass(frozen=True)
class Piece:
    """``[lower, upper]`` of the line, and the reason that settles it."""

    lower: Fraction | float
    upper: Fraction | float
    reason: str


def pieces_of(answer: Answer) -> tuple[Piece, ...]:
    """The tails and pieces of a proof by a line, from left to right; empty for any other proof."""
    proof = answer.proof
    if proof.get("method") not in ("line", "expression"):
        return ()
    breaks = [Fraction(read_number(text, "break")) for text in proof["breaks"]]
    inner = [
        Piece(lower, upper, str(reason))
        for (lower, upper), reason in zip(pairwise(breaks), proof["pieces"], strict=True)
    ]
    if proof["tails"] is None:  # an interval, and all of it is inner
        return tuple(inner)
    left = Piece(-math.inf, breaks[0], proof["tails"]["-inf"]["slope"])
    right = Piece(breaks[-1], math.inf, proof["tails"]["+inf"]["slope"])
    return (left, *inner, right)


def plot_cover(answer: Answer, ax: Axes | None = None, palette: Palette = LIGHT) -> tuple[Rectangle, ...]:
    """The curve, and under it a strip whose pieces are named by colour and sign.

    Raises
    ------
    ProblemError
        If not exactly one weight is free.
    """
    from matplotlib.patches import Rectangle

    name, pieces = free_weight(answer), pieces_of(answer)
    left, right = interesting_range(answer)
    ends = [nearest(end) for piece in pieces for end in (piece.lower, piece.upper) if not is_infinite(end)]
    reach = 0.08 * (right - left)
    wide = [end for end in ends if left - (right - left) < end < right + (right - left)]
    left, right = min([left, *[e - reach for e in wide]]), max([right, *[e + reach for e in wide]])
    places, values = sample_curve(answer, left, right)
    ax = new_axes((6.4, 2.8)) if ax is None else ax
    plain_axes(ax, palette)
    ax.plot(places, values, color=palette.curve, linewidth=1.8, zorder=3)
    low, high = heights(answer, places, values)
    spread = (high - low) or max(abs(high), 1.0)
    base, height = low - 0.34 * spread, 0.22 * spread
    colors = {
        "falling": palette.zero_side, "rising": palette.one_side, "convex": palette.convex_side,
        "concave": palette.concave_side,
    }  # fmt: skip
    drawn: list[Rectangle] = []
    shown: dict[str, Rectangle] = {}
    for piece in pieces:
        start, end = max(nearest(piece.lower), left), min(nearest(piece.upper), right)
        if end <= start:
            continue
        color = colors.get(piece.reason, palette.rule)
        drawn.append(
            Rectangle((start, base), end - start, height, facecolor=color, edgecolor=palette.muted, linewidth=0.7)
        )
        ax.add_patch(drawn[-1])
        shown.setdefault(f"{SIGNS.get(piece.reason, '?')} {piece.reason}", drawn[-1])
        if end - start > 0.05 * (right - left):
            sign = ax.text(
                (start + end) / 2, base + height / 2, SIGNS.get(piece.reason, "?"),
                ha="center", va="center", color=palette.ink,
            )  # fmt: skip
            literal(sign)
    ax.set_xlim(left, right)
    ax.set_ylim(base - 0.04 * spread, high + 0.08 * spread)
    is_loss = isinstance(answer.problem, Problem)
    floor = max(low - 0.1 * spread, 0.0) if is_loss else low - 0.02 * spread
    ax.set_yticks([tick for tick in ax.get_yticks() if floor <= tick <= high + 0.08 * spread])
    ax.set_xlabel(name)
    ax.set_ylabel("loss" if is_loss else "value")
    literal(ax.xaxis.label)
    if shown:
        ax.legend(
            shown.values(), shown, loc="upper left", bbox_to_anchor=(0, -0.24), ncols=len(shown), frameon=False,
            fontsize="small", labelcolor=palette.ink, borderaxespad=0, handlelength=1.2, columnspacing=1.2,
        )  # fmt: skip
    return tuple(drawn)
