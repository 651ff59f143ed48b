"""What the kernel says where it does not accept: a sentence, and the place in the document that it is about."""

from __future__ import annotations

import unicodedata

LONGEST = 60


class Refused(Exception):
    """The certificate does not prove its claim. `place` names the spot, such as ``proof.tree[3]``."""

    def __init__(self, message: str, place: str) -> None:
        super().__init__(message, place)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Unreadable(Refused):
    """The text is no JSON document of the kind that is needed."""


def shown(value: object) -> str:
    """A value from a document, so that it can neither fill the screen nor forge a line of it.

    >>> shown("w_x")
    "'w_x'"
    >>> shown("a" + chr(10) + "Accepted.")
    "'a\\\\nAccepted.'"
    """
    if isinstance(value, int) and value.bit_length() > 128:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    text = ascii(value) if isinstance(value, str) and not printable(value) else repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def printable(text: str) -> bool:
    """Whether a text may be printed as it stands: no line break, escape code, or mark that turns the reading direction."""
    return all(unicodedata.category(sign)[0] not in "CZ" or sign == " " for sign in text)
