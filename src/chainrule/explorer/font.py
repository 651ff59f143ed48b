"""The math font of the page: STIX Two Math (SIL Open Font License), cut down to the signs that the page uses."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

# Latin, the signs of formulas, Greek, arrows; mathematical italics, because MathML sets <mi>x</mi> in them.
_RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2026), (0x2032, 0x2033), (0x2061, 0x2064), (0x210E, 0x210E),
    (0x2113, 0x2113), (0x2190, 0x2193), (0x2200, 0x22FF), (0x0391, 0x03C9), (0x2070, 0x209C), (0x1D434, 0x1D467),
    (0x1D6E2, 0x1D71B),
)  # fmt: skip


@lru_cache
def math_font() -> bytes:
    """The font as a WOFF file."""
    from fontTools import subset

    found = find_spec("ziamath")  # finds it without running it
    if found is None or found.origin is None:
        raise ModuleNotFoundError("ziamath, which carries the math font, is not installed: pip install ziamath")
    source = Path(found.origin).with_name("fonts").joinpath("STIXTwoMath-Regular.ttf").read_bytes()
    options = subset.Options(flavor="woff", notdef_outline=True, layout_features=["*"], name_IDs=["*"])
    font = subset.load_font(io.BytesIO(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in _RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
