"""What is false in a statement, found by means that share nothing with the product: dense scans, many starts, exact points, Arb at 240 bits.

A sentence is returned only where a *point* shows the falsehood (its value as a ball), or a chain of points whose trend leaves no doubt. What
this truth cannot refute may still be false; what it refutes is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from tests.forge.function import Unclear, along, ball, bits, doubles, fraction, value
from tests.forge.statement import Box, Statement

Spot = tuple[Fraction, ...]
FAR = [Fraction(10) ** k for k in (3, 6, 12, 25, 50, 100)]
NEAR = [Fraction(1, 10**k) for k in (1, 2, 4, 8, 16, 32, 64, 96)]
MARGIN = Fraction(1, 10**9)


def falsehood(stated: Statement, seed: int = 0) -> str | None:
    """A sentence on what is false, or None."""
    if stated.size == 0:
        found = value(stated.function, ())
        return None if found is None else _outside(found, stated.value, "the value", ())
    look = Look(stated, seed)
    return look.infimum() or look.place() or look.direction() or look.limits() or look.points()


class Look:
    def __init__(self, stated: Statement, seed: int) -> None:
        self.stated, self.f = stated, stated.function
        self.rng = np.random.default_rng(seed)
        self.known: dict[Spot, arb | None] = {}
        self.samples = self._samples()

    # ---- points ------------------------------------------------------------------------------------------------

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
            chosen = [(Fraction(0),) * k]
            if spots:
                picks = self.rng.integers(0, len(spots), size=(400, k))
                chosen += [tuple(spots[j] for j in row) for row in picks.tolist()]
            if self.stated.at is not None:
                chosen += self._corners(self.stated.at)
            chosen += self._corners(domain) if domain is not None else []
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
        improved += self._improved(best)
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

    def _corners(self, box: Box) -> list[Spot]:
        if not all(math.isfinite(end) for side in box for end in side):
            return []
        grid = [(Fraction(a), (Fraction(a) + Fraction(b)) / 2, Fraction(b)) for a, b in box]
        return list(itertools.islice(itertools.product(*grid), 243))

    def _improved(self, starts: Sequence[np.ndarray]) -> list[Spot]:
        """Downhill from the starts: a random search in doubles, then Newton's steps (least squares where the Hessian is singular) in Arb."""
        if not len(starts):
            return []
        ends = self._downhill(np.clip(np.array(starts, float), -1e12, 1e12), self._values)
        spots = [tuple(Fraction(float(x)) for x in end) for end in ends]
        return [*spots, *(found for spot in spots for found in self.newton(spot))]

    def _values(self, points: np.ndarray) -> np.ndarray:
        found = doubles(self.f, points)
        return np.where(np.isnan(found), np.inf, found)

    def _downhill(self, at: np.ndarray, values: Callable[[np.ndarray], np.ndarray], rounds: int = 45) -> np.ndarray:
        """Each row of `at` moved to the best of 24 points around it, again and again, ever closer where none is better."""
        at, (m, k) = at.copy(), at.shape
        best, radius = values(at), 0.1 * (1 + np.abs(at).max(axis=1))
        for _ in range(rounds):
            tries = at[:, None, :] + self.rng.normal(size=(m, 24, k)) * radius[:, None, None]
            if self._clip is not None and k == self.stated.size:
                tries = np.clip(tries, *self._clip)
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
                spot = tuple(_short(x - Fraction(float(s)) * scale) for x, s in zip(spot, step, strict=True))
                if max(map(abs, spot)) > 10**12:
                    return []
        except (Unclear, ArithmeticError, ValueError, np.linalg.LinAlgError):
            return []
        return [spot]

    # ---- what can be false ---------------------------------------------------------------------------------------

    def infimum(self) -> str | None:
        low, high = self.stated.value
        if isinstance(low, float) and low > 0:
            return f"the infimum is claimed to be infinite: {low}"
        if self.stated.kind == "attained" and isinstance(high, float) and high < 0:
            return "a minimum of −∞ is claimed to be attained"
        out = self.far_out()
        best = self.best([*self.samples, *([] if out is None else [out[0]])])
        for spot in self.samples:
            found = self.at(spot)
            if found is not None and isinstance(low, Fraction) and _below(found, low):
                return f"at {_say(spot)} the value is {_digits(found)}, below the claimed {float(low):.17g}"
            held = found is not None and isinstance(low, Fraction) and _at_most(found, low)
            if held and self.stated.kind == "not-attained" and self.exact(spot):
                return (
                    f"the infimum is claimed to be at least {float(low):.17g}, and not attained; at {_say(spot)} it is"
                )
        if best is None or not isinstance(high, Fraction):
            return None
        spot, lowest = best
        slack = MARGIN * (1 + abs(high)) + 4 * self.drift()
        if fraction(lowest) > high + slack:
            return f"nothing is found below {_digits(lowest)}, at {_say(spot)}; the infimum is claimed to be at most {float(high):.17g}"
        return None

    def exact(self, spot: Spot) -> bool:
        found = self.at(spot)
        return found is not None and float(found.rad()) < 1e-40 * max(1.0, abs(float(found.mid())))

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

    def ways(self) -> list[Spot]:
        k = self.stated.size
        return [tuple(Fraction(int(i == j) * s) for j in range(k)) for i in range(k) for s in (-1, 1)]

    def best(self, spots: Iterable[Spot]) -> tuple[Spot, arb] | None:
        known = [(spot, self.at(spot)) for spot in spots]
        defined = [(spot, found) for spot, found in known if found is not None]
        return min(defined, key=lambda pair: fraction(pair[1]), default=None)

    def place(self) -> str | None:
        """An attained minimum: it exists, and its minimisers lie in `at`."""
        at = self.stated.at
        if self.stated.kind != "attained" or at is None:
            return None
        if bottomless := self.bottomless():
            return bottomless
        here = self.best(spot for spot in self.samples if self.inside(spot, at))
        there = self.best(spot for spot in self.samples if not self.inside(spot, at))
        if here is None:
            if there is None:
                return None
            return (
                f"nothing is defined in the claimed place, as far as {len(self.samples)} points show"
                if self._undefined(at)
                else None
            )
        if there is not None:
            gap = fraction(here[1]) - fraction(there[1])
            if gap > MARGIN * (1 + abs(fraction(here[1]))) * self._spread(at):
                return f"at {_say(there[0])} the value {_digits(there[1])} is below all found in the claimed place, {_digits(here[1])}"
            if self.stated.every and (twin := self._twin(here[0], at)):
                return f"{_say(twin)} costs as much as {_say(here[0])}, {_digits(here[1])}, and lies outside the claimed place"
        return self.escapes()

    def _twin(self, here: Spot, at: Box) -> Spot | None:
        """A minimiser outside the place that costs exactly as much as the one inside, as far as 45 digits show."""
        least = fraction(self.at(here))
        for spot in self.polished:
            found = self.at(spot)
            if (
                found is None
                or self.inside(spot, at)
                or abs(fraction(found) - least) > Fraction(1, 10**45) * (1 + abs(least))
            ):
                continue
            if self._settled(spot, here):
                return spot
        return None

    def _spread(self, at: Box) -> int:
        """A search in a wide place may miss its least value by more than one in a narrow place."""
        return 1 if all(b - a < 1 for a, b in at) else 1000

    def _undefined(self, at: Box) -> bool:
        corners = [spot for spot in self._corners(at) if self.inside(spot, self.stated.domain)]
        return bool(corners) and all(self.at(spot) is None for spot in corners)

    def _settled(self, spot: Spot, here: Spot) -> bool:
        """The spot is stationary to 50 digits, and apart from `here` by more than what a flat minimum may hide."""
        if all(abs(a - b) < Fraction(1, 50) * (1 + abs(a)) for a, b in zip(spot, here, strict=True)):
            return False
        try:
            return max(abs(fraction(s)) for s in self.gradient(spot)[0]) < Fraction(1, 10**50)
        except (Unclear, ArithmeticError, ValueError):
            return False

    def bottomless(self) -> str | None:
        """Values beside a spot that fall by steps which do not shrink: there is no least value."""
        if self.stated.size != 1:
            spots = [spot for spot in self.samples[:60] if self.at(spot) is None]
        else:
            spots = [(x,) for x in (*self.stated.spots[:120], Fraction(0))]
        ways = self.ways()
        for spot in spots:
            if self.at(spot) is not None or not self.inside(spot, self.stated.domain):
                continue
            for way in ways:
                chain = []
                for j in range(5, 90, 6):
                    near = tuple(x + u / 10**j for x, u in zip(spot, way, strict=True))
                    found = self.at(near) if self.inside(near, self.stated.domain) else None
                    if found is None:
                        break
                    chain.append(fraction(found))
                if len(chain) < 12:
                    continue
                drops = [a - b for a, b in itertools.pairwise(chain)]
                if drops[0] > 0 and all(b >= a * Fraction(9, 10) for a, b in itertools.pairwise(drops)):
                    return f"beside {_say(spot)} the values fall without end; a minimum is claimed"
                best = self.best(
                    s
                    for s in self.samples
                    if max(abs(a - b) for a, b in zip(s, spot, strict=True)) > Fraction(1, 10**5)
                )
                if all(d > 0 for d in drops) and (best is None or chain[-1] < fraction(best[1])):
                    return f"towards {_say(spot)}, where there is no value, values fall below all others; a minimum is claimed"
        return None

    def escapes(self) -> str | None:
        """One variable, all reals: values that fall for ever and end below all others."""
        if self.stated.domain is not None or self.stated.size != 1:
            return None
        for way in (-1, 1):
            chain = [self.at((way * t,)) for t in FAR]
            if any(found is None for found in chain):
                continue
            if all(b < a for a, b in itertools.pairwise(chain)):
                best = self.best(spot for spot in self.samples if abs(spot[0]) <= 1000 or spot[0] * way < 0)
                if best is not None and chain[-1] < best[1]:
                    return f"the values fall for ever towards {way}·∞, below all others: {_digits(chain[-1])}; a minimum is claimed"
        return None

    def direction(self) -> str | None:
        """Not attained: values near the infimum are limits along the direction."""
        if self.stated.direction is None:
            return None
        if not any(self.stated.direction):
            return "the direction is 0"
        out = self.far_out()
        best = self.best(self.samples)
        if out is None or best is None:
            return None
        if fraction(best[1]) < fraction(out[1]) - 1000 * MARGIN * (1 + abs(fraction(out[1]))) - self.drift():
            return f"at {_say(best[0])} the value {_digits(best[1])} is below all limits found along the direction, {_digits(out[1])}"
        return None

    def far_out(self) -> tuple[Spot, arb] | None:
        """The lowest of what is found far out along the claimed direction."""
        way = self.stated.direction
        if way is None or not any(way):
            return None
        far = Fraction(10) ** (100 if self.stated.size == 1 else 9) / max(map(abs, way))
        if self.stated.size > 1:
            return self._improved_far(way, far)
        return self.best([(far * way[0],)])

    def _improved_far(self, way: Spot, far: Fraction) -> tuple[Spot, arb] | None:
        """The least of the limits along the direction, over where one starts."""
        push = np.array([float(d * far) for d in way])
        scale = np.abs(push).max()
        near = push / scale * 2.0**20  # far enough for doubles, and near enough for what does not move
        across = np.linalg.svd(push[None] / scale)[2][1:]  # starts only matter across the direction
        starts = np.concatenate([np.zeros((1, len(across))), self.rng.normal(size=(7, len(across))) * 3])
        ends = self._downhill(starts, lambda c: self._values(c @ across + near))
        exact = [tuple(Fraction(float(x)) for x in c @ across) for c in (*ends, *(50 * ends))]
        return self.best(tuple(x + far * d for x, d in zip(start, way, strict=True)) for start in exact)

    def limits(self) -> str | None:
        for side, (low, high) in self.stated.limits:
            ends = [self.at((side * t,)) for t in FAR]
            if ends[-1] is None or ends[-2] is None:
                continue
            last, before = fraction(ends[-1]), fraction(ends[-2])
            if abs(last) > 10**12 and abs(ends[-1]) > 100 * abs(ends[-2]):  # without end
                if (math.inf if last > 0 else -math.inf) not in (low, high):
                    return f"the values grow for ever on side {side}, and the limit is claimed to lie in {_say((low, high))}"
                continue
            slack = Fraction(1, 10**6) * (1 + abs(last)) + 20 * abs(last - before)
            if last + slack < low or last - slack > high:
                return f"far out on side {side} the value is {_digits(ends[-1])}, and the limit is claimed to lie in {_say((low, high))}"
        return None

    # ---- stationary points -----------------------------------------------------------------------------------------

    def points(self) -> str | None:
        if self.stated.stationary is None or (self.stated.size > 1 and self.stated.domain is None):
            return None
        return self.line_points() if self.stated.size == 1 else self.space_points()

    def slope(self, v: Fraction) -> arb | None:
        try:
            return along(self.f, (v,), (Fraction(1),), 1)[1]
        except (Unclear, ArithmeticError, ValueError):
            return None

    def line_points(self) -> str | None:
        assert self.stated.stationary is not None
        whole = self.stated.listed or ((-math.inf, math.inf),)
        for entry in self.stated.stationary:
            (left, right), kind = entry.at[0], entry.kind
            if not entry.known:
                continue
            ends = [self.slope(Fraction(v)) for v in (left, right)]
            wanted = -1 if kind == "minimum" else 1
            for found, want in zip(ends, (wanted, -wanted), strict=True):
                if found is not None and found * want < 0 and left < right:
                    return f"no single {kind} in {_say((left, right))}: the slope at an end is {_digits(found)}"
            if left == right and (ends[0] is None or ends[0] > 0 or ends[0] < 0):
                return f"at {float(left):.17g} the slope is {ends[0]}; a stationary point is claimed"
            root = self.root(Fraction(left), Fraction(right))
            found = None if root is None else self.at((root,))
            if found is not None and (wrong := _outside(found, entry.value, f"the value at the {kind}", (root,), 1)):
                return wrong
        grid = sorted({x for (x,) in self.all if abs(x) < 10**7} | {x for (x,) in self.dense()})
        grid = [x for x in grid if self.inside((x,), whole)]
        taken = [entry.at[0] for entry in self.stated.stationary]
        before: tuple[Fraction, int] | None = None
        for x in grid:
            found = self.slope(x)
            sign = 0 if found is None else 1 if found > 0 else -1 if found < 0 else 0
            if before is not None and sign and sign != before[1]:
                root = self.root(before[0], x)
                if root is not None and not any(
                    a - Fraction(1, 10**20) <= root <= b + Fraction(1, 10**20) for a, b in taken
                ):
                    return f"the slope changes sign at {float(root):.17g}, where the list has nothing"
            before = (x, sign) if sign else None if found is None else before
        return None

    def dense(self) -> list[Spot]:
        low, high = (-20, 20) if self.stated.domain is None else self.stated.domain[0]
        return [(Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(2 * i + 1, 802),) for i in range(401)]

    def root(self, left: Fraction, right: Fraction) -> Fraction | None:
        """Where the slope changes sign, by bisection; None where it jumps there (a kink, a pole), or is not known."""
        ends = [self.slope(v) for v in (left, right)]
        if left == right:
            return left
        if any(found is None for found in ends) or not (ends[0] * ends[1] < 0):
            return None
        for _ in range(140):
            middle = _short((left + right) / 2)
            found = self.slope(middle)
            if found is None:
                middle = _short((2 * left + right) / 3)
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

    def space_points(self) -> str | None:
        assert self.stated.stationary is not None
        assert self.stated.domain is not None
        found: list[tuple[Spot, list[list[float]]]] = []
        ends = np.array([[float(a), float(b)] for a, b in self.stated.domain])
        starts = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * self.rng.random((12, self.stated.size))
        middles = [tuple((Fraction(a) + Fraction(b)) / 2 for a, b in entry.at) for entry in self.stated.stationary]
        for start in (*middles[:8], *(tuple(Fraction(float(x)) for x in s) for s in starts)):
            for spot in self.newton(start, 20):
                try:
                    slope, bend = self.gradient(spot)
                except (Unclear, ArithmeticError, ValueError):
                    continue
                if max(abs(fraction(s)) for s in slope) < Fraction(1, 10**50):
                    values = np.linalg.eigvalsh(np.array(bend))
                    if (
                        np.abs(values).min() > 1e-9 * np.abs(values).max()
                    ):  # a point of its own, which Newton's steps find to all digits
                        found.append((spot, bend))
        for spot, bend in found:
            homes = [entry for entry in self.stated.stationary if self.inside(spot, _wider(entry.at))]
            if not homes:
                if all(a < x < b for x, (a, b) in zip(spot, self.stated.domain, strict=True)):
                    return f"the gradient is 0 at {_say(spot)}, where the list has nothing"
                continue
            values = np.linalg.eigvalsh(np.array(bend))
            kind = "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"
            entry = homes[0]
            if entry.known and len(homes) == 1:
                if entry.kind != kind:
                    return f"at {_say(spot)} there is a {kind}; a {entry.kind} is claimed"
                exact = self.at(spot)
                if exact is not None and (wrong := _outside(exact, entry.value, f"the value at the {kind}", spot, 1)):
                    return wrong
                others = [
                    o
                    for o, _ in found
                    if self.inside(o, entry.at)
                    and max(abs(a - b) for a, b in zip(o, spot, strict=True)) > Fraction(1, 10**20)
                ]
                if others:
                    return f"two points in one place: {_say(spot)} and {_say(others[0])}"
        return None


def _double(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def _wider(box: Box) -> Box:
    return tuple((a - Fraction(1, 10**25), b + Fraction(1, 10**25)) for a, b in box)


def _short(x: Fraction, digits: int = 75) -> Fraction:
    """The same number to 75 digits behind the point."""
    scale = 10**digits
    return Fraction(round(x * scale), scale)


def _below(found: arb, low: Fraction) -> bool:
    with bits(300):
        return bool(found < ball(low))


def _at_most(found: arb, low: Fraction) -> bool:
    with bits(300):
        return bool(found <= ball(low))


def _outside(found: arb, held: tuple, what: str, spot: Sequence[Fraction], digits: int = 0) -> str | None:
    """A sentence where a value certainly lies outside an interval; `digits`: the spot itself is known to some 60 digits only."""
    with bits(300):
        slack = Fraction(1, 10**40) * (1 + abs(fraction(found))) if digits else Fraction(0)
        low, high = held
        below = isinstance(low, Fraction) and found < ball(low - slack)
        above = isinstance(high, Fraction) and found > ball(high + slack)
        if below or above or low == math.inf or high == -math.inf:
            return f"{what} at {_say(spot)} is {_digits(found)}, outside {_say(held)}"
    return None


def _digits(x: arb) -> str:
    return x.str(20, radius=False)


def _say(numbers: Iterable) -> str:
    def text(x: Fraction | float) -> str:
        try:
            return f"{float(x):.17g}"
        except OverflowError:
            return "huge"

    return "(" + ", ".join(map(text, numbers)) + ")"
