"""The picture at the head of the README, for a light and for a dark page.

python docs/picture.py        # writes docs/_static/cross-light.svg and cross-dark.svg
"""

import sys
from pathlib import Path

import chainrule

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

from themes import palettes


def pictures() -> dict[str, bytes]:
    """Each theme's picture as SVG: the loss of the cross with its proved minimum, and the points with their line."""
    from chainrule.plot.figure import figure_bytes

    answer = chainrule.minimize(chainrule.load_problem(HERE.parent / "examples" / "cross.toml"))
    return {kind: figure_bytes(chainrule.plot_report(answer, palette), "svg") for kind, palette in palettes().items()}


if __name__ == "__main__":
    for kind, svg in pictures().items():
        (HERE / "_static" / f"cross-{kind}.svg").write_bytes(svg)
        print(f"wrote docs/_static/cross-{kind}.svg")
