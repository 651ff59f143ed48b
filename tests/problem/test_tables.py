"""Points from CSV, Parquet, data frames and arrays: exact, and errors that name the line."""

import random
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from chainrule.errors import ChainruleError, FileError
from chainrule.exact import float_bounds, number_text
from chainrule.problem import Column, Problem, load_problem

WEIGHTS = {"w_y": 1, "bias": -1}
CROSS = Problem.state(["x", "y"], [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]], WEIGHTS)
ROWS = {"x": [-1, 1, 3, 1], "y": [1, -1, 1, 3], "label": [0, 0, 1, 1]}


@pytest.fixture
def csv_file(tmp_path):
    def write(text, name="points.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(ROWS),
        pl.DataFrame(ROWS),
        pl.LazyFrame(ROWS),
        pa.table(ROWS),
        np.array(list(ROWS.values())).T,
        np.array(list(ROWS.values()), dtype=np.float32).T,
    ],
    ids=["pandas", "polars", "polars lazy", "pyarrow", "int array", "float array"],
)
def test_every_kind_of_table_states_the_same_problem(table):
    assert Problem.from_table(table, weights=WEIGHTS) == CROSS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_csv_with_any_separator_line_end_and_mark_states_the_same_problem(csv_file, newline, mark, comma):
    lines = ["x,y,label", *(",".join(map(str, row)) for row in zip(*ROWS.values(), strict=True))]
    text = mark + newline.join(lines).replace(",", comma) + newline
    assert load_problem(csv_file(text), weights=WEIGHTS) == CROSS


READ_ALIKE = {
    "an index without a name": ",x,y,label\n0,-1,1,0\n1,1,-1,0\n2,3,1,1\n3,1,3,1\n",
    "an index that pandas named": "Unnamed: 0,x,y,label\n1,-1,1,0\n2,1,-1,0\n3,3,1,1\n4,1,3,1\n",
    "UTF-16, little end first": "x,y,label\n-1,1,0\n1,-1,0\n3,1,1\n1,3,1\n".encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + "x,y,label\n-1,1,0\n1,-1,0\n3,1,1\n1,3,1\n".encode("utf-16-be"),
    "the true minus sign": "x,y,label\n−1,1,0\n1,−1,0\n3,1,1\n1,3,1\n",
    "a comma after every line": "x,y,label,\n-1,1,0,\n1,-1,0,\n3,1,1,\n1,3,1,\n",
    "a comma after the names": "x,y,label,\n-1,1,0\n1,-1,0\n3,1,1\n1,3,1\n",
    "a comma after every row": "x,y,label\n-1,1,0,\n1,-1,0,\n3,1,1,\n1,3,1,\n",
    "a comma after every line, among quotes": 'x,y,"label",\n-1,1,0,\n1,-1,0,\n3,1,1,\n1,3,1,\n',
}


@pytest.mark.parametrize("case", READ_ALIKE)
def test_a_file_that_has_one_reading_states_the_same_problem(case, csv_file):
    assert load_problem(csv_file(READ_ALIKE[case]), weights=WEIGHTS) == CROSS


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234,567", 1234567),
        ("1,234.5", Fraction(2469, 2)),
        ("1.234,5", Fraction(2469, 2)),
        ("1.234.567", 1234567),
        ("1 234", 1234),
        ("-1\u202f234\u202f567", -1234567),
        ("1'234.25", Fraction(4937, 4)),
        ("–2.5e−3", Fraction(-1, 400)),
    ],
)
def test_grouped_digits_and_typeset_signs_are_read_where_there_is_one_reading(cell, number, csv_file):
    assert load_problem(csv_file(f'x,label\n"{cell}",0\n')).data.inputs[0][0] == number


def test_labels_with_a_typeset_minus_are_numbers_and_no_classes(csv_file):
    with pytest.raises(ChainruleError, match=r"line 3 of points\.csv: found label -1"):
        load_problem(csv_file("x,label\n2,1\n3,−1\n"))


def test_an_index_is_an_input_where_it_is_named_as_one(csv_file):
    problem = load_problem(csv_file("Unnamed: 0,x,label\n0,1,0\n1,5,1\n"), inputs=["Unnamed_0"])
    assert list(problem.data.inputs[0]) == [0, 1]


def test_quoted_cells_and_blank_lines_are_read(csv_file):
    text = 'x,y,label\n\n"-1",1,0\n1,-1,0\n\n3,1,1\n1,"3",1\n\n'
    assert load_problem(csv_file(text), weights=WEIGHTS) == CROSS


def test_a_csv_without_names_is_read_where_the_inputs_are_named(csv_file):
    path = csv_file("-1,1,0\n1,-1,0\n3,1,1\n1,3,1\n")
    assert load_problem(path, inputs=["x", "y"], weights=WEIGHTS) == CROSS
    with pytest.raises(ChainruleError, match="line 1: found numbers"):
        load_problem(path)


def test_parquet_states_the_same_problem(tmp_path):
    pyarrow.parquet.write_table(pa.table(ROWS), tmp_path / "points.parquet")
    assert load_problem(tmp_path / "points.parquet", weights=WEIGHTS) == CROSS


def test_junk_is_not_parquet(csv_file):
    with pytest.raises(FileError, match="as Parquet"):
        load_problem(csv_file(b"junk", "points.parquet"))


def test_a_toml_file_names_its_data_relative_to_itself_and_maps_two_classes(csv_file, tmp_path, monkeypatch):
    csv_file("id,petal length (cm),species\n1,1.4,setosa\n2,4.7,versicolor\n")
    problem = csv_file('inputs = ["petal_length_cm"]\n[data]\nfile = "points.csv"\nlabel = "species"\n', "problem.toml")
    monkeypatch.chdir("/")
    loaded = load_problem(problem)
    assert loaded.data.classes == ("setosa", "versicolor")
    assert loaded.data.point(1) == ((Fraction(47, 10),), 1)
    assert loaded.network.weight_names == ("w_petal_length_cm", "bias")


def test_csv_decimals_are_exact_and_frame_floats_are_binary(csv_file):
    assert load_problem(csv_file("x,label\n0.1,0\n")).data.inputs[0][0] == Fraction(1, 10)
    frame = pd.DataFrame({"x": [0.1], "label": [0]})
    assert Problem.from_table(frame).data.inputs[0][0] == Fraction(0.1) != Fraction(1, 10)


def test_boolean_decimal_and_categorical_columns_are_read():
    frame = pl.DataFrame({"x": [Decimal("0.1"), Decimal("0.2")], "label": [True, False]})
    problem = Problem.from_table(frame)
    assert problem.data.point(0) == ((Fraction(1, 10),), 1)
    frame = pd.DataFrame({"x": [1, 2], "label": pd.Categorical(["b", "a"])})
    assert Problem.from_table(frame).data.classes == ("a", "b")


REFUSED = {
    "a short row, by its line": ("x,y,label\n\n1,2,0\n1,2\n", "line 4 of points.csv: found 2 columns; needed 3"),
    "a short row among quotes": ('x,y,label\n"1",2,0\n1,2\n', "line 3 of points.csv: found 2 columns; needed 3"),
    "a label above one, by its line": ("x,label\n1,0\n1,2\n", "line 3 of points.csv: found label 2"),
    "nan": ("x,label\nnan,0\n", "line 2 of points.csv: found 'nan'"),
    "a label that is nan": ("x,label\n1,0\n1,nan\n", "line 3 of points.csv: found 'nan'"),
    "infinity": ("x,label\n1,0\ninf,0\n", "line 3 of points.csv: found 'inf'"),
    "1e400": ("x,label\n1e400,0\n", "line 2 of points.csv: found '1e400'"),
    "10 000 digits": (f"x,label\n{'1' * 10000},0\n", "10,000 characters"),
    "an empty cell": ("x,label\n,0\n", "line 2 of points.csv: found ''"),
    "three classes": (
        "x,species\n1,a\n2,b\n3,c\n",
        "found 3 classes: 'a', 'b', 'c'; needed two (or numbers from 0 to 1); keep the rows of two classes, or give the network a softmax layer of 3",
    ),
    "one class": ("x,species\n1,a\n2,a\n", "found 1 class: 'a'; needed two"),
    "an empty label among classes": ("x,species\n1,a\n2,\n3,b\n", "line 3 of points.csv: found an empty label"),
    "no rows": ("x,label\n", "empty"),
    "nothing at all": ("", "empty"),
    "one column": ("x\n1\n", "found 1 column"),
    "two columns of one name": ("x,x,label\n1,2,0\n", "a name of its own"),
    "binary junk": (b"\x89PNG\x00\x01", "not a CSV file: it holds binary data"),
    "bytes that are not UTF-8": (b"x,label\n\xff,0\n", "byte 9 is not UTF-8"),
    "a quote that never ends": ('x,label\n"1,0\n', "not a CSV file"),
    "a thousand with a comma": (
        'x,label\n"1,000",0\n',
        "column x, line 2 of points.csv: found '1,000', which is 1000 to some and 1.000 to others; write 1000 or 1.000",
    ),
    "a thousand with a comma and no quotes": (
        "x,y,label\n2,3,0\n1,000,0\n",
        "column y, line 3 of points.csv: found '000', which looks like the end of a number such as 1,000",
    ),
    "digits grouped in no way": ('x,label\n"12,34,567",0\n', "found '12,34,567'"),
    "a column without a name that does not count": (",x,label\n5,1,0\n5,2,1\n", "column 1 without a name, x, label"),
    "a column without a name in the middle": ("x,,label\n0,1,0\n", "x, column 2 without a name, label"),
    "a last column in which something stands": ("x,label,\n1,0,\n2,1,3\n", "x, label, column 3 without a name"),
    "one comma too many in one line": ("x,label\n1,0,\n2,1\n", "line 2 of points.csv: found 3 columns; needed 2"),
    "a cell that is too long": (
        f"x,label\n1,0\n{'1' * 200_000},1\n",
        "line 3 of points.csv: found a number of 200,000",
    ),
    "a cell that is too long, among quotes": (
        f'x,label\n"1",0\n{"1" * 200_000},1\n',
        "not a CSV file: line 3: field larger",
    ),
    "a cell that is too long, and a short row": (
        f"x,y,label\n1,2,0\n{'1' * 200_000},1\n",
        "not a CSV file: line 3: field larger",
    ),
    "half a character of UTF-16": (b"\xff\xfex\x00,", "begins as UTF-16 text, and byte"),
    "text among the inputs": ("x,kind,label\n1,a,0\n", "Without the column kind: name the inputs (--inputs"),
    "classes in the first column": (
        "kind,x\na,1\nb,0\n",
        "it is the last column, x; another one is named by --label kind",
    ),
    "numbers as labels in the first column": (
        "kind,x\n1,3\n0,2\n",
        "it is the last column, x; another one is named by --label",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_csv_file_is_refused_with_what_was_found(case, csv_file):
    text, message = REFUSED[case]
    with pytest.raises(ChainruleError) as caught:
        load_problem(csv_file(text))
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.array([[1.0, np.nan]]), "point 1: found nan"),
        (np.zeros((0, 3)), "empty"),
        (np.zeros(3), "shape \\(3,\\)"),
        (pd.DataFrame({"x": [1, None], "label": [0, 1]}), "x, point 2: found no value"),
        (pl.DataFrame({"x": [1, None], "label": [0, 1]}), "x, point 2: found no value"),
        ("x", "found a str; needed a NumPy array or a data frame"),
    ],
)
def test_a_bad_table_is_refused_with_what_was_found(table, message):
    with pytest.raises(ChainruleError, match=message):
        Problem.from_table(table)


def test_an_unknown_column_names_the_nearest():
    with pytest.raises(ChainruleError, match="did you mean label"):
        Problem.from_table(pd.DataFrame(ROWS), label="lable")


def test_the_quick_reader_gives_the_exact_numbers_and_the_tightest_bounds():
    source = random.Random(3)
    texts = [f" {source.uniform(-9, 9):.{source.randint(0, 25)}f}" for _ in range(2000)] + ["5e-3", "+7", "0", "-0.0"]
    column = Column.of(texts)
    assert list(column) == [Fraction(text.strip()) for text in texts]
    assert list(zip(column.lower, column.upper, strict=True)) == [float_bounds(Fraction(t.strip())) for t in texts]
    doubles = Column.of([str(k / 8) for k in range(2000)])
    assert isinstance(doubles.numbers, np.ndarray)
    assert number_text(doubles.numbers[3]) == "0.375"


@pytest.mark.parametrize("bad", ["nan", "1e400", "1e-150", "", "0x", "1" * 500, "1_0"])
def test_the_quick_reader_refuses_what_the_slow_one_refuses(bad):
    with pytest.raises(ChainruleError, match="point 1501"):
        Column.of(["1.5"] * 1500 + [bad])


def test_two_hundred_thousand_rows_are_read_within_seconds(csv_file):
    lines = [f"{k / 7:.15f},{k % 97 / 10},{k % 2}" for k in range(200_000)]
    path = csv_file("x,y,label\n" + "\n".join(lines) + "\n")
    start = time.process_time()
    assert len(load_problem(path).data) == 200_000
    assert time.process_time() - start < 10  # half a second here: guards against a return to a second for ten thousand
