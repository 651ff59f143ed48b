"""``chainrule check``: hand a certificate to the independent checker and print its report."""

from __future__ import annotations

import argparse

from chainrule.errors import CertificateError
from chainrule.files import decode_text, read_bounded

MAX_CERTIFICATE = 2**30


def run(options: argparse.Namespace) -> int:
    import chainrule_check

    text = decode_text(read_bounded(options.file, MAX_CERTIFICATE, "check it where it was made"), options.file, "JSON")
    try:
        report = chainrule_check.check(text)
    except chainrule_check.Refused as refused:
        raise CertificateError(f"{options.file} is refused: {refused}") from None
    print(report)
    return 0
