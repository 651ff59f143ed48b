"""The array library that does the arithmetic of a search: NumPy, or another with the namespace of the array API standard.

What a search asks of a library is stated here, and `tests/algebra/test_backends.py` holds every library that is
installed to it, against Arb: doubles as IEEE 754 has them for +, −, × and ÷, the square root within 2 units in the last
place, exp within `EXP_ULPS`, and logaddexp too. Multiply and add may be fused, sums and matrix products be taken in any order, and
numbers below 2^-1022 be flushed to 0: the bounds allow for all three. Nothing is compiled as a whole, where terms might
be rearranged.

The standard: https://data-apis.org/array-api/latest.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import ProblemError
from chainrule.problem.data import Floats

Array = Any
"""An array of whichever library is used."""

# Elements of an array in a tile. A handful of such arrays fits a core's second-level cache;
TILE = 32_768
# a library with threads of its own, or a graphics card, wants more to do at a time.
LARGE_TILE = 2**22


@dataclass(frozen=True)
class Backend:
    """An array library with its namespace `xp`, and the device that its arrays are made on (None: its own choice).

    `tile` is the number of elements of an array that are worked on at a time; `threads` says that tiles are given to
    threads of ours, one a core, because the library has none of its own.
    """

    name: str
    xp: Any
    device: Any = None
    tile: int = LARGE_TILE
    threads: bool = False

    def give(self, array: Floats) -> Array:
        """The same numbers as an array of the library."""
        return array if self.xp is np else self.xp.asarray(np.require(array, requirements="W"), device=self.device)

    def take(self, array: Array) -> Floats:
        """The same numbers as an array of NumPy."""
        if self.xp is np:
            return np.asarray(array)
        for back in ("get", "cpu"):  # CuPy's and PyTorch's way home from a device
            if hasattr(array, back):
                array = getattr(array, back)()
                break
        return np.asarray(array)


NUMPY = Backend("numpy", np, tile=TILE, threads=True)

# Where the namespace of each library is found.
_MODULES = {
    "cupy": "array_api_compat.cupy",
    "jax": "jax.numpy",
    "strict": "array_api_strict",
    "torch": "array_api_compat.torch",
}


def backend(name: str) -> Backend:
    """The backend of this name; ``library:device`` names its device too, as in ``torch:cuda``.

    Raises
    ------
    ProblemError
        If the name is unknown, the library is not installed, lacks the device, or does not compute in double precision.
    """
    library, _, device = name.partition(":")
    if library == "numpy" and not device:
        return NUMPY
    if library not in _MODULES:
        known = ", ".join(["numpy", *_MODULES])
        raise ProblemError(
            f"the backend {name!r:.60} is not known; needed one of {known}, or as in torch:cuda with its device"
        )
    try:
        xp = importlib.import_module(_MODULES[library])
    except ImportError as error:
        package = "array-api-strict" if library == "strict" else library
        also = " and array-api-compat" if library in ("cupy", "torch") else ""
        raise ProblemError(
            f"the backend {name!r} needs {package}{also}, which cannot be imported ({error}); install it"
        ) from None
    found = Backend(name, xp, device or None)
    try:
        kind = found.give(np.ones(1)).dtype
    except (RuntimeError, ValueError, TypeError, AttributeError, AssertionError, ImportError) as error:
        raise ProblemError(f"the backend {name!r} makes no array: {error!s:.200}; name another device") from None
    if kind != xp.float64:
        told = "; set JAX_ENABLE_X64=1 in the environment" if library == "jax" else ""
        raise ProblemError(f"the backend {name!r} made {kind} of doubles; needed double precision{told}")
    return found
