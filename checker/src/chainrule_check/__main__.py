"""``python -m chainrule_check proof.json``: one paragraph; exit code 0 accepted, 1 refused, 2 unreadable."""

from __future__ import annotations

import sys
from pathlib import Path

from chainrule_check import Refused, Unreadable, check

USAGE = "usage: python -m chainrule_check proof.json        (- reads standard input)"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        raw = sys.stdin.buffer.read() if arguments[0] == "-" else Path(arguments[0]).read_bytes()
        print(check(raw.decode("utf-8"), _leaves if sys.stderr.isatty() else None))
    except OSError as error:
        return _unreadable(f"{arguments[0]}: {error.strerror or error}")
    except UnicodeDecodeError as error:
        return _unreadable(f"{arguments[0]}: not UTF-8 at byte {error.start}")
    except Unreadable as refused:
        return _unreadable(str(refused))
    except Refused as refused:
        print(f"Refused at {refused.place}: {refused.message}.")
        return 1
    return 0


def _unreadable(why: str) -> int:
    print(f"Unreadable. {why}.", file=sys.stderr)
    return 2


def _leaves(count: int) -> None:
    print(f"\r{count:,} leaves", end="\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
