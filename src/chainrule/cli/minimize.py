"""``chainrule minimize``: the verdict alone, for people or machines, and its certificate."""

from __future__ import annotations

import argparse
import sys

from chainrule.cli import output
from chainrule.cli.stated import stated
from chainrule.cli.terminal import Sheet
from chainrule.expression.typed import TypedProblem
from chainrule.files import require_writable, write_whole
from chainrule.prove.certificate import certificate_chunks


def run(options: argparse.Namespace) -> int:
    if options.certificate is not None:
        require_writable(options.certificate)
    answer = output.solve(stated(options), options)
    if options.certificate is not None:
        write_whole(options.certificate, certificate_chunks(answer.document))
        print(f"wrote {options.certificate}", file=sys.stderr)
    if options.json:
        sys.stdout.write(output.to_json(answer.to_json()))
        return output.status(answer, options.all)
    sheet = Sheet()
    if isinstance(answer.problem, TypedProblem):
        output.add_equation(sheet, answer.problem)
    output.add_verdict(sheet, answer)
    sys.stdout.write(str(sheet).lstrip("\n"))
    return output.status(answer, options.all)
