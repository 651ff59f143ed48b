"""A file from which a search of boxes goes on, whatever ended it.

The file is NumPy's npz form without pickled objects: the columns of the tree, the open boxes, what the search knew
before its first step, and a fingerprint of the problem, the wanted gap and the domain. It is written beside and
renamed, so that a process killed at any moment leaves the last whole one. A search that goes on takes the same steps as
one that never stopped.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import FileError
from chainrule.files import read_bounded, require_writable, write_whole
from chainrule.problem import Problem
from chainrule.problem.data import Floats
from chainrule.problem.schema import problem_to_dict
from chainrule.prove.boxes.state import Known, State
from chainrule.prove.boxes.tree import Tree
from chainrule.prove.boxes.wells import Well

VERSION = 2
LARGEST = 2**34  # 16 GiB
_STATE = ("node", "lower", "upper", "bound", "spread", "side")
_NUMBERS = ("boxes", "seconds", "budget", "sharpening")


@dataclass(frozen=True)
class Saved:
    """What the file holds: the state, what it rests on, and the lowest bound after so many boxes and seconds."""

    state: State
    known: Known
    history: tuple[tuple[int, float, float], ...]


class Checkpoint:
    """The checkpoint file of one search. `settings` are whatever else the search depends on.

    Raises
    ------
    FileError
        At once if the file cannot be written, is no checkpoint, is damaged or belongs to another search.
    """

    def __init__(self, path: str | os.PathLike[str], problem: Problem, settings: str) -> None:
        self.path = os.fspath(path)
        self.fingerprint = _fingerprint(problem, settings)
        require_writable(self.path)
        self._arrays = self._load() if Path(self.path).exists() else None

    def _load(self) -> dict[str, Any]:
        content = read_bounded(self.path, LARGEST, "remove it to begin again")
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            found = bytes(arrays["fingerprint"]).decode("ascii")
        except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile) as error:
            raise self._damaged(error) from None
        if found != self.fingerprint:
            raise FileError(
                f"{self.path} is the checkpoint of another problem, gap or box; name another file, or remove it"
            )
        return arrays

    def _damaged(self, error: Exception) -> FileError:
        return FileError(
            f"{self.path} is no checkpoint, or is damaged ({str(error) or type(error).__name__:.80}); "
            "name another file, or remove it to begin again"
        )

    def read(self, lower: Floats, upper: Floats) -> Saved | None:
        """What was saved of a search on this box; None where nothing was, or on another box."""
        if self._arrays is None:
            return None
        try:
            saved = _unpacked(self._arrays)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise self._damaged(error) from None
        known = saved.known
        return saved if np.array_equal(known.lower, lower) and np.array_equal(known.upper, upper) else None

    def write(self, saved: Saved) -> None:
        """Replace the file, whole."""
        buffer = io.BytesIO()
        fingerprint = np.frombuffer(self.fingerprint.encode("ascii"), np.uint8)
        np.savez(buffer, fingerprint=fingerprint, **_packed(saved))
        write_whole(self.path, buffer.getvalue())


def _fingerprint(problem: Problem, settings: str) -> str:
    """SHA-256 of the problem without its title, the settings, and the version of the steps."""
    form = {**problem_to_dict(problem), "title": ""}
    return hashlib.sha256(json.dumps([VERSION, form, settings], sort_keys=True).encode()).hexdigest()


def _packed(saved: Saved) -> dict[str, Any]:
    state, known = saved.state, saved.known
    return {
        **{f"tree_{name}": array for name, array in state.tree.arrays().items()},
        **{name: getattr(state, name) for name in _STATE},
        "numbers": np.array([float(getattr(state, name)) for name in _NUMBERS]),
        "core": np.stack([known.lower, known.upper]),
        "best": known.best,
        "ceiling": np.array([known.reached, known.ceiling]),
        "wells": np.array([[w.lower, w.upper, w.point] for w in known.wells]).reshape(-1, 3, len(known.best)),
        "well_numbers": np.array([[w.modulus, w.radius, *w.value] for w in known.wells]).reshape(-1, 4),
        "history": np.array(saved.history, float).reshape(-1, 3),
    }


def _unpacked(arrays: dict[str, Any]) -> Saved:
    """The arrays as a state; an error where their shapes or numbers do not fit each other."""
    (core_lower, core_upper), best = arrays["core"], arrays["best"]
    k = len(best)
    tree = Tree(k, {name.removeprefix("tree_"): array for name, array in arrays.items() if name.startswith("tree_")})
    boxes, seconds, budget, sharpening = arrays["numbers"].tolist()
    count = len(arrays["node"])
    shapes = {"node": (count,), "lower": (count, k), "upper": (count, k), "bound": (count,), "side": (count,)}
    shapes["spread"] = (count, k)
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has the shape {arrays[name].shape}; needed {shape}")
    for name, most in (("node", tree.size), ("side", k), ("tree_child", tree.size), ("tree_side", k)):
        if arrays[name].size and not (arrays[name].min() >= 0 and arrays[name].max() < most):
            raise ValueError(f"{name} is out of range")
    wells = tuple(
        Well(low, high, point, float(modulus), float(radius), (float(least), float(most)))
        for (low, high, point), (modulus, radius, least, most) in zip(
            arrays["wells"], arrays["well_numbers"], strict=True
        )
    )
    state = State(
        tree,
        tree.size,
        **{name: arrays[name] for name in _STATE},
        boxes=int(boxes),
        seconds=seconds,
        budget=budget,
        sharpening=bool(sharpening),
    )
    history = tuple((int(n), float(t), float(bound)) for n, t, bound in arrays["history"])
    reached, ceiling = arrays["ceiling"].tolist()
    return Saved(state, Known(core_lower, core_upper, best, reached, ceiling, wells), history)
