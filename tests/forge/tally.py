"""Forgeries judged and counted, by claim kind and method; what is wrong is kept with the document that shows it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forge import truth, version1, version2
from tests.forge.jury import Answer


@dataclass(frozen=True)
class Hole:
    """A false claim that was accepted, or a fault (a traceback, too much time); `why` in a sentence."""

    why: str
    document: Any
    row: str


@dataclass
class Tally:
    """`folder`: where documents that show a hole are written, or None."""

    folder: Path | None = None
    made: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    holes: list[Hole] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, document: Any, answer: Answer, origin: Any = None) -> Hole | None:
        """Count a document, under what it was made from, and what the checker said; hold what it accepted against the truth, unless `origin`
        claims the same."""
        row = named(document if origin is None else origin)
        self.made[row] += 1
        if answer.fault:
            return self.note(f"{answer.fault.strip().splitlines()[-1]}", document, row)
        if not answer.accepted:
            return None
        self.accepted[row] += 1
        said = [document["problem"], document["claim"], "every" in answer.text]
        if origin is not None and said[:2] == [origin["problem"], origin["claim"]]:
            return None
        text = json.dumps(said, sort_keys=True)
        if text in self.seen:
            return None
        self.seen.add(text)
        self.looked[row] += 1
        why = truth.falsehood(_format(document).statement(document, answer.text))
        return None if why is None else self.note(why, document, row)

    def note(self, why: str, document: Any, row: str) -> Hole:
        hole = Hole(why, document, row)
        self.holes.append(hole)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            text = document if isinstance(document, str) else json.dumps(document)
            name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
            (self.folder / f"{name}.json").write_text(text, encoding="utf-8", errors="backslashreplace")
        return hole

    def table(self) -> str:
        lines = [f"{'claim and method':<62}{'made':>9}{'accepted':>10}{'looked at':>11}{'holes':>7}"]
        wrong = Counter(hole.row for hole in self.holes)
        for row in sorted(self.made):
            lines.append(
                f"{row:<62}{self.made[row]:>9,}{self.accepted[row]:>10,}{self.looked[row]:>11,}{wrong[row]:>7,}"
            )
        sums = [sum(c.values()) for c in (self.made, self.accepted, self.looked, wrong)]
        lines.append(f"{'all':<62}{sums[0]:>9,}{sums[1]:>10,}{sums[2]:>11,}{sums[3]:>7,}")
        return "\n".join(lines)


def _format(document: Any) -> Any:
    """The module that reads it."""
    return version2 if document.get("version") == 2 else version1


def named(document: Any) -> str:
    """The row of a document: its claim's kind and its methods, or *no certificate*."""
    try:
        kind, methods = document["claim"]["kind"], _format(document).trace(document)
    except (KeyError, TypeError, AttributeError):
        return "no certificate"
    known = isinstance(kind, str) and kind.replace(" ", "-") in ("attained", "not-attained", "undecided")
    rest = [m for m in methods if m in (*version1.KNOWN, *version2.KNOWN)]
    return f"{kind if known else 'no kind'}: {' '.join(rest)}"


def printed(tallies: Mapping[str, Tally]) -> str:
    return "\n\n".join(f"{title}\n{tally.table()}" for title, tally in tallies.items())
