"""``chainrule check``: hand a certificate to the independent checker and print its report.

Exit status 0: accepted. 1: refused, with the place. 2: no certificate at all.
"""

from __future__ import annotations

import argparse
import sys
import textwrap

from chainrule.cli.bar import progress_bar
from chainrule.cli.terminal import terminal_width
from chainrule.errors import CertificateError
from chainrule.files import decode_text, read_bounded

MAX_CERTIFICATE = 2**30


def run(options: argparse.Namespace) -> int:
    import chainrule_check

    text = decode_text(read_bounded(options.file, MAX_CERTIFICATE, "check it where it was made"), options.file, "JSON")
    try:
        with progress_bar() as show:
            shown = None if show is None else lambda done, total: show("checking", done / total)
            report = chainrule_check.check(text, shown)
    except chainrule_check.Unreadable as refused:
        raise CertificateError(f"{options.file} is no certificate: {refused}") from None
    except chainrule_check.Refused as refused:
        print(f"chainrule: {options.file} is refused: {refused}", file=sys.stderr)
        return 1
    sys.stdout.write("\n".join(textwrap.wrap(str(report), terminal_width())) + "\n")
    return 0
