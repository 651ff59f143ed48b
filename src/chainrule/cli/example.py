"""``chainrule example``: the walk-through problems, listed, printed or written."""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError, ProblemError
from chainrule.files import write_whole

WALK_THROUGH = ("first-try", "one-point", "mirror-far", "mirror", "cross", "pair", "xor")


def run(options: argparse.Namespace) -> int:
    examples = read_examples()
    if options.name is None:
        if options.output is not None:
            raise ProblemError("--output needs the NAME of an example; chainrule example lists them")
        sheet = Sheet()
        width = max(map(len, examples))
        for name, text in examples.items():
            sheet.paragraph(f"{name:<{width}}  {tomllib.loads(text)['title']}", indent=0, hanging=width + 2)
        sheet.blank()
        sheet.paragraph("chainrule example NAME prints one; --output FILE writes it.", indent=0)
        sys.stdout.write(str(sheet))
        return 0
    if options.name not in examples:
        near = difflib.get_close_matches(options.name, examples, 1)
        hint = f"did you mean {near[0]}?" if near else "name one of those"
        raise ProblemError(f"example {options.name!r:.60} is not one of {', '.join(examples)}; {hint}")
    if options.output is None:
        sys.stdout.write(examples[options.name])
    else:
        write_whole(options.output, examples[options.name])
        print(f"wrote {options.output}")
    return 0


def read_examples() -> dict[str, str]:
    """The files of the walk-through by name, in its order."""
    folder = Path(str(files("chainrule") / "examples"))
    if not folder.is_dir():  # installed in place: the repository's own folder
        folder = Path(str(files("chainrule"))).parents[1] / "examples"
    try:
        return {name: (folder / f"{name}.toml").read_text(encoding="utf-8") for name in WALK_THROUGH}
    except OSError:
        raise FileError(f"the examples are missing in {folder}; install chainrule again") from None
