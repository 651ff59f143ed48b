"""Whatever a file holds, it is read or refused with a message: nothing else comes out."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainrule.errors import ChainruleError
from chainrule.problem import load_problem, problem_from_dict, problem_to_dict

CROSS = b"""
inputs = ["x", "y"]
[weights]
w_y = 1
bias = -1.5
[data]
points = [[-1, 1, 0], [1, -1, 0.5], [3, 1, 1]]
"""
TABLE = b"x,y,label\n1,2,0\n-3.5,1e2,1\n1,3,0.25\n"
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def damaged(draw, whole):
    """`whole` with a few pieces cut out, doubled or replaced."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 12))
        piece = st.sampled_from(
            [b"", b"nan", b"1e999", b'"', b"[", b"]", b",", b"\n", b"\r", b"\x00", b"\xff", b";", b"-"]
        )
        content[place : place + length] = draw(piece) * draw(st.integers(0, 3))
    return bytes(content)


def read_or_refuse(path, content):
    path.write_bytes(content)
    problem = None
    with contextlib.suppress(ChainruleError):
        problem = load_problem(path)
    if problem is not None:
        assert problem_from_dict(problem_to_dict(problem)) == problem


@FEW
@given(content=damaged(CROSS) | st.binary(max_size=60))
def test_any_toml_file_is_read_or_refused(tmp_path, content):
    read_or_refuse(tmp_path / "p.toml", content)


@FEW
@given(content=damaged(TABLE) | st.binary(max_size=60))
def test_any_csv_file_is_read_or_refused(tmp_path, content):
    read_or_refuse(tmp_path / "p.csv", content)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["x", "free", "1/0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["points", "file", "w_x"]), inner),
    max_leaves=12,
)


@FEW
@given(
    mapping=st.fixed_dictionaries(
        {},
        optional={
            "schema": VALUES,
            "title": VALUES,
            "inputs": st.just(["x"]) | VALUES,
            "weights": VALUES,
            "data": st.fixed_dictionaries({"points": VALUES}, optional={"label": VALUES, "classes": VALUES}) | VALUES,
        },
    )
)
def test_any_mapping_is_read_or_refused(tmp_path, mapping):
    read_or_refuse(tmp_path / "p.json", json.dumps(mapping).encode())
    with contextlib.suppress(ChainruleError):
        problem_from_dict(mapping, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"a" + b".a" * 200_000 + b" = 1",
        b"[a" + b".a" * 200_000 + b"]",
        b"x = " + b"{a=" * 5000 + b"1" + b"}" * 5000,
        b"x = [" + b"1," * 100_000 + b"]",
        b"x = 0x" + b"f" * 100_000,
        b"x = 1" + b"_1" * 100_000 + b".5",
        b"x = 1e-99999999999999999999",
    ],
    ids=["dotted key", "dotted table", "inline tables", "long list", "long hexadecimal", "underscores", "exponent"],
)
def test_a_file_made_to_exhaust_the_reader_is_refused(tmp_path, content):
    (tmp_path / "p.toml").write_bytes(content)
    with pytest.raises(ChainruleError):
        load_problem(tmp_path / "p.toml")
