"""The one form of a problem: exact, the same in TOML, JSON and Python, strict about its keys."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from chainrule.errors import ChainruleError, FileError, NumberError, ProblemError
from chainrule.problem import Problem, load_problem, problem_from_dict, problem_to_dict, problem_to_toml

CROSS = """
title = "cross"
inputs = ["x", "y"]
[weights]
w_x = "free"
w_y = 1
bias = -1
[data]
points = [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]]
"""


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_toml_json_and_python_state_the_same_problem(tmp_path):
    points = [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]]
    stated = Problem.state(["x", "y"], points, {"w_y": 1, "bias": -1}, "cross")
    from_toml = load_problem(written(tmp_path, "cross.toml", CROSS))
    mapping = {
        "title": "cross",
        "inputs": ["x", "y"],
        "weights": {"w_y": 1, "bias": -1},
        "data": {"points": points},
    }
    from_json = load_problem(written(tmp_path, "cross.json", json.dumps(mapping)))
    assert stated == from_toml == from_json == problem_from_dict(mapping)


def test_the_written_form_is_schema_1_with_exact_texts():
    problem = Problem.state(["x", "y"], [["0.1", "1/3", 0]], {"w_y": Decimal("0.10"), "bias": 0.1})
    assert problem_to_dict(problem) == {
        "schema": 1,
        "inputs": ["x", "y"],
        # the float 0.1 is 3602879701896397/2^55, a terminating decimal too long for a person, but exact
        "weights": {"w_x": "free", "w_y": "0.1", "bias": problem_to_dict(problem)["weights"]["bias"]},
        "data": {"points": [["0.1", "1/3", "0"]]},
    }
    assert problem_from_dict(problem_to_dict(problem)) == problem
    assert Fraction(problem.fixed["bias"]) == Fraction(0.1) != Fraction(1, 10)


def test_decimals_in_files_never_pass_through_a_binary_float(tmp_path):
    text = 'inputs = ["x"]\n[weights]\nbias = 0.1\n[data]\npoints = [[1_0.000000000000000000001, 0.30]]\n'
    from_toml = load_problem(written(tmp_path, "p.toml", text))
    from_json = load_problem(
        written(
            tmp_path,
            "p.json",
            '{"inputs": ["x"], "weights": {"bias": 0.1}, "data": {"points": [[10.000000000000000000001, 0.3]]}}',
        )
    )
    assert from_toml == from_json
    assert from_toml.fixed["bias"] == Fraction(1, 10)
    assert from_toml.data.point(0) == ((Fraction("10.000000000000000000001"),), Fraction(3, 10))


@pytest.mark.parametrize("number", ["0.1", "1/3", "0x1.8p-70", "-2e-20", "1e90", "12345678901234567890123"])
def test_toml_written_by_us_reads_back_to_the_same_problem(tmp_path, number):
    problem = Problem.state(["x"], [[number, "0.5"], [1, 1]], {"bias": number}, 'a "title" \\ with \x7f signs é')
    assert load_problem(written(tmp_path, "p.toml", problem_to_toml(problem))) == problem


def test_text_labels_of_points_are_mapped_in_sorted_order_and_the_mapping_survives_writing():
    problem = problem_from_dict({"inputs": ["x"], "data": {"points": [[1, "under"], [2, "over"]]}})
    assert problem.data.classes == ("over", "under")
    assert [problem.data.label[i] for i in (0, 1)] == [1, 0]
    assert problem_from_dict(problem_to_dict(problem)) == problem


def test_a_certificate_is_read_as_its_problem(tmp_path):
    problem = Problem.state(["x"], [[1, 0]], {"bias": 1})
    proof = {"format": "chainrule certificate", "version": 1, "problem": problem_to_dict(problem)}
    assert load_problem(written(tmp_path, "proof.json", json.dumps(proof))) == problem


POINTS = 'inputs = ["x"]\n[data]\npoints = '

REFUSED = {
    "a key that is misspelt": ('input = ["x"]', ProblemError, "did you mean inputs?"),
    "a weight that does not exist": (CROSS.replace("w_y", "w_q"), ProblemError, "'w_q' is not one of w_x, w_y, bias"),
    "no data": ('inputs = ["x"]', ProblemError, "no data"),
    "no inputs": ("[data]\npoints = [[1, 0]]", ProblemError, "no inputs"),
    "an empty data set": (POINTS + "[]", ProblemError, "empty"),
    "a row with a number too many": (
        POINTS + "[[1, 0], [1, 2, 0]]",
        ProblemError,
        "point 2: found 3 numbers; needed 2",
    ),
    "a label above one": (POINTS + "[[1, 1.5]]", ProblemError, "label 1.5"),
    "a label that is nan": (POINTS + "[[1, nan]]", NumberError, "nan"),
    "an input that is infinite": (POINTS + "[[inf, 1]]", NumberError, "inf"),
    "an input out of range": (POINTS + "[[1e400, 1]]", NumberError, "1e400"),
    "a decimal of 10 000 digits": (POINTS + f"[[1.{'1' * 10000}, 1]]", NumberError, "10,002 characters"),
    "an integer of 10 000 digits": (POINTS + f"[[{'1' * 10000}, 1]]", FileError, "thousands of digits"),
    "three classes": (POINTS + '[[1, "a"], [2, "b"], [3, "c"]]', ProblemError, "3 classes: 'a', 'b', 'c'"),
    "a boolean": (POINTS + "[[true, 1]]", NumberError, "True"),
    "nesting a thousand deep": (POINTS + "[" * 1000 + "]" * 1000, FileError, "nested too deep"),
    "no TOML": ("inputs = [", FileError, "not a TOML file"),
    "binary junk": (b"\x00\xff\xfe" * 10, FileError, "binary data"),
    "text that is not UTF-8": (b'title = "\xe9"', FileError, "not UTF-8"),
    "another schema": ("schema = 2\n" + POINTS + "[[1, 0]]", ProblemError, "reads schema 1"),
    "a title that is a number": ("title = 1.5\n" + POINTS + "[[1, 0]]", ProblemError, "title"),
    "both points and a file": (POINTS + '[[1, 0]]\nfile = "a.csv"', ProblemError, "both of points and file"),
    "a data file that does not exist": ('inputs = ["x"]\n[data]\nfile = "no.csv"', FileError, "cannot read"),
    "too large a file": (b"#" * (4 * 2**20 + 1), FileError, "larger than 4 MiB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_toml_file_is_refused_with_what_was_found(case, tmp_path):
    text, kind, message = REFUSED[case]
    with pytest.raises(ChainruleError) as caught:
        load_problem(written(tmp_path, "bad.toml", text))
    assert type(caught.value) is kind
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "found list"),
        ("{", "not a JSON file"),
        ("[" * 100_000, "nested too deep"),
        ('{"inputs": ["x"], "inputs": ["y"]}', "'inputs' stands twice"),
        ('{"inputs": ["x"], "data": {"points": [[NaN, 1]]}}', "NaN"),
        ('{"inputs": ["x"], "data": {"points": [[1e400, 1]]}}', "1e400"),
        ('{"inputs": ["x"], "data": {"points": [[' + "1" * 10000 + ", 1]]}}", "10,000 characters"),
    ],
)
def test_a_bad_json_file_is_refused_with_what_was_found(text, message, tmp_path):
    with pytest.raises(ChainruleError) as caught:
        load_problem(written(tmp_path, "bad.json", text))
    assert message in str(caught.value)


def test_options_override_the_file(tmp_path):
    path = written(tmp_path, "cross.toml", CROSS)
    assert load_problem(path, weights={"w_y": "free", "w_x": "1/2"}).fixed == {"bias": -1, "w_x": Fraction(1, 2)}
