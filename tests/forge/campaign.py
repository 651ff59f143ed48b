"""The three ways to forge, each for so many certificates: with intent, without any, and from nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.forge import drafts1, scratch
from tests.forge.documents import Pool
from tests.forge.jury import Answer
from tests.forge.lies import Liar
from tests.forge.tally import Tally

Ask = Callable[[Any], Answer]
Documents = Sequence[tuple[str, Any]]


def corpus(ask: Ask, tally: Tally, found: Iterable[tuple[str, Any]]) -> Documents:
    """Those of these honest certificates that are quick to check, for forgeries to begin with.

    The truth finds nothing false in them; otherwise the product is wrong, or the truth is.
    """
    kept = []
    for name, document in found:
        answer = ask(json.dumps(document))
        tally.add(document, answer)
        if answer.seconds < 0.15:
            kept.append((name, document))
    return kept


def with_intent(documents: Documents, ask: Ask, tally: Tally, count: int, seed: int) -> None:
    """Claim and proof altered together; what was accepted may be altered again, so that lies add up."""
    rng, pool = random.Random(f"intent {seed}"), Pool()
    for _, document in documents:
        pool.add(document)
    liar = Liar(pool, rng)
    bases = [(document, document) for _, document in documents]
    for _ in range(count):
        i = rng.randrange(len(bases))
        origin, document = bases[i]
        forged, _ = liar.lie(document)
        answer = ask(json.dumps(forged))
        hole = tally.add(forged, answer, origin)
        if answer.accepted and hole is None and rng.random() < 0.5:
            bases[i] = (origin, forged if len(json.dumps(forged)) < 20_000 and rng.random() < 0.8 else origin)


def squeezed(documents: Documents, ask: Ask, tally: Tally, most: int, seed: int) -> None:
    """Claims narrowed as far as the checker goes along."""
    for i, (_, document) in enumerate(documents):
        found = scratch.squeeze(document, lambda d: ask(json.dumps(d)), random.Random(f"squeeze {seed} {i}"), most)
        if found is not None:
            tally.add(*found)


def without_intent(documents: Documents, ask: Ask, tally: Tally, count: int, seed: int) -> None:
    """Anything anywhere, and text that is broken as text."""
    rng = random.Random(f"plain {seed}")
    liar = Liar(Pool(), rng)
    for i in range(count):
        _, document = documents[i % len(documents)]
        forged = liar.plain(document)
        text = json.dumps(forged)
        if rng.random() < 0.03:
            at = rng.randrange(len(text))
            text = (
                text[:at]
                + rng.choice(['"', "}", "[", ",", "NaN", "\\ud800", "1e999", "-", ""])
                + text[at + rng.randrange(3) :]
            )
            answer = ask(text)
            tally.add(json.loads(text) if answer.accepted else text, answer, document)
        else:
            tally.add(forged, ask(text), document)


def from_nothing(ask: Ask, tally: Tally, count: int, seed: int, kinds: Sequence[str] = tuple(drafts1.DRAFTS)) -> None:
    """Drafts led by the refusals, then squeezed."""
    for i in range(count):
        rng = random.Random(f"scratch {seed} {i}")
        try:
            draft = drafts1.DRAFTS[kinds[i % len(kinds)]](rng)
        except (ArithmeticError, ValueError):
            continue
        asked: list[Any] = []

        def through(document: Any, asked: list[Any] = asked) -> Answer:
            answer = ask(json.dumps(document))
            if not answer.accepted and not answer.fault:
                asked.append((document, answer))
            return answer

        found = scratch.climb(draft, through, rng)
        for made in asked:
            tally.add(*made)
        if found is None:
            continue
        tally.add(*found)
        if found[1].accepted and (tight := scratch.squeeze(found[0], through, rng, 30)) is not None:
            tally.add(*tight)
