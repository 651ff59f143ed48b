"""What a certificate claims, as plain mathematics: a function, a domain, and sentences on its infimum. No format is known here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.forge.function import Tree

End = Fraction | float
Box = tuple[tuple[End, End], ...]


@dataclass(frozen=True)
class Point:
    """Of a known kind (minimum, maximum, saddle): exactly one stationary point lies in `at`, of that kind, its value in `value`.

    Else nothing is known of `at`.
    """

    kind: str
    at: Box
    value: tuple[End, End]

    @property
    def known(self) -> bool:
        return self.kind in ("minimum", "maximum", "saddle")


@dataclass(frozen=True)
class Statement:
    """`kind` is attained, not-attained or undecided. The infimum of `function` over `domain` (None: all reals) lies in `value`.

    `every` says whether each minimiser lies in `at`, or at least one; `reached` whether from some point the function is said
    to tend to the infimum along `direction`. `stationary` is None where nothing is claimed of it, else every
    stationary point inside `listed` lies in one of them. `limits` by side (−1, +1) for one variable. `spots` and `places` are the numbers and points that stand in
    the document: where a proof is weak they are worth a look.
    """

    function: Tree
    size: int
    domain: Box | None
    kind: str
    value: tuple[End, End]
    at: Box | None = None
    every: bool = True
    reached: bool = False
    direction: tuple[Fraction, ...] | None = None
    stationary: tuple[Point, ...] | None = None
    listed: Box | None = None
    limits: tuple[tuple[int, tuple[End, End]], ...] = ()
    spots: tuple[Fraction, ...] = ()
    places: tuple[tuple[Fraction, ...], ...] = ()
