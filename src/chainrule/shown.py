"""What shows itself in a notebook, without being asked: as text, as HTML, and as Markdown where HTML is not shown.

A notebook asks a result for ``_repr_html_`` and its like. How that looks is the page's affair, which stands above everything
that is shown: it is asked by name, and only when something is displayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from chainrule.errors import MissingExtraError


def plain(text: str) -> str:
    """The text as one line that nothing in it can break or turn: what does not print (line breaks, escape codes, marks that turn the direction of writing,
    halves of surrogate pairs) is written out. For whatever may hold words out of a file.

    >>> print(plain("setosa\\x1b[2K\\nproved"))
    setosa\\x1b[2K\\nproved
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def is_text(text: str) -> bool:
    """Whether it can be written to a file: half of a surrogate pair, which JSON can hold, is no character."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


def aligned(table: Sequence[Sequence[str]]) -> str:
    """Rows of cells as text, the first column to the left and the others to the right.

    >>> print(aligned([["step", "loss"], ["0", "1/4"]]))
    step  loss
    0      1/4
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{'>' if k else '<'}{width}}" for k, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in table
    )


LONGEST = 160
"""Characters of a repr; what is said in full stands in ``str``."""


class Shown:
    """Mixed into results; a class that the page knows nothing of shows its ``str``."""

    __slots__ = ()

    def __repr__(self) -> str:
        # For a data class it holds where that is made with repr=False: its own would be pages of exact fractions.
        first, *others = str(self).splitlines() or [""]
        return (
            f"<{type(self).__name__}: {first if len(first) <= LONGEST else first[:LONGEST] + '…'}{' …' * bool(others)}>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Not _repr_pretty_: IPython would take a data class's own __repr__ before one that is inherited.
        return {"text/plain": str(self)}

    def _repr_html_(self) -> str | None:
        try:
            html: str | None = import_module("chainrule.page.notebook").html(self)
        except MissingExtraError:  # text and Markdown need no library
            return None
        return html

    def _repr_markdown_(self) -> str | None:
        markdown: str | None = import_module("chainrule.page.notebook").markdown(self)
        return markdown
