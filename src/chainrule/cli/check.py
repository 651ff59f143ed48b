"""``chainrule check``: hand a certificate to the independent checker of its version and print its report.

Exit status 0: accepted. 1: refused, with the place. 2: no certificate at all.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap

from chainrule.cli.bar import progress_bar
from chainrule.cli.terminal import terminal_width
from chainrule.errors import CertificateError
from chainrule.files import decode_text, read_bounded
from chainrule.prove.line.cover import Progress

MAX_CERTIFICATE = 2**30
HEAD = 200
_VERSION_2 = re.compile(r'"version"\s*:\s*2\b')  # which checker is asked; each reads the version for itself


def run(options: argparse.Namespace) -> int:
    text = decode_text(read_bounded(options.file, MAX_CERTIFICATE, "check it where it was made"), options.file, "JSON")
    with progress_bar() as show:
        try:
            report = _judge(text, show)
        except Refusal as refusal:
            if refusal.unreadable:
                raise CertificateError(f"{options.file} is no certificate: {refusal}") from None
            print(f"chainrule: {options.file} is refused: {refusal}", file=sys.stderr)
            return 1
    sys.stdout.write("\n".join(textwrap.wrap(report, terminal_width())) + "\n")
    return 0


class Refusal(Exception):
    """What either checker says against a certificate."""

    def __init__(self, text: str, unreadable: bool) -> None:
        super().__init__(text)
        self.unreadable = unreadable


def _judge(text: str, show: Progress | None) -> str:
    """The report of the checker for the certificate's version: the kernel for 2, the one in doubles for 1."""
    import chainrule_check
    import chainrule_fast

    try:
        if _VERSION_2.search(text[:HEAD]):
            return str(chainrule_check.check(text))
        return str(
            chainrule_fast.check(text, None if show is None else lambda done, total: show("checking", done / total))
        )
    except (chainrule_check.Refused, chainrule_fast.Refused) as refused:
        unreadable = isinstance(refused, chainrule_check.Unreadable | chainrule_fast.Unreadable)
        raise Refusal(str(refused), unreadable) from None
