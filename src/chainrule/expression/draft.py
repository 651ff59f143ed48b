"""What the parser holds of a part that was read: the tree so far, and how it was typed, as long as that still matters."""

from __future__ import annotations

from dataclasses import dataclass

from chainrule.expression.tree import Add, Expression, Multiply, Negate


class Refusal(Exception):
    """What is wrong at a character of the text."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


@dataclass
class Draft:
    """A part of the tree while it grows: a sum or product in the making keeps its parts in a list."""

    kind: str
    parts: list[Expression]
    depth: int
    place: int = 0
    typed: str = ""  # a number or name, as it was typed
    signs: int = 0  # minus signs before the whole of it: -a*b is -(a*b)
    word: str = ""  # the function that this is a value of
    reaches: Expression | None = None  # what that function was applied to, where no bracket ends it: x of ln x
    raises: bool = False  # it is the exponent of e or of a number
    tail: Draft | None = None  # what was written last, if that is not all of it

    @property
    def size(self) -> Expression:
        """The node without its minus signs."""
        if self.kind == "sum":
            return Add(tuple(self.parts))
        return Multiply(tuple(self.parts)) if self.kind == "product" else self.parts[0]

    @property
    def node(self) -> Expression:
        node = self.size
        for _ in range(self.signs):
            node = Negate(node)
        return node

    @property
    def last(self) -> Draft:
        """What was written last."""
        return self.tail or self
