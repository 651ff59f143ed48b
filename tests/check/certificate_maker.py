"""A small maker of certificates for the tests, independent of chainrule and of chainrule_fast.

It works on residuals, ``f = mean (σ(z) − y)²``, ``f' = mean 2 a (σ − y) σ'`` and ``f'' = mean 2 a² (σ'² + (σ − y) σ'')``, with
Arb balls; the checker uses other formulas. It need not be rigorous: what it makes is what the checker is there to judge.
"""

from fractions import Fraction

from flint import arb, ctx, fmpq

# Inputs x, y, label; w_y = 1, bias = -1, w_x free: z = x v + y − 1.
WALK_THROUGH = {
    "first-try": [(0, 0, 0), (2, 0, 1)],
    "one-point": [(3, 4, 1)],
    "mirror-far": [(3, 4, 1), (-3, 4, 0)],
    "mirror": [(1, 1, 1), (-1, 1, 0)],
    "cross": [(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)],
    "pair": [(1, -1, 0), (1, 3, 1)],
}


def ball(value):
    value = Fraction(value)
    return arb(fmpq(value.numerator, value.denominator))


class Loss:
    """f, f', f'' of rows ``(a, b, y)`` at a point or over an interval, as balls at `bits`."""

    def __init__(self, points, bits=200):
        self.rows = [(Fraction(x), Fraction(y) - 1, Fraction(label)) for x, y, label in points]
        self.bits = bits

    def __call__(self, order, left, right=None):
        right = left if right is None else right
        before, ctx.prec = ctx.prec, self.bits
        try:
            total = arb(0)
            for a, b, y in self.rows:
                ends = [1 / (1 + (-ball(a * v + b)).exp()) for v in (left, right)]
                s = ends[0].union(ends[1])
                first = s * (1 - s)
                second = first * (1 - 2 * s)
                residual = s - ball(y)
                total += (
                    residual**2,
                    2 * ball(a) * residual * first,
                    2 * ball(a * a) * (first * first + residual * second),
                )[order]
            return total / len(self.rows)
        finally:
            ctx.prec = before

    def slope_sign(self, v):
        slope = self(1, v)
        return 1 if slope > 0 else -1 if slope < 0 else 0

    def limit(self, side):
        """The limit where every row moves or stays: as an enclosure ``(lower, upper)``."""
        total, still = Fraction(0), []
        for a, b, y in self.rows:
            if a == 0:
                still.append((1 / (1 + (-ball(b)).exp()) - ball(y)) ** 2)
            else:
                total += (1 - y) ** 2 if a * side > 0 else y**2
        if not still:
            return total / len(self.rows), total / len(self.rows)
        return outward((ball(total) + sum(still, arb(0))) / len(self.rows))


def fraction(point):
    mantissa, exponent = point.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def outward(value, digits=18):
    """Rational ends with `digits` decimals around a ball."""
    scale = 10**digits
    low, high = fraction(value.lower()) * scale, fraction(value.upper()) * scale
    return Fraction(low.__floor__() - 1, scale), Fraction(high.__ceil__() + 1, scale)


def cut(loss, left, right):
    """Pieces ``(left, right, reason)`` by bisection, a little off the middle so that a root is not on a break."""
    slope, curvature = loss(1, left, right), loss(2, left, right)
    if slope < 0 or slope > 0:
        return [(left, right, "falling" if slope < 0 else "rising")]
    if (curvature > 0 or curvature < 0) and loss.slope_sign(left) and loss.slope_sign(right):
        return [(left, right, "convex" if curvature > 0 else "concave")]
    if right - left < Fraction(1, 1000):
        return [(left, right, "unknown")]
    middle = left + (right - left) * Fraction(9, 16)
    return cut(loss, left, middle) + cut(loss, middle, right)


def root(loss, left, right):
    """An interval narrower than 1e-12 with a root of f' inside."""
    sign = loss.slope_sign(left)
    while right - left > Fraction(1, 10**12):
        middle = left + (right - left) * Fraction(9, 16)
        if loss.slope_sign(middle) == sign:
            left = middle
        else:
            right = middle
    return left, right


def text(pair):
    return [str(end) for end in pair]


def make(points, reach=16, known=Loss):
    """The certificate of the walk-through network on `points`, with tails beyond ±reach."""
    loss = known(points)
    pieces = cut(loss, Fraction(-reach), Fraction(reach))
    stationary = []
    for left, right, reason in pieces:
        if reason in ("convex", "concave") and loss.slope_sign(left) != loss.slope_sign(right):
            at = root(loss, left, right)
            kind = "minimum" if reason == "convex" else "maximum"
            stationary.append({"kind": kind, "at": {"w_x": text(at)}, "value": text(outward(loss(0, *at), 11))})
        elif reason == "unknown":
            stationary.append(
                {"kind": "unknown", "at": {"w_x": text((left, right))}, "value": text(outward(loss(0, left, right)))}
            )
    slopes = {side: "rising" if loss.slope_sign(side * reach) > 0 else "falling" for side in (-1, 1)}
    breaks = [pieces[0][0], *(right for _, right, _ in pieces)]
    return {
        "format": "chainrule certificate",
        "version": 1,
        "problem": {
            "schema": 1,
            "inputs": ["x", "y"],
            "weights": {"w_x": "free", "w_y": "1", "bias": "-1"},
            "data": {"points": [[str(number) for number in point] for point in points]},
        },
        "claim": {
            **verdict(loss, stationary, slopes),
            "domain": "all reals",
            "stationary": stationary,
            "limits": {"w_x": {name: text(loss.limit(side)) for side, name in ((-1, "-inf"), (1, "+inf"))}},
        },
        "proof": {
            "method": "line",
            "weight": "w_x",
            "tails": {
                "-inf": {"end": str(breaks[0]), "slope": slopes[-1]},
                "+inf": {"end": str(breaks[-1]), "slope": slopes[1]},
            },
            "breaks": text(breaks),
            "pieces": [reason for _, _, reason in pieces],
        },
    }


def verdict(loss, stationary, slopes):
    """kind, at, value and direction."""
    minima = [(tuple(Fraction(e) for e in s["value"]), s["at"]) for s in stationary if s["kind"] == "minimum"]
    limits = {side: loss.limit(side) for side in (-1, 1) if slopes[side] == ("falling" if side > 0 else "rising")}
    best = min(minima, default=None, key=lambda m: m[0])
    side = min(limits, default=None, key=lambda s: limits[s])
    unsure = any(s["kind"] == "unknown" for s in stationary)
    if best is not None and not unsure and (side is None or best[0][1] < limits[side][0]):
        holders = [at["w_x"] for value, at in minima if value[0] <= best[0][1]]
        ends = [Fraction(end) for at in holders for end in at]
        lower, upper = min(v[0] for v, _ in minima), min(v[1] for v, _ in minima)
        return {
            "kind": "attained",
            "at": {"w_x": text((min(ends), max(ends)))},
            "value": text((lower, upper)),
            "direction": None,
        }
    if side is not None and not unsure and all(limits[side][1] < value[0] for value, _ in minima):
        return {"kind": "not-attained", "at": None, "value": text(limits[side]), "direction": {"w_x": str(side)}}
    entries = [tuple(Fraction(e) for e in s["value"]) for s in stationary if s["kind"] != "maximum"] + list(
        limits.values()
    )
    value = (min(e[0] for e in entries), min(e[1] for e in entries))
    return {"kind": "undecided", "at": None, "value": text(value), "direction": None}
