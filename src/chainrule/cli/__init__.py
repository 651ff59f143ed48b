"""The command line: read the options, call one function, print what it returns.

Exit status: 0 done; 1 a certificate was refused; 2 the input was refused, and nothing was written; 3 the verdict is
*undecided*, because a limit or Ctrl-C ended the search or for another reason that it names; 130 Ctrl-C elsewhere.
Nothing heavy is imported before it is known that it is needed, so that ``chainrule --version`` stays quick.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from chainrule.errors import ChainruleError, FileError
from chainrule.shown import plain


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors are one line on stderr."""
    if sys.stderr is None:  # closed: whoever did that hears nothing
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  open as long as the process
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except ChainruleError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse("this needs more memory than there is; take fewer points")
    except KeyboardInterrupt:
        print("chainrule: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, such as `head`, has gone
        _drop_output()
        return 141
    except OSError as error:  # whatever we open ourselves raises a FileError: what is left is our output
        _drop_output()
        return _refuse(f"cannot write the output: {error.strerror or error}; write it elsewhere")


def _run(argv: Sequence[str]) -> int:
    from chainrule.cli.options import parse

    if sys.stdout is None:
        raise FileError("cannot write the output: standard output is closed; leave it open, or send it to a file")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without → still shows the rest
            stream.reconfigure(errors="replace")
    options = parse(argv)
    status: int = options.command(options)
    sys.stdout.flush()
    return status


def _drop_output() -> None:
    """What is still held back is not tried again when the interpreter ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(message: str) -> int:
    said, points, picture = message.partition("\n  ")  # an equation's error shows the line, and a caret below
    shown = "\n".join(map(plain, picture.split("\n")))
    with contextlib.suppress(OSError):  # nobody can be told
        print(f"chainrule: {plain(' '.join(said.split()))}{points}{shown}", file=sys.stderr, flush=True)
    return 2
