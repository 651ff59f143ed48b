"""A certificate altered with intent: claim and proof together, so that what is claimed may become false while the proof still looks right.

Nothing here knows the format. A document is a tree of objects, lists and texts; what may stand at a place is learnt from other honest documents
(`Pool`): the words that stand at such a place, the numbers, whole parts. One change alters every copy of a number or an interval at once, so
that a claim moves with its proof; another moves a whole problem, claim, or part of a proof into another document.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.forge.documents import Path, Pool, as_number, get, is_pair, kind_of, leaves, put

EXTREMES = ("0", "1e-100", "-1e-100", "1e100", "-1e100", "1e300", "1e-300", "-1e300", "0x1p-1074", "0x1.fffffffffffffp+1023", "inf", "-inf", "1e-20", "1e20")  # fmt: skip


class Liar:
    """Alters documents; which changes were made stands in `made`."""

    def __init__(self, pool: Pool, rng: random.Random) -> None:
        self.pool, self.rng = pool, rng
        self.changes: list[Callable[[Any], Any]] = [
            self.number, self.number, self.everywhere, self.everywhere, self.interval, self.interval, self.word, self.word,
            self.listed, self.transplant, self.transplant, self.section, self.drop,
        ]  # fmt: skip

    def lie(self, document: Any) -> tuple[Any, str]:
        """A changed copy, and which changes made it."""
        document, made = json.loads(json.dumps(document)), []
        for _ in range(self.rng.choice([1, 1, 1, 2, 2, 3, 4])):
            change = self.rng.choice(self.changes)
            document = change(document) or document
            made.append(change.__name__)
        return document, "+".join(made)

    def plain(self, document: Any) -> Any:
        """Without any intent: anything anywhere."""
        document = json.loads(json.dumps(document))
        for _ in range(self.rng.choice([1, 1, 2, 3, 6])):
            path, part = self.pick(document, lambda p, v: bool(p))
            odd = [
                None,
                True,
                0,
                -1,
                1,
                10**30,
                "",
                "0",
                "x",
                "inf",
                "nan",
                [],
                {},
                [[]],
                ["0", "1"],
                "1e99",
                self.part(document),
                self.part(document),
            ]
            put(document, path, self.rng.choice([*odd, self.nudged(part), self.nudged(part), self.nudged(part)]))
        return document

    def part(self, document: Any) -> Any:
        return json.loads(json.dumps(self.pick(document, lambda p, v: True)[1]))

    def pick(self, document: Any, fits: Callable[[Path, Any], bool]) -> tuple[Path, Any]:
        """A place at random; first one of the three sections, since a problem's numbers are many."""
        sections = (
            [key for key in document if isinstance(document[key], (dict, list))] if isinstance(document, dict) else []
        )
        for _ in range(4):
            if not sections:
                break
            section = self.rng.choice(sections)
            found = [(path, part) for path, part in leaves(document[section], (section,)) if fits(path, part)]
            if found:
                return self.rng.choice(found)
        found = [(path, part) for path, part in leaves(document) if path and fits(path, part)]
        return self.rng.choice(found) if found else ((), None)

    def nudged(self, value: Any) -> Any:
        """Another number, near or far."""
        x = as_number(value)
        if x is None:
            return value
        rng = self.rng
        small = Fraction(
            rng.choice([-1, 1]) * rng.randint(1, 9), 10 ** rng.choice([0, 0, 1, 2, 3, 6, 9, 12, 16, 20, 30])
        )
        choices = [
            x + small,
            x + small,
            x * (1 + small),
            -x,
            2 * x,
            x / 2,
            Fraction(0),
            x + Fraction(2) ** -60,
            Fraction(rng.randint(-9, 9)),
        ]
        if isinstance(value, int):
            return rng.choice([value + 1, value - 1, 0, -value, value + 1000])
        text = str(rng.choice(choices)) if rng.random() < 0.93 else rng.choice(EXTREMES)
        return text if len(text) < 400 else f"{float(Fraction(text)):.17g}"

    def number(self, document: Any) -> Any:
        path, part = self.pick(document, lambda p, v: as_number(v) is not None)
        if path:
            put(document, path, self.nudged(part))

    def everywhere(self, document: Any) -> Any:
        """Every copy of a number, in claim and proof alike."""
        path, part = self.pick(document, lambda p, v: as_number(v) is not None and p[0] != "problem")
        if not path:
            return
        old, new = as_number(part), self.nudged(part)
        for other, value in list(leaves(document)):
            if (
                other
                and (other[0] != "problem" or path[0] == "problem")
                and as_number(value) == old
                and type(value) is type(part)
            ):
                put(document, other, new)

    def interval(self, document: Any) -> Any:
        """Every copy of an interval: moved, shrunk to a point, widened, turned, mirrored, or opened."""
        path, part = self.pick(document, lambda p, v: is_pair(v))
        if not path:
            return
        ends = [as_number(x) for x in part]
        if None in ends:
            new = self.pool.at(path, self.rng) or part
        else:
            low, high = ends
            width, middle = high - low, (low + high) / 2
            step = self.rng.choice(
                [width, width / 2, Fraction(1), Fraction(1, 1000), Fraction(1, 10**18), abs(middle) / 10]
            )
            step *= self.rng.choice([-1, 1])
            half = self.rng.choice([0, width / 4, width, 10 * width, 1000 * width, Fraction(1), Fraction(1, 10**20)])
            new_ends = self.rng.choice(
                [(low + step, high + step), (middle - half, middle + half), (low, low), (high, high), (-high, -low), (low, middle), (middle, high), (low - abs(step), high), (low, high + abs(step))]
            )  # fmt: skip
            new = [str(x) if len(str(x)) < 400 else f"{float(x):.17g}" for x in new_ends]
            if self.rng.random() < 0.08:
                new[self.rng.randrange(2)] = self.rng.choice(EXTREMES)
        everywhere = self.rng.random() < 0.7
        for other, value in list(leaves(document)):
            if other == path or (everywhere and value == part):
                put(document, other, json.loads(json.dumps(new)))

    def word(self, document: Any) -> Any:
        """A word for another that stands at such places; or every copy of one for another."""
        path, part = self.pick(
            document,
            lambda p, v: isinstance(v, str) and as_number(v) is None and len(self.pool.parts.get(kind_of(p), ())) > 1,
        )
        if not path:
            return
        new = self.pool.at(path, self.rng)
        everywhere = self.rng.random() < 0.2
        for other, value in list(leaves(document)):
            if other == path or (everywhere and value == part and other):
                put(document, other, new)

    def listed(self, document: Any) -> Any:
        """An element of a list dropped, doubled, moved, or replaced by one from another list of the kind."""
        path, part = self.pick(document, lambda p, v: isinstance(v, list) and len(v) > 0)
        if not path:
            return
        part = list(part)
        i, j = self.rng.randrange(len(part)), self.rng.randrange(len(part))
        action = self.rng.randrange(4)
        if action == 0:
            del part[i]
        elif action == 1:
            part.insert(j, part[i])
        elif action == 2:
            part[i], part[j] = part[j], part[i]
        else:
            part[i] = self.pool.at((*path, i), self.rng)
        put(document, path, part)

    def transplant(self, document: Any) -> Any:
        """A part from another document, from a place of the same kind."""
        path, _ = self.pick(document, lambda p, v: len(self.pool.parts.get(kind_of(p), ())) > 1)
        if path:
            put(document, path, self.pool.at(path, self.rng))

    def section(self, document: Any) -> Any:
        """A whole section from another document, or the same claim and proof nested elsewhere in this one."""
        other = json.loads(self.rng.choice(self.pool.documents))
        if self.rng.random() < 0.5:
            key = self.rng.choice(list(document))
            if key in other:
                document[key] = other[key]
            return
        inner = [path for path, part in leaves(document) if isinstance(part, dict) and {"claim", "proof"} <= set(part)]
        path = self.rng.choice(inner)
        found = [part for _, part in leaves(other) if isinstance(part, dict) and {"claim", "proof"} <= set(part)]
        chosen, target = self.rng.choice(found), get(document, path)
        for key in ("claim", "proof") if self.rng.random() < 0.5 else (self.rng.choice(["claim", "proof"]),):
            target[key] = json.loads(json.dumps(chosen[key]))

    def drop(self, document: Any) -> Any:
        """A key left out, or put in from another document."""
        path, part = self.pick(document, lambda p, v: isinstance(v, dict) and len(v) > 0)
        if not path:
            return
        part, other = dict(part), self.pool.at(path, self.rng)
        if isinstance(other, dict) and other and self.rng.random() < 0.6:
            key = self.rng.choice(list(other))
            part[key] = other[key]
        else:
            del part[self.rng.choice(list(part))]
        put(document, path, part)
