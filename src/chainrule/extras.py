"""What a light installation leaves out: the extras, what each brings, and the sentence where one is missing.

The core finds, proves and prints. Pictures, pages, data frames and the like need more, named ``chainrule[plot]`` and so on
in pyproject.toml; `require` is asked before any work, so that nobody waits for an answer that cannot be drawn.
"""

from __future__ import annotations

from importlib.util import find_spec

from chainrule.errors import MissingExtraError

EXTRAS = {
    "plot": ("matplotlib",),
    "page": ("matplotlib", "fontTools"),
    "explore": ("fontTools", "starlette", "uvicorn", "websockets"),
    "notebook": ("matplotlib", "fontTools", "anywidget"),
    "tables": ("narwhals",),
    "parquet": ("narwhals", "pyarrow"),
    "sklearn": ("sklearn",),
    "sympy": ("sympy",),
}
"""Each extra and the modules that it brings; a test holds it to pyproject.toml. The extra ``all`` brings them all."""

_PACKAGES = {"sklearn": "scikit-learn", "fontTools": "fonttools"}


def require(extra: str, what: str, *modules: str, otherwise: str = "") -> None:
    """Raise unless the modules of an extra (or those named) are there, which `what` needs; `otherwise` works without.

    Raises
    ------
    MissingExtraError
        With the command that brings them.
    """
    missing = [_PACKAGES.get(name, name) for name in modules or EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise MissingExtraError(f"{what} needs {' and '.join(missing)}: pip install 'chainrule[{extra}]'{otherwise}")
