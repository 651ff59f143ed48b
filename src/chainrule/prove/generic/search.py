"""The front door for equations typed by hand: a formula in, an enclosed answer with its certificate out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from chainrule.errors import ProblemError
from chainrule.expression.typed import TypedProblem
from chainrule.problem import Problem
from chainrule.prove.generic.certificate import line_document
from chainrule.prove.generic.landscape import Landscape
from chainrule.prove.generic.line import decide, settle
from chainrule.prove.generic.words import reasons, with_why
from chainrule.prove.line import Progress
from chainrule.prove.result import Answer

Box = Mapping[str, tuple[Fraction, Fraction]]


def search_typed(typed: TypedProblem, box: Box | None = None, progress: Progress | None = None) -> Answer:
    """The verdict on a typed equation: over the whole line for one variable, else in a box.

    *Enclosed*: rigorous, not yet checked by anybody else.
    """
    start = time.perf_counter()
    landscape = Landscape.of(typed.expression, typed.free)
    if len(typed.free) > 1:
        raise ProblemError("several variables are not searched yet")
    (name,) = typed.free
    lines = settle(landscape, None if box is None else box[name], progress)
    minimum = with_why(lines, decide(lines))
    known = lines.far is not None and all(far.limit is not None for far in lines.far)
    limits = {name: tuple(far.limit for far in lines.far)} if known and lines.far else {}
    return Answer(
        problem=cast("Problem", typed),  # it says of its symbols what a Problem says of its weights
        minimum=minimum,
        stationary=lines.stationary,
        limits=limits,  # type: ignore[arg-type]
        boundary=None,
        reasons=reasons(lines),
        search_seconds=time.perf_counter() - start,
        check_seconds=None,
        certificate=line_document(typed.expression, lines, minimum),
    )
