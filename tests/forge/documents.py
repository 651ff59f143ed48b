"""Documents as trees of objects, lists and texts, whatever their format: places of a kind, numbers, and what stands where in honest ones."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Path = tuple[Any, ...]


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every part of a document, with its path."""
    yield path, tree
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, part in items:
        yield from leaves(part, (*path, key))


def kind_of(path: Path) -> Path:
    """Places of one kind: whatever the numbers in lists are, and whatever the weights' names."""
    return tuple("*" if isinstance(key, int) else key for key in path)


def put(tree: Any, path: Path, value: Any) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


def get(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def as_number(value: Any) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    try:
        if isinstance(value, str) and "x" in value.lower():
            return Fraction(float.fromhex(value))
        return Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def is_pair(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(as_number(x) is not None or x in ("inf", "-inf") for x in value)
    )


class Pool:
    """What stands at places of each kind in honest documents."""

    def __init__(self, most: int = 40) -> None:
        self.parts: dict[Path, list[str]] = defaultdict(list)
        self.words: set[str] = set()
        self.documents: list[str] = []
        self.most = most

    def add(self, document: Any) -> None:
        self.documents.append(json.dumps(document))
        for path, part in leaves(document):
            if path:
                known, text = self.parts[kind_of(path)], json.dumps(part)
                if len(text) < 20_000 and text not in known:
                    if len(known) < self.most:
                        known.append(text)
                    else:
                        known[hash(text) % self.most] = text
            if isinstance(part, str) and as_number(part) is None:
                self.words.add(part)

    def at(self, path: Path, rng: random.Random) -> Any:
        known = self.parts.get(kind_of(path))
        return json.loads(rng.choice(known)) if known else None
