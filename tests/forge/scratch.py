"""Certificates written from nothing, led by the refusals: whatever the checker can be brought to accept of a random problem, it is brought to.

A `Draft` has slots, each with the values that may stand there; a document is one choice for each. A refusal names a place, the format's
module says which slots have to do with it, and these are chosen anew. What is accepted at last is squeezed: every interval of the claim is
narrowed as far as the checker goes along. So a hole does not have to be met by chance in all its parts at once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.forge.documents import as_number, get, is_pair, leaves, put
from tests.forge.jury import Answer

Ask = Callable[[Any], Answer]
LADDER = [Fraction(-(10**k)) for k in (90, 40, 20, 10, 5, 3, 2, 1, 0)] + [Fraction(0), Fraction(1, 1000)] + [Fraction(10**k) for k in (0, 1, 2, 3, 5, 10, 20, 40, 90)]  # fmt: skip


@dataclass
class Draft:
    """`build` makes a document of a choice; `concerns` names the slots that a place of refusal has to do with.

    One slot, `verdict`, holds pairs: the claim's kind, and where.
    """

    slots: Mapping[str, Sequence[Any]]
    build: Callable[[Mapping[str, Any]], Any]
    concerns: Callable[[str, Any], Sequence[str]]


def climb(draft: Draft, ask: Ask, rng: random.Random, most: int = 60) -> tuple[Any, Answer] | None:
    """An accepted document of the draft, with the boldest verdict that goes, or a fault; None where none was found."""
    choice = {name: rng.choice(list(values)) for name, values in draft.slots.items()}
    tried: dict[str, set[str]] = {}
    for _ in range(most):
        document = draft.build(choice)
        answer = ask(document)
        if answer.fault:
            return document, answer
        if answer.accepted:
            return _bolder(draft, choice, ask, rng) or (document, answer)
        names = [name for name in draft.concerns(answer.place, document) if name in choice]
        names = names or [rng.choice(list(choice))]
        name = rng.choice(names)
        used = tried.setdefault(name, set())
        used.add(json.dumps(choice[name]))
        left = [value for value in draft.slots[name] if json.dumps(value) not in used]
        if not left:  # from the start again, with something else changed
            used.clear()
            other = rng.choice(list(choice))
            choice[other] = rng.choice(list(draft.slots[other]))
            left = list(draft.slots[name])
        choice[name] = rng.choice(left)
    return None


def _bolder(draft: Draft, choice: Mapping[str, Any], ask: Ask, rng: random.Random) -> tuple[Any, Answer] | None:
    """With another verdict, where one is accepted: all are tried, in any order."""
    for value in rng.sample(list(draft.slots["verdict"]), len(draft.slots["verdict"])):
        document = draft.build({**choice, "verdict": value})
        if value[0] != "undecided" and ((answer := ask(document)).accepted or answer.fault):
            return document, answer
    return None


def squeeze(document: Any, ask: Ask, rng: random.Random, most: int = 60) -> tuple[Any, Answer] | None:
    """The document with intervals of its claim narrowed as far as they are accepted, up to so many questions."""
    best: tuple[Any, Answer] | None = None
    paths = [path for path, part in leaves(document["claim"], ("claim",)) if is_pair(part)]
    rng.shuffle(paths)
    asked = 0
    for path in paths:
        for side in (0, 1):
            here = get(document, path)
            bounds = [as_number(x) for x in here]
            good = bounds[side]  # None: infinite
            inner = bounds[1 - side]
            rungs = [x for x in LADDER[:: 1 - 2 * side] if (good is None or (x > good if side == 0 else x < good))]
            bad = inner
            for _ in range(14):
                if asked >= most:
                    return best
                step = rungs.pop(0) if rungs and good is None else None
                if step is None:
                    if good is None or bad is None:
                        break
                    step = (good + bad) / 2
                if inner is not None and (step > inner if side == 0 else step < inner):
                    break
                trial = json.loads(json.dumps(document))
                put(trial, (*path, side), _text(step))
                answer = ask(trial)
                asked += 1 if answer.seconds < 0.5 else most
                if answer.fault:
                    return trial, answer
                if answer.accepted:
                    document, good, best = trial, step, (trial, answer)
                else:
                    bad = step
                    if good is None:
                        break
    return best


def _text(x: Fraction) -> str:
    text = str(x)
    return text if len(text) < 60 else f"{float(x):.17g}"
