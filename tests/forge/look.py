"""Looking for low places of a function, shared with nobody: scans, random descents, Newton's steps, points far out and next to poles."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from tests.forge.function import Unclear, along, doubles, fraction, value
from tests.forge.statement import Box, Statement

Spot = tuple[Fraction, ...]
FAR = [Fraction(10) ** k for k in (3, 6, 12, 25, 50, 100)]
NEAR = [Fraction(1, 10**k) for k in (1, 2, 4, 8, 16, 32, 64, 96)]

Clip = tuple[np.ndarray, np.ndarray] | None
"""The ends of a box that a search stays in."""


class Look:
    """`samples` are points of the domain worth a ball: the lowest of many, in the claimed place and out of it; `polished` those at which a descent ended."""

    def __init__(self, stated: Statement, seed: int) -> None:
        self.stated, self.f = stated, stated.function
        self.rng = np.random.default_rng(seed)
        self.known: dict[Spot, arb | None] = {}
        self.samples = self._samples()

    def at(self, spot: Spot) -> arb | None:
        if spot not in self.known:
            self.known[spot] = value(self.f, spot)
        return self.known[spot]

    def inside(self, spot: Spot, box: Box | None) -> bool:
        return box is None or all(low <= x <= high for x, (low, high) in zip(spot, box, strict=True))

    def _samples(self) -> list[Spot]:
        """The lowest points of a scan, each improved; spots of the document; and points far out or close to spots."""
        k, domain = self.stated.size, self.stated.domain
        low = np.array([-12.0 if domain is None else float(a) for a, _ in domain or [(-12, 0)] * k])
        high = np.array([12.0 if domain is None else float(b) for _, b in domain or [(0, 12)] * k])
        scan = low + (high - low) * self.rng.random((1200 * k, k))
        if domain is None:
            wide = self.rng.normal(size=(600 * k, k)) * 10.0 ** self.rng.uniform(-3, 5, size=(600 * k, 1))
            scan = np.concatenate([scan, wide])
        spots = [x for x in self.stated.spots if abs(x) < Fraction(10) ** 101]
        if k == 1:
            sides = [x + s * d for x in spots[:60] for d in NEAR for s in (-1, 1)]
            chosen: list[Spot] = [(x,) for x in (*spots, *sides, *(s * t for t in FAR for s in (-1, 1)), Fraction(0))]
            values = np.linspace(low[0], high[0], 1201)
            scan = np.concatenate([scan, values[:, None]])
        else:
            chosen = [(Fraction(0),) * k, *self.stated.places]
            if spots:
                picks = self.rng.integers(0, len(spots), size=(400, k))
                chosen += [tuple(spots[j] for j in row) for row in picks.tolist()]
            if self.stated.at is not None:
                chosen += self.corners(self.stated.at)
            chosen += self.corners(domain) if domain is not None else []
        found = doubles(self.f, scan)
        order = np.argsort(np.where(np.isnan(found), np.inf, found))
        best: list[np.ndarray] = []
        for i in order:  # the lowest, apart from each other
            if np.isnan(found[i]) or len(best) >= 6:
                break
            if all(np.abs(scan[i] - other).max() > 0.05 * (1 + np.abs(other).max()) for other in best):
                best.append(scan[i])
        if domain is None and k > 1:
            best += [start * t for start in best[:3] for t in (10.0, 1e3)]
        improved: list[Spot] = []
        if self.stated.at is not None and all(math.isfinite(end) for side in self.stated.at for end in side):
            middle = tuple((Fraction(a) + Fraction(b)) / 2 for a, b in self.stated.at)
            best.append(np.array([_double(x) for x in middle]))
            improved += [middle, *self.newton(middle)]
            pairs = zip(self.stated.at, domain or self.stated.at, strict=True)
            common = tuple((max(a, c), min(b, d)) for (a, b), (c, d) in pairs)
            improved += self._held(best, common) if all(a <= b for a, b in common) else []
        improved += self.improved(best)
        self.polished = [spot for spot in dict.fromkeys(improved) if self.inside(spot, domain)]
        return self._sifted([spot for spot in dict.fromkeys(chosen) if self.inside(spot, domain)])

    def _sifted(self, chosen: list[Spot]) -> list[Spot]:
        """Those worth a ball: the lowest in doubles, in the claimed place and out of it, and those of which doubles know nothing."""
        found = doubles(self.f, np.array([[_double(x) for x in spot] for spot in chosen]).reshape(len(chosen), -1))
        here = np.array([self.stated.at is not None and self.inside(spot, self.stated.at) for spot in chosen], bool)
        picked = list(np.flatnonzero(np.isnan(found))[:80])
        for place in (here, ~here):
            ranked = np.flatnonzero(place & ~np.isnan(found))
            picked += list(ranked[np.argsort(found[ranked])][:30])
        self.all = chosen
        return [*self.polished, *(chosen[i] for i in picked if chosen[i] not in self.polished)]

    def corners(self, box: Box) -> list[Spot]:
        if not all(math.isfinite(end) for side in box for end in side):
            return []
        grid = [(Fraction(a), (Fraction(a) + Fraction(b)) / 2, Fraction(b)) for a, b in box]
        return list(itertools.islice(itertools.product(*grid), 243))

    def improved(self, starts: Sequence[np.ndarray]) -> list[Spot]:
        """Downhill from the starts: a random search in doubles, then Newton's steps (least squares where the Hessian is singular) in Arb."""
        if not len(starts):
            return []
        ends = self.downhill(np.clip(np.array(starts, float), -1e12, 1e12), self._values, self._clip)
        spots = [tuple(Fraction(float(x)) for x in end) for end in ends]
        return [*spots, *(found for spot in spots for found in self.newton(spot))]

    def _held(self, starts: Sequence[np.ndarray], box: Box) -> list[Spot]:
        """Downhill inside a box from the points of it that are nearest to the starts."""
        ends = np.array([[_double(Fraction(a)), _double(Fraction(b))] for a, b in box]).T
        found = self.downhill(np.clip(np.array(starts, float), *ends), self._values, (ends[0], ends[1]))
        exact = ([Fraction(float(x)) for x in spot] for spot in found)
        return [tuple(min(max(x, a), b) for x, (a, b) in zip(spot, box, strict=True)) for spot in exact]

    def _values(self, points: np.ndarray) -> np.ndarray:
        found = doubles(self.f, points)
        return np.where(np.isnan(found), np.inf, found)

    def downhill(self, at: np.ndarray, values: Callable[[np.ndarray], np.ndarray], clip: Clip = None) -> np.ndarray:
        """Each row of `at` moved to the best of 24 points around it, again and again, ever closer where none is better."""
        at, (m, k) = at.copy(), at.shape
        best, radius = values(at), 0.1 * (1 + np.abs(at).max(axis=1))
        for _ in range(45):
            tries = at[:, None, :] + self.rng.normal(size=(m, 24, k)) * radius[:, None, None]
            if clip is not None:
                tries = np.clip(tries, *clip)
            found = values(tries.reshape(-1, k)).reshape(m, 24)
            chosen, rows = found.argmin(axis=1), np.arange(m)
            better = found[rows, chosen] < best
            at[better], best[better] = tries[rows, chosen][better], found[rows, chosen][better]
            radius *= np.where(better, 1.2, 0.5)
        return at

    @property
    def _clip(self) -> tuple[np.ndarray, np.ndarray] | None:
        if self.stated.domain is None:
            return None
        ends = np.array([[float(a), float(b)] for a, b in self.stated.domain])
        return ends[:, 0], ends[:, 1]

    def gradient(self, spot: Spot) -> tuple[list[arb], list[list[float]]]:
        """Gradient in balls and Hessian in doubles; raises Unclear where there is none."""
        k = len(spot)
        unit = [tuple(Fraction(int(i == j)) for j in range(k)) for i in range(k)]
        lines = [along(self.f, spot, u, 2) for u in unit]
        bend = [[0.0] * k for _ in range(k)]
        for i in range(k):
            bend[i][i] = 2 * float(lines[i][2].mid())
            for j in range(i):
                both = along(self.f, spot, tuple(a + b for a, b in zip(unit[i], unit[j], strict=True)), 2)[2]
                bend[i][j] = bend[j][i] = float((both - lines[i][2] - lines[j][2]).mid())
        return [line[1] for line in lines], bend

    def newton(self, spot: Spot, steps: int = 12) -> list[Spot]:
        """The end of Newton's steps, where they settle; with domain faces held."""
        try:
            for _ in range(steps):
                slope, bend = self.gradient(spot)
                g = [fraction(s) for s in slope]
                scale = max(map(abs, g))
                if not scale or scale < Fraction(1, 10**55):
                    return [spot]
                h = np.array(bend)
                if not np.isfinite(h).all():
                    return []
                step = np.linalg.lstsq(h, np.array([float(x / scale) for x in g]), rcond=1e-9)[0]
                if not np.isfinite(step).all():
                    return []
                spot = tuple(short(x - Fraction(float(s)) * scale) for x, s in zip(spot, step, strict=True))
                if max(map(abs, spot)) > 10**12:
                    return []
        except (Unclear, ArithmeticError, ValueError, np.linalg.LinAlgError):
            return []
        return [spot]

    def best(self, spots: Iterable[Spot]) -> tuple[Spot, arb] | None:
        known = [(spot, self.at(spot)) for spot in spots]
        defined = [(spot, found) for spot, found in known if found is not None]
        return min(defined, key=lambda pair: fraction(pair[1]), default=None)

    def ways(self) -> list[Spot]:
        k = self.stated.size
        return [tuple(Fraction(int(i == j) * s) for j in range(k)) for i in range(k) for s in (-1, 1)]

    def drift(self) -> Fraction:
        """How much values far out still move: an infimum that is approached slowly is lower than any sample."""
        if self.stated.domain is not None:
            return Fraction(0)
        moves = [Fraction(0)]
        for way in self.ways():
            ends = [self.at(tuple(t * u for u in way)) for t in FAR[-2:]]
            if all(e is not None for e in ends) and ends[1] < ends[0]:
                moves.append(abs(fraction(ends[0] - ends[1])))
        return max(moves)

    def slope(self, v: Fraction) -> arb | None:
        try:
            return along(self.f, (v,), (Fraction(1),), 1)[1]
        except (Unclear, ArithmeticError, ValueError):
            return None

    def root(self, left: Fraction, right: Fraction) -> Fraction | None:
        """Where the slope changes sign, by bisection; None where it jumps there (a kink, a pole), or is not known."""
        ends = [self.slope(v) for v in (left, right)]
        if left == right:
            return left
        if any(found is None for found in ends) or not (ends[0] * ends[1] < 0):
            return None
        for _ in range(140):
            middle = short((left + right) / 2)
            found = self.slope(middle)
            if found is None:
                middle = short((2 * left + right) / 3)
                found = self.slope(middle)
            if found is None:
                return None
            if not (found > 0 or found < 0):
                return middle
            left, right = (middle, right) if found * ends[0] > 0 else (left, middle)
        last = [self.slope(v) for v in (left, right)]
        if any(found is None for found in last):
            return None
        size = max(abs(fraction(found)) for found in ends)
        return left if all(abs(fraction(found)) < Fraction(1, 10**25) * (1 + size) for found in last) else None

    def dense(self) -> list[Spot]:
        low, high = (-20, 20) if self.stated.domain is None else self.stated.domain[0]
        return [(Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(2 * i + 1, 802),) for i in range(401)]

    def far_out(self, wide: Sequence[float] = (1, 50)) -> tuple[Spot, arb] | None:
        """The lowest of what is found far out along the claimed direction, from starts so many times farther than a search found them."""
        way = self.stated.direction
        if way is None or not any(way):
            return None
        far = Fraction(10) ** (100 if self.stated.size == 1 else 9) / max(map(abs, way))
        if self.stated.size > 1:
            return self._improved_far(way, far, wide)
        return self.best([(far * way[0],)])

    def _improved_far(self, way: Spot, far: Fraction, wide: Sequence[float]) -> tuple[Spot, arb] | None:
        """The least of the limits along the direction, over where one starts."""
        push = np.array([float(d * far) for d in way])
        scale = np.abs(push).max()
        near = push / scale * 2.0**20  # far enough for doubles, and near enough for what does not move
        across = np.linalg.svd(push[None] / scale)[2][1:]  # starts only matter across the direction
        starts = np.concatenate(
            [np.zeros((1, len(across))), np.random.default_rng(1).normal(size=(7, len(across))) * 3]
        )
        ends = self.downhill(starts, lambda c: self._values(c @ across + near))
        exact = [tuple(Fraction(float(x)) for x in t * c @ across) for t in wide for c in ends]
        return self.best(tuple(x + far * d for x, d in zip(start, way, strict=True)) for start in exact)


def _double(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def short(x: Fraction, digits: int = 75) -> Fraction:
    """The same number to 75 digits behind the point."""
    scale = 10**digits
    return Fraction(round(x * scale), scale)
