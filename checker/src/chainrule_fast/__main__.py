"""``python -m chainrule_fast proof.json``: one paragraph; exit code 0 accepted, 1 refused, 2 unreadable."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from pathlib import Path

from chainrule_fast import Refused, Unreadable, check


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="chainrule_fast", description="Check a certificate, independently of Chainrule."
    )
    parser.add_argument("file", help="the certificate, a JSON file; - reads standard input")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without → still shows the rest
            stream.reconfigure(errors="backslashreplace")
    try:
        raw = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        print(f"Unreadable. {options.file}: {error.strerror or error}", file=sys.stderr)
        return 2
    except UnicodeDecodeError as error:
        print(f"Unreadable. {options.file}: not UTF-8 at byte {error.start}", file=sys.stderr)
        return 2
    try:
        report = check(text, _bar if sys.stderr.isatty() else None)
    except Unreadable as refusal:
        print(f"Unreadable. {refusal.message[:1].upper()}{refusal.message[1:]}.", file=sys.stderr)
        return 2
    except Refused as refusal:
        _say(f"Refused at {refusal.place}: {refusal.message}.")
        return 1
    _say(str(report))
    return 0


def _say(text: str) -> None:
    """A line, broken to the width of the terminal, if it is one."""
    width = min(shutil.get_terminal_size().columns, 100)
    print("\n".join(textwrap.wrap(text, width)) if sys.stdout.isatty() else text)


def _bar(done: int, total: int) -> None:
    filled = 30 * done // total
    end = "\r" + " " * 60 + "\r" if done == total else ""
    print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done} of {total} steps", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
