"""Text set for a terminal, and the curve drawn in it."""

import numpy as np
import pytest

from chainrule.cli import main
from chainrule.cli.curve import Mark, draw_curve
from chainrule.cli.terminal import Sheet, break_equation


def test_an_equation_breaks_before_signs_outside_the_brackets():
    text = "L = 1/2·((a + b)² + (c − d)² + (e + f)²)"
    assert break_equation(text, 22, "", "  ") == ["L = 1/2·((a + b)²", "  + (c − d)²", "  + (e + f)²)"]


@pytest.mark.parametrize("width", range(12, 60, 7))
def test_breaking_an_equation_loses_nothing(width):
    text = "L = 1/4·((1/(1 + e^w_x))² + (1/(1 + e^−(w_x − 2)))² + (1/(1 + e^(−3w_x)) − 1)²)"
    lines = break_equation(text, width, "  ", "    ")
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(len, lines)) <= width


def test_columns_of_a_table_end_at_the_same_place():
    sheet = Sheet(width=40, color=False)
    sheet.table(["x", "label"], [["−10", "0"], ["3", "1"]], indent=0)
    assert sheet.lines == ["  x  label", "−10      0", "  3      1"]


def test_a_heading_sets_its_note_at_the_right_edge():
    sheet = Sheet(width=20, color=False)
    sheet.heading("Curve", "computed")
    assert sheet.lines == ["", "Curve       computed"]


XS = np.linspace(-3, 3, 200)


def test_a_mark_stands_on_the_curve_where_it_is_lowest():
    lines = draw_curve(XS, XS**2, columns=40, rows=10, marks=[Mark(0, 0, "●")])
    assert "●" in lines[9]
    middle = (lines[9].index("●") - 3 + 0.5) / 37  # the axis takes three columns
    assert middle == pytest.approx(0.5, abs=0.05)


def test_a_rising_curve_goes_from_the_lower_left_to_the_upper_right():
    lines = draw_curve(XS, XS, columns=40, rows=10)
    assert lines[9].rstrip().endswith("⠁") or len(lines[9].rstrip()) < 12
    assert len(lines[0].rstrip()) >= 38


def test_a_steep_curve_has_no_holes():
    lines = draw_curve(XS, np.where(XS > 0, 1.0, 0.0), columns=40, rows=10)
    assert all(any(0x2800 < ord(character) <= 0x28FF for character in line) for line in lines[:10])


def test_limits_are_drawn_each_on_its_side():
    lines = draw_curve(XS, np.zeros(200), columns=43, rows=10, limits=(1.0, -1.0))
    assert len(lines[0].rstrip()) < 22
    assert lines[9].lstrip("│┤−1 ")[0] != " "
    assert len(lines[9].rstrip()) == 43


def test_a_flat_curve_is_drawn():
    assert len(draw_curve(XS, np.full(200, 0.25), columns=40, rows=5, limits=(0.25, 0.25))) == 7


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100])
def test_a_note_at_the_right_never_breaks_a_definition_in_two(width):
    definitions = [f"a_{k} = σ({'x' * k} − w_x + {k})" for k in range(1, 9)]
    sheet = Sheet(width=width, color=False)
    sheet.equation("dL/dw_x = 1/4·(…)", note="with " + "; ".join(definitions))
    printed = str(sheet).splitlines()
    for definition in definitions:
        assert any(definition in line for line in printed)


def test_a_product_is_broken_between_its_factors_rather_than_inside_one():
    text = "dL = 2(a − label)·a(1 − a)·w(1 − u²)·x"
    lines = break_equation(text, 30, "", "    ")
    assert lines == ["dL = 2(a − label)·a(1 − a)", "    ·w(1 − u²)·x"]


def test_a_curve_that_leaves_the_picture_is_not_flat_at_its_edge(capsys):
    assert main(["plot", r"\frac{1}{2} x^4 - x^2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    top = lines[next(k for k, line in enumerate(lines) if line.startswith("Curve")) + 1]
    assert 2 <= sum("⠀" < c <= "⣿" for c in top) <= 4  # two steep ends, no level line
