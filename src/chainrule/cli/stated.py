"""What the command line states: a problem file with options on top, options alone, or an equation typed in the place of FILE."""

from __future__ import annotations

import argparse
import os
import re
from typing import TYPE_CHECKING

from chainrule.errors import ProblemError

if TYPE_CHECKING:
    from chainrule.expression.typed import TypedProblem
    from chainrule.problem import Problem

NEVER_A_FILE = re.compile(r"[\^²³*+/()=\\{}\n|!$]|\s[a-z0-9(]|^[\d.]+$", re.IGNORECASE)
FILE_ENDING = re.compile(r"\.(toml|json|csv|tsv|txt|parquet)$", re.IGNORECASE)
LONGEST_PATH = 4096
STATES_A_NETWORK = ("points", "fix", "free", "inputs", "label", "layers", "activation", "loss", "penalty")


def stated(options: argparse.Namespace) -> Problem | TypedProblem:
    """The equation that stands in the place of FILE, or the problem."""
    from chainrule.cli.options import problem_from_options

    return equation_from_options(options) or problem_from_options(options)


def equation_from_options(options: argparse.Namespace) -> TypedProblem | None:
    """The equation that stands in the place of FILE, if it is one: no file of that name, and signs that names lack."""
    if options.file is None or not stands_for_an_equation(options.file):
        return None
    from chainrule.expression.typed import TypedProblem

    given = [name for name in STATES_A_NETWORK if getattr(options, name) not in (None, [])]
    if given:
        raise ProblemError(
            f"an equation states the whole problem; leave --{'point' if given[0] == 'points' else given[0]} out"
        )
    return TypedProblem.read(options.file.strip())


def stands_for_an_equation(argument: str) -> bool:
    """Whether what stands in the place of FILE is an equation: it looks like one, and there is no such file."""
    text = argument.strip()
    if FILE_ENDING.search(text) or not looks_like_an_equation(text):
        return False
    return len(text) > LONGEST_PATH or "\0" in text or not os.path.exists(argument)


def looks_like_an_equation(text: str) -> bool:
    """Whether it holds a sign that the names of files lack, or is one letter with or without a number: ``x``, ``-x``, ``3x``."""
    return bool(NEVER_A_FILE.search(text)) or bool(re.fullmatch(r"[-−]?\s*[\d.]*\s*\w", text))


def equation_behind_minus(argument: str) -> bool:
    """Whether an argument that begins with ``-`` is an equation and no option: ``-x^2 + x^4``, ``-2x``, but not ``-x``."""
    is_one = argument.startswith("-") and not argument.startswith("--") and len(argument) > 2
    return is_one and (bool(NEVER_A_FILE.search(argument)) or argument[1].isdigit() or argument[1] in " .\\(")


def require_network(problem: Problem | TypedProblem, what: str) -> Problem:
    """The problem, or an error that an equation has none of `what`."""
    from chainrule.problem import Problem

    if not isinstance(problem, Problem):
        raise ProblemError(f"an equation has no {what}; state a network in a problem file for that")
    return problem
