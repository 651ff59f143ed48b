"""``chainrule minimize``: the verdict alone, for people or machines, and its certificate."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING

from chainrule.cli import output
from chainrule.cli.options import problem_from_options
from chainrule.cli.terminal import Sheet
from chainrule.errors import ProblemError
from chainrule.files import require_writable, write_whole
from chainrule.prove.certificate import certificate_chunks

if TYPE_CHECKING:
    from chainrule.expression.typed import TypedProblem

NEVER_A_FILE = re.compile(r"[\^*+/()=\\{}\n|!$]|\s[a-z0-9(]|^\s*-|^[\d.]+$", re.IGNORECASE)
FILE_ENDING = re.compile(r"\.(toml|json|csv|tsv|txt|parquet)$", re.IGNORECASE)
LONGEST_PATH = 4096


def equation_from_options(options: argparse.Namespace) -> TypedProblem | None:
    """The equation that stands in the place of FILE, if it is one: no file of that name, and signs that names lack."""
    text = options.file
    if text is None or FILE_ENDING.search(text) or not (NEVER_A_FILE.search(text) or len(text) == 1):
        return None
    if len(text) <= LONGEST_PATH and "\0" not in text and os.path.exists(text):
        return None
    from chainrule.expression.typed import TypedProblem

    if stated := [name for name in ("points", "fix", "free", "inputs", "label") if getattr(options, name)]:
        raise ProblemError(f"an equation states the whole problem; leave --{stated[0].removesuffix('s')} out")
    return TypedProblem.read(text)


def run(options: argparse.Namespace) -> int:
    if options.certificate is not None:
        require_writable(options.certificate)
    answer = output.solve(equation_from_options(options) or problem_from_options(options), options)
    if options.certificate is not None:
        write_whole(options.certificate, certificate_chunks(answer.certificate))
        print(f"wrote {options.certificate}", file=sys.stderr)
    if options.json:
        sys.stdout.write(output.to_json(answer.to_json()))
        return output.status(answer, options.all)
    sheet = Sheet()
    output.add_verdict(sheet, answer)
    sys.stdout.write(str(sheet).lstrip("\n"))
    return output.status(answer, options.all)
