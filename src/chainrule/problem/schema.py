"""The one form of a problem outside Python: a mapping of schema 1, the same in TOML, JSON and a dict.

::

    schema = 1                     # optional in files, always written
    title = "cross"                # optional
    inputs = ["x", "y"]
    layers = [2, 1]                # optional, units of each layer; without it there is one sigmoid neuron
    activation = ["tanh", "sigmoid"]   # optional, one for each layer or one for all; and so: bias = true
    loss = "mse"                   # optional: mse, mae, cross-entropy
    penalty = 0.01                 # optional: adds 0.01 times the squares of all weights but biases
    [weights]                      # a number fixes a weight, "free" frees it; missing weights are free
    "w1[0,x]" = 1                  # one neuron has w_x, w_y, … and bias; the rule stands in `network`
    [data]
    points = [[-1, 1, 0]]          # inputs, then label;   or: file = "points.csv", label = "species"
    case_weights = [1]             # optional, one for each point;   with a file: case_weights = "column"

Numbers are exact: a decimal in a file is read as its text, never through a binary float.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import FileError, ProblemError
from chainrule.exact import MAX_TEXT, number_text, read_number
from chainrule.files import decode_text, read_bounded
from chainrule.problem.data import Column, DataSet
from chainrule.problem.network import Layer, Network, dense_layers
from chainrule.problem.problem import Problem, read_weights
from chainrule.problem.tables import Table, data_from_table, read_labels, table_from_csv, table_from_parquet

SCHEMA = 1
KEYS = ("schema", "title", "inputs", "layers", "activation", "bias", "loss", "penalty", "weights", "data")
MAX_TOML = 4 * 2**20  # some seconds of tomllib, which is written in Python
MAX_DOTS = 50
MAX_JSON = 256 * 2**20
ADVICE = 'put the points into a CSV or Parquet file and name it: [data] file = "points.csv"'


class _Written(str):
    """A number as it is written in a file; read_number gives its exact value, errors show the text."""


def problem_from_dict(
    mapping: Mapping[str, Any], folder: str | os.PathLike[str] = ".", *, pointless: bool = False
) -> Problem:
    """The problem that a mapping of schema 1 states; a data file is found relative to `folder`.

    Where it is `pointless`, as the network's equation is, a mapping without data gets one point of zeros for each class.

    >>> problem_from_dict({"inputs": ["x"], "weights": {"bias": "0.1"}, "data": {"points": [[1, 0], [2, 1]]}}).free
    ('w_x',)
    """
    _require_keys(mapping, KEYS, "the problem")
    if str(mapping.get("schema", SCHEMA)) != str(SCHEMA):
        raise ProblemError(f"found schema = {mapping['schema']!r:.40}; this version reads schema {SCHEMA}")
    title = mapping.get("title", "")
    if not isinstance(title, str) or isinstance(title, _Written):
        raise ProblemError(f"found title = {title!r:.40}; needed a text in quotes")
    inputs = _inputs(mapping.get("inputs"))
    layers = _layers(mapping)
    found = mapping.get("data")
    if found is None and pointless and inputs:
        found = {"points": [[0] * len(inputs) + [label] for label in range(layers[-1].units)]}
    names, data = _data(found, inputs, Path(folder), layers[-1].units if layers else 1)
    network = Network(names, layers)
    weights = mapping.get("weights", {})
    if not isinstance(weights, Mapping):
        raise ProblemError(
            f'found weights = {weights!r:.40}; needed a table of weights, such as [weights] w_x = "free"'
        )
    loss = mapping.get("loss", "mse")
    penalty = Fraction(read_number(mapping.get("penalty", 0), "penalty"))
    return Problem(network, data, read_weights(weights, network), title, loss, penalty)


def _layers(mapping: Mapping[str, Any]) -> tuple[Layer, ...]:
    """The layers; numbers of a JSON file come as their texts."""
    units = _listed(mapping, "layers", [1], "a list of the units of each layer, such as [2, 1]")
    counts = [int(n) if isinstance(n, _Written) and n.isdecimal() and len(n) < 10 else n for n in units]
    activation, bias = mapping.get("activation", "sigmoid"), mapping.get("bias", True)
    if type(activation) is not str:
        activation = _listed(mapping, "activation", [], 'a name, or a list of names such as ["tanh", "sigmoid"]')
    if type(bias) is not bool:
        bias = _listed(mapping, "bias", [], "true, false, or a list of those")
    return dense_layers(counts, activation, bias)


def _listed(mapping: Mapping[str, Any], key: str, missing: list[Any], needed: str) -> list[Any]:
    found = mapping.get(key, missing)
    if not isinstance(found, (list, tuple)):
        raise ProblemError(f"found {key} = {found!r:.40}; needed {needed}")
    return list(found)


def _inputs(inputs: Any) -> tuple[str, ...] | None:
    if inputs is None:
        return None
    if not isinstance(inputs, Sequence) or isinstance(inputs, str) or not all(type(name) is str for name in inputs):
        raise ProblemError(f'found inputs = {inputs!r:.60}; needed a list of names, such as ["x", "y"]')
    return tuple(inputs)


def _data(data: Any, inputs: tuple[str, ...] | None, folder: Path, outputs: int) -> tuple[tuple[str, ...], DataSet]:
    if not isinstance(data, Mapping):
        raise ProblemError(
            'the problem has no data; add [data] with points = [[…]] or file = "points.csv"'
            if data is None
            else f"found data = {data!r:.40}; needed a table with points or file"
        )
    _require_keys(data, ("points", "file", "label", "classes", "case_weights"), "data")
    if ("points" in data) == ("file" in data):
        found = "both" if "points" in data else "neither"
        raise ProblemError(f'[data] has {found} of points and file; needed one: points = [[…]] or file = "points.csv"')
    if "file" in data:
        if "classes" in data:
            raise ProblemError(
                "[data] classes belongs to points; the classes of a file are found in it; remove classes"
            )
        for key in ("file", "label", "case_weights"):
            if key in data and type(data[key]) is not str:
                raise ProblemError(f"[data] {key}: found {data[key]!r:.40}; needed a text in quotes")
        table = read_table(folder / data["file"], inputs)
        return data_from_table(table, inputs, data.get("label"), outputs, data.get("case_weights"))
    if "label" in data:
        raise ProblemError(
            "[data] label names a column of a file; in points the label is the last number; remove label"
        )
    if inputs is None:
        raise ProblemError('the problem has no inputs; add a list of their names: inputs = ["x", "y"]')
    points = _points(data["points"], inputs, data.get("classes"), outputs)
    return inputs, replace(points, case_weights=_case_weights(data.get("case_weights")))


def _case_weights(found: Any) -> Column | None:
    if found is None:
        return None
    if not isinstance(found, (list, tuple)):
        raise ProblemError(f"[data] case_weights: found {found!r:.40}; needed a list of numbers, one for each point")
    return Column.of(list(found), "case weight")


def _points(points: Any, inputs: tuple[str, ...], classes: Any, outputs: int) -> DataSet:
    if not isinstance(points, Sequence) or isinstance(points, str):
        raise ProblemError(f"found points = {points!r:.40}; needed a list of rows, such as [[-1, 1, 0], [1, 3, 1]]")
    width = len(inputs) + 1
    for number, point in enumerate(points, 1):
        if not isinstance(point, (list, tuple)) or len(point) != width:
            found = f"{len(point)} numbers" if isinstance(point, (list, tuple)) else f"{point!r:.40}"
            raise ProblemError(f"point {number}: found {found}; needed {width}: {', '.join(inputs)}, label")
    columns = list(zip(*points, strict=True)) or [()] * width

    def where(row: int) -> str:
        return f"point {row + 1}"

    label, found_classes = read_labels(columns[-1], "label", where, outputs) if points else (Column(()), None)
    values = tuple(Column.of(list(column), name, where) for name, column in zip(inputs, columns, strict=False))
    return DataSet(values, label, _classes(classes, max(2, outputs)) or found_classes)


def _classes(classes: Any, count: int) -> tuple[str, ...] | None:
    if classes is None:
        return None
    if not isinstance(classes, (list, tuple)) or len(classes) != count or not all(type(n) is str for n in classes):
        needed = "two names that labels 0 and 1" if count == 2 else f"{count} names that labels 0 to {count - 1}"
        raise ProblemError(f"[data] classes: found {classes!r:.60}; needed the {needed} stand for")
    return tuple(classes)


def _require_keys(mapping: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    if not isinstance(mapping, Mapping):
        raise ProblemError(f"{place}: found {mapping!r:.40}; needed a table with {', '.join(known)}")
    for key in mapping:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean {near[0]}?" if near else "remove it"
            raise ProblemError(f"{place} has an unknown key {key!r:.60}; it may have {', '.join(known)}; {hint}")


def problem_to_dict(problem: Problem) -> dict[str, Any]:
    """The mapping of schema 1 with every number as exact text and the points inline, as the certificate holds it."""
    columns = [_texts(column) for column in (*problem.data.inputs, problem.data.label)]
    data: dict[str, Any] = {"points": list(map(list, zip(*columns, strict=True)))}
    if problem.data.classes:
        data["classes"] = list(problem.data.classes)
    if problem.data.case_weights is not None:
        data["case_weights"] = _texts(problem.data.case_weights)
    weights = {
        name: number_text(problem.fixed[name]) if name in problem.fixed else "free"
        for name in problem.network.weight_names
    }
    head: dict[str, Any] = {"schema": SCHEMA, **({"title": problem.title} if problem.title else {})}
    return {**head, "inputs": list(problem.network.inputs), **_shape(problem), "weights": weights, "data": data}


def _shape(problem: Problem) -> dict[str, Any]:
    """The keys that say what differs from one sigmoid neuron with the mean squared error."""
    layers = problem.network.layers
    form: dict[str, Any] = {}
    if layers != (Layer(),):
        form["layers"] = [layer.units for layer in layers]
        form["activation"] = [layer.activation for layer in layers]
    if not all(layer.bias for layer in layers):
        form["bias"] = [layer.bias for layer in layers]
    form |= {"loss": problem.loss} if problem.loss != "mse" else {}
    return form | ({"penalty": number_text(problem.penalty)} if problem.penalty else {})


def _texts(column: Column) -> list[str]:
    """Exact texts; of a long column the ones that are quickest to make, of a short one the ones that read best."""
    if len(column) <= 1000:
        return [number_text(x) for x in column.numbers]
    if isinstance(column.numbers, np.ndarray):
        return [str(int(x)) if x.is_integer() else x.hex() for x in column.numbers.tolist()]
    return [str(x) if type(x) is Decimal else number_text(x) for x in column.numbers]


def problem_to_toml(problem: Problem) -> str:
    """The problem as a TOML file that reads back to the same problem; ratios and hexadecimal floats are quoted."""
    import tomli_w

    form = problem_to_dict(problem)
    for table in (form, form["data"]):
        table |= {
            key: _toml_numbers(table[key]) for key in ("penalty", "weights", "points", "case_weights") if key in table
        }
    # The library puts each item of a list on a line of its own; a list that holds no other, such as a point, becomes one line.
    return re.sub(
        r"(?<=\[)\n((?: +[^ \[].*,\n)+) *(?=\])",
        lambda items: ", ".join(line.strip().removesuffix(",") for line in items[1].splitlines()),
        tomli_w.dumps(form),
    )


def _toml_numbers(texts: Any) -> Any:
    """Numbers as TOML has them, whole or decimal, in lists and tables too; the text of any other."""
    if isinstance(texts, list):
        return [_toml_numbers(text) for text in texts]
    if isinstance(texts, dict):
        return {name: _toml_numbers(text) for name, text in texts.items()}
    for kind in (int, Decimal):
        try:
            return kind(texts)
        except (ValueError, ArithmeticError):
            continue
    return texts


def load_problem(
    path: str | os.PathLike[str],
    *,
    inputs: Sequence[str] | None = None,
    label: str | None = None,
    weights: Mapping[str, object] | None = None,
    shape: Mapping[str, object] | None = None,
    pointless: bool = False,
) -> Problem:
    """Read a problem from a .toml or .json file, or data alone from a .csv or .parquet file.

    Parameters
    ----------
    inputs, label : which columns of the data file to use, instead of what the problem file says.
    weights : numbers fix and ``"free"`` frees weights, instead of what the problem file says.
    shape : the keys layers, activation, bias, loss and penalty, instead of what the problem file says.
    pointless : whether a file without data will do, for what does not depend on points.

    Raises
    ------
    FileError, ProblemError, NumberError
        With the file's name at the front of the message.
    """
    path = Path(path)
    is_table = path.suffix.lower() in (".csv", ".tsv", ".parquet")
    mapping = {"data": {"file": path.name}} if is_table else read_mapping(path)
    mapping = {**_overridden(mapping, inputs, label), **(shape or {})}
    problem = problem_from_dict(mapping, path.parent, pointless=pointless)
    return reweighted(problem, weights or {})


def _overridden(mapping: dict[str, Any], inputs: Sequence[str] | None, label: str | None) -> dict[str, Any]:
    if inputs is not None:
        mapping = {**mapping, "inputs": list(inputs)}
    if label is not None:
        mapping = {**mapping, "data": {**mapping.get("data", {}), "label": label}}
    return mapping


def reweighted(problem: Problem, weights: Mapping[str, object]) -> Problem:
    """The problem with these weights fixed at a number or set ``"free"``, the others as they are."""
    fixed = read_weights(weights, problem.network)
    return replace(problem, fixed={**{k: v for k, v in problem.fixed.items() if k not in weights}, **fixed})


def read_table(path: Path, inputs: Sequence[str] | None = None) -> Table:
    """The table in a .csv, .tsv or .parquet file."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return table_from_parquet(path)
    if suffix in (".csv", ".tsv"):
        return table_from_csv(path, inputs)
    raise FileError(f"{path}: found the ending {suffix!r:.20}; needed a .csv or .parquet file of points")


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping in a .toml or .json file, every number in it exact; of a certificate, its problem."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _read_json(decode_text(read_bounded(path, MAX_JSON, ADVICE), path, "JSON"), path)
    if suffix != ".toml":
        raise FileError(f"{path}: found the ending {suffix!r:.20}; needed a .toml, .json, .csv or .parquet file")
    text = decode_text(read_bounded(path, MAX_TOML, ADVICE), path, "TOML")
    # tomllib takes time in the square of a key's parts: a.a.a.… of a megabyte would keep it busy for hours.
    if any(part.count(".") > MAX_DOTS for part in re.split(r"[\n,={}\[\]]", text)):
        raise FileError(f"{path}: found a key or text with more than {MAX_DOTS} dots; shorten it")
    try:
        return tomllib.loads(text, parse_float=lambda written: _Written(written.replace("_", "")))
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{path} is not a TOML file: {str(error)[:200]}") from None
    except ValueError:  # Python refuses whole numbers of more than 4300 digits
        raise FileError(
            f"{path}: found a number of thousands of digits; at most {MAX_TEXT} are read; round it"
        ) from None
    except RecursionError:
        raise FileError(f"{path}: the lists or tables are nested too deep; a problem needs three levels") from None


def _read_json(text: str, path: Path) -> dict[str, Any]:
    try:
        mapping = json.loads(
            text, parse_float=_Written, parse_int=_Written, parse_constant=_Written, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        raise FileError(f"{path} is not a JSON file: {error}") from None
    except RecursionError:
        raise FileError(f"{path}: the lists or tables are nested too deep; a problem needs three levels") from None
    except ProblemError as error:
        raise FileError(f"{path}: {error}") from None
    if not isinstance(mapping, dict):
        raise FileError(f"{path}: found {type(mapping).__name__}; needed a JSON object with inputs, weights and data")
    if mapping.get("format") == "chainrule certificate" and isinstance(mapping.get("problem"), dict):
        return dict(mapping["problem"])
    return mapping


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; JSON's own reader would let the last of two equal keys win silently."""
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProblemError(f"the key {twice!r:.60} stands twice in one object; remove one")
    return mapping
