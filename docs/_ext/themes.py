"""The colours of pictures on a light and on a dark page: those of Chainrule's own pages."""

from chainrule.page.theme import GROUNDS
from chainrule.plot.palette import Palette


def palettes() -> dict[str, Palette]:
    """The palette of each theme."""
    return dict(GROUNDS)
