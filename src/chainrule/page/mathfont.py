"""The math font of the page: STIX Two Math, cut down to the characters used, with the parts that stretch.

Brackets, bars and roots grow only from a font with an OpenType MATH table (https://www.w3.org/TR/mathml-core/#opentype-math-table).
The file fonts/STIXTwoMath.woff is STIXTwoMath-Regular.ttf 2.11 b159 (https://github.com/stipub/stixfonts), all characters, without
hints and without what a page never uses::

    pyftsubset STIXTwoMath-Regular.ttf --unicodes='*' --layout-features=ssty --no-hinting --notdef-outline --flavor=woff
        --drop-tables+=DSIG,GPOS --no-glyph-names --name-IDs=0,1,2,4,13,14 --no-recalc-timestamp

Its licence, the SIL Open Font License 1.1 (fonts/OFL.txt), allows this where the notice travels along: the notice stays in
the font's name table, and the page cites it.
"""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from importlib.resources import files

from chainrule.extras import require

NOTICE = (
    "Mathematics is set in STIX Two Math, Copyright 2001-2020 The STIX Fonts Project Authors "
    "(https://github.com/stipub/stixfonts), under the SIL Open Font License 1.1 (https://scripts.sil.org/OFL); "
    "embedded as a subset."
)
# A lone letter in <mi> is shown with its italic twin (MathML Core, "math-auto" transform).
_ITALIC_SMALL, _ITALIC_CAPITAL, _ITALIC_GREEK = 0x1D44E, 0x1D434, 0x1D6FC
_ALWAYS = "()[]{}|=+−⋅·,.0123456789∞′∂σ∑√ \u00a0"


def with_italics(characters: str) -> str:
    """The characters and the italic twins that a browser shows for single letters."""
    twins = set(characters)
    for c in characters:
        if "a" <= c <= "z":
            twins.add("ℎ" if c == "h" else chr(_ITALIC_SMALL + ord(c) - ord("a")))
        elif "A" <= c <= "Z":
            twins.add(chr(_ITALIC_CAPITAL + ord(c) - ord("A")))
        elif "α" <= c <= "ω":
            twins.add(chr(_ITALIC_GREEK + ord(c) - ord("α")))
    return "".join(sorted(twins))


@lru_cache(maxsize=16)
def font_uri(characters: str) -> str:
    """A ``data:`` URI of the font as WOFF with these characters, what they stretch into, and the MATH table.

    Raises
    ------
    MissingExtraError
        Without fontTools.
    """
    require("page", "a page's math font", "fontTools")
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.layout_features = ["ssty"]  # the smaller cuts of letters in exponents
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 4, 13, 14]  # name, copyright and licence travel with the font
    options.drop_tables += ["DSIG", "GPOS", "GlyphOrder"]
    buffer, file = io.BytesIO(), files(__package__).joinpath("fonts", "STIXTwoMath.woff")
    with file.open("rb") as whole, TTFont(whole, lazy=True, recalcTimestamp=False) as font:
        worker = subset.Subsetter(options)
        worker.populate(text=with_italics(characters + _ALWAYS))
        worker.subset(font)
        font.flavor = "woff"
        font.save(buffer)
    return "data:font/woff;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
