"""What a command says and prints, taken from the command itself.

```{help} minimize              the help text of `chainrule minimize`
```{console}                    each line is run as `chainrule …` in examples' folder, and its output stands below
minimize examples/cross.toml
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]


def said(arguments: list[str]) -> str:
    """What the command prints in a terminal of 80 columns; it must not fail (3 is *undecided*, an answer)."""
    (ROOT / "build").mkdir(exist_ok=True)  # where the tutorials' commands write
    done = subprocess.run(
        [sys.executable, "-m", "chainrule", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 3):
        raise RuntimeError(f"chainrule {shlex.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return re.sub(r"in \S+ s\.", "in … s.", done.stderr + done.stdout).rstrip()


class Help(SphinxDirective):
    """The help text of a command; without a name, that of `chainrule`."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [nodes.literal_block("", said([*self.arguments, "--help"]), language="text")]


class Commands(SphinxDirective):
    """A section for every command, in the order of `chainrule --help`."""

    def run(self) -> list[nodes.Node]:
        sections: list[nodes.Node] = []
        for name in command_names():
            section = nodes.section("", nodes.title("", name), ids=[nodes.make_id(name)], names=[name])
            section += nodes.literal_block("", said([name, "--help"]), language="text")
            self.state.document.note_implicit_target(section)
            sections.append(section)
        return sections


def command_names() -> list[str]:
    """The commands that `chainrule --help` lists."""
    return re.findall(r"^    ([a-z][a-z-]+)(?:  |$)", said(["--help"]).split("COMMAND\n")[1], re.MULTILINE)


class Console(SphinxDirective):
    """Commands, run now."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        lines = [f"$ chainrule {line}\n{said(shlex.split(line))}" for line in self.content if line.strip()]
        return [nodes.literal_block("", "\n".join(lines), language="console")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("help", Help)
    app.add_directive("commands", Commands)
    app.add_directive("console", Console)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
