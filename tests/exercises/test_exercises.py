"""Exercises: one seed, one sheet; solutions that hold by a computation of their own; answers marked as a tutor would."""

import csv
import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from chainrule import load_problem
from chainrule.calculus import Steps
from chainrule.cli import main
from chainrule.errors import ChainruleError, ExpressionError, ProblemError
from chainrule.exercises import TOPICS, exercises, render_sheet
from chainrule.exercises.exercise import Choice, coefficients
from chainrule.exercises.make import verified
from chainrule.exercises.sheet import sheet_blocks
from chainrule.expression import parse
from chainrule.page.blocks import Derivation, Prose
from tests.page.test_markdown_and_latex import _compiled

EXAMPLES = Path(__file__).parents[2] / "examples"
CROSS = str(EXAMPLES / "cross.toml")
SEEDS = range(6)


@pytest.fixture(scope="module")
def sheets():
    return {seed: exercises(count=15, seed=seed) for seed in SEEDS}


def words(exercise):
    return " ".join(block.text for block in exercise.text if isinstance(block, Prose)).replace("−", "-")


def stated(exercise):
    """The weights and the points that a reader finds in the text."""
    text = words(exercise)
    weights = {
        name: int(value) for name, value in re.findall(r"(w_x|w_y|bias|w[12]\[\w,\w\]|b[12]\[\d\]) = (-?\d+)", text)
    }
    points = [tuple(map(int, found)) for found in re.findall(r"\((-?\d+), (-?\d+)\) with label (\d)", text)]
    return weights, points


def sigma(z):
    return 1 / (1 + math.exp(-z))


def test_the_same_seed_makes_the_same_sheet_and_another_one_another(sheets):
    def written(made):
        return render_sheet(made, "md", "x")

    assert written(exercises(count=15, seed=3)) == written(sheets[3])
    assert len({written(made) for made in sheets.values()}) == len(SEEDS)
    texts = [words(exercise) for exercise in sheets[0]]
    assert len(set(texts)) == len(texts), "no exercise stands there twice"


def test_exercises_grow_harder_and_every_topic_is_met(sheets):
    for made in sheets.values():
        levels = [exercise.level for exercise in made]
        assert levels == sorted(levels)
        assert set(levels) == {1, 2, 3}
        assert {exercise.topic for exercise in made} == set(TOPICS)


def test_numbers_are_whole_and_small(sheets):
    for made in sheets.values():
        for exercise in made:
            numbers = re.findall(r"-?\d+(?:[./]\d+)?", re.sub(r"\w+\[[^]]*\]", "", words(exercise)))
            assert all(re.fullmatch(r"-?\d+", number) and abs(int(number)) <= 20 for number in numbers), words(exercise)


def test_a_solution_is_marked_as_right_and_a_changed_one_is_not(sheets):
    for made in sheets.values():
        for exercise in made:
            assert exercise.mark(exercise.right).accepted
            if re.fullmatch(r"-?[\d.]+(e-\d+)?", exercise.right):
                assert not exercise.mark(repr(float(exercise.right) * 1.05 + 0.01)).accepted


def test_values_are_those_of_a_computation_of_its_own(sheets):
    checked = 0
    for exercise in (exercise for made in sheets.values() for exercise in made):
        weights, points = stated(exercise)
        if exercise.topic not in ("forward", "derivative", "step") or "w1[0,x]" in weights:
            continue
        if exercise.topic == "derivative" and exercise.level > 1:
            continue
        outputs = [sigma(weights["w_x"] * x + weights["w_y"] * y + weights["bias"]) for x, y, _ in points]
        slope = sum(2 * (a - t) * a * (1 - a) * x for a, (x, _, t) in zip(outputs, points, strict=True)) / len(points)
        if exercise.topic == "derivative":
            expected = slope
        elif exercise.topic == "step":
            expected = weights["w_x"] - int(re.search(r"rate (\d)", words(exercise))[1]) * slope
        elif exercise.level == 1:
            expected = outputs[0]
        else:
            expected = sum((a - t) ** 2 for a, (_, _, t) in zip(outputs, points, strict=True)) / len(points)
        assert float(exercise.right) == pytest.approx(expected, rel=6e-4)
        checked += 1
    assert checked >= 30


def test_whether_there_is_a_minimum_is_what_a_dense_look_says(sheets):
    seen = set()
    for exercise in (exercise for made in sheets.values() for exercise in made if exercise.topic == "minimum"):
        weights, points = stated(exercise)

        def loss(w, weights=weights, points=points):
            zs = [(w * x + weights["w_y"] * y + weights["bias"], t) for x, y, t in points]
            return sum((sigma(max(min(z, 700), -700)) - t) ** 2 for z, t in zs) / len(points)

        values = [loss(k / 50) for k in range(-5000, 5001)]
        inside = min(values) < min(values[0], values[-1]) * (1 - 1e-9)
        assert exercise.right == ("yes" if inside else "no")
        seen.add(exercise.right)
    assert seen == {"yes", "no"}


def test_a_line_is_marked_in_any_of_its_forms(sheets):
    line = next(e for made in sheets.values() for e in made if e.topic == "line" and e.level == 1)
    weights, _ = stated(line)
    a, b, c = weights["w_x"], weights["w_y"], weights["bias"]
    assert line.mark(f"{a}x + {b}y + {c} = 0").accepted
    assert line.mark(f"y = {-a}/{b}*x + {-c}/{b}").accepted
    assert line.mark(f"{-3 * a}x = {3 * b}y + {3 * c}").accepted
    assert not line.mark(f"{a}x + {b}y + {c + 1} = 0").accepted


@pytest.mark.parametrize("text", ["y", "y = x^2", "y = q", "1 = 2", "x = y = 1", "y = x*y"])
def test_what_is_no_line_is_refused(text):
    with pytest.raises(ExpressionError, match="needed"):
        coefficients(text, ("x", "y"))


def test_a_choice_takes_its_words_only():
    assert Choice("no", ("yes",)).mark(" No. ").accepted
    assert not Choice("no", ("yes",)).mark("yes").accepted
    with pytest.raises(ExpressionError, match="found 'maybe'; needed no or yes"):
        Choice("no", ("yes",)).mark("maybe")


def test_a_planted_error_in_a_solution_is_found():
    good = exercises(topics=["derivative"], count=1)[0]
    derivation = next(block for block in good.way if isinstance(block, Derivation))
    steps = [*derivation.steps[:-1], replace(derivation.steps[-1], after=parse("3a_1"))]
    with pytest.raises(ChainruleError, match="does not hold"):
        verified(replace(good, way=(Derivation(Steps(steps)),)))
    with pytest.raises(ChainruleError, match="does not hold"):
        verified(replace(good, asked=replace(good.asked, shown="17")))


def test_a_sheet_about_a_problem_takes_its_points_and_network():
    cross = load_problem(CROSS)
    made = exercises(cross, count=9, seed=1)
    points = {(-1, 1, 0), (1, -1, 0), (3, 1, 1), (1, 3, 1)}
    assert all(set(stated(exercise)[1]) <= points for exercise in made)
    hidden = exercises(load_problem(EXAMPLES / "xor.toml"), count=6, seed=1)
    assert all("layers of 2 tanh; then 1 sigmoid" in words(exercise) for exercise in hidden)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"topics": ["integrals"]}, "topic 'integrals' is not one of forward, line"),
        ({"count": 0}, "found 0 exercises; needed 1 to 60"),
        ({"count": 61}, "needed 1 to 60"),
    ],
)
def test_what_cannot_be_made_is_said(options, said):
    with pytest.raises(ProblemError, match=said):
        exercises(**options)


def test_the_sheet_holds_no_solution(sheets):
    made = sheets[0]
    assert not [
        block for block in sheet_blocks(made, "x", False) if isinstance(block, Prose) and "Answer" in block.text[:7]
    ]
    solved = [
        block for block in sheet_blocks(made, "x", True) if isinstance(block, Prose) and block.text.startswith("Answer")
    ]
    assert len(solved) == len(made)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here (Debian's texlive-latex-base)")
@pytest.mark.parametrize("solved", [False, True])
def test_the_sheet_compiles(solved, sheets, tmp_path):
    assert _compiled(render_sheet(sheets[1], "tex", "x", solved), tmp_path) == ""


# The command --------------------------------------------------------------------------------------------


def filled(path, answers):
    """The form with these answers in it."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row["student"], row["answer"] = "Ada", answers[int(row["exercise"]) - 1]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("ending", ["html", "md", "tex"])
def test_the_command_writes_sheet_solutions_and_form_and_marks_the_form(ending, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["exercises", "--count", "5", "--seed", "7", "--to", f"sheet.{ending}"]) == 0
    printed = capsys.readouterr().out
    assert f"wrote sheet-solutions.{ending}" in printed
    assert "chainrule check-work --batch sheet-answers.csv" in printed
    made = exercises(count=5, seed=7)
    filled(tmp_path / "sheet-answers.csv", [exercise.right for exercise in made])
    assert main(["check-work", "--batch", "sheet-answers.csv"]) == 0
    assert "Ada" in capsys.readouterr().out


def test_a_batch_tells_what_is_wrong_and_what_could_not_be_read(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (
        main(["exercises", CROSS, "--topic", "derivative,minimum", "--count", "4", "--seed", "2", "--to", "s.md"]) == 0
    )
    made = exercises(load_problem(CROSS), ["derivative", "minimum"], 4, 2)
    answers = [exercise.right for exercise in made]
    answers[0], answers[1], answers[2] = "17", "perhaps", ""
    filled(tmp_path / "s-answers.csv", answers)
    capsys.readouterr()
    assert main(["check-work", CROSS, "--batch", "s-answers.csv", "--json"]) == 1
    verdicts = [row["verdict"] for row in json.loads(capsys.readouterr().out)]
    assert verdicts == ["wrong", "not read", "no answer", "right"]
    assert main(["check-work", CROSS, "--batch", "s-answers.csv"]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert "1 of 4 right" in printed
    assert "2 not read: found 'perhaps'; needed no or yes" in printed


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("exercise\n1\n", [], "has no column 'answer'"),
        ("sheet,exercise,answer\nall-5-7,x,1\n", [], "line 2: found exercise 'x'"),
        ("exercise,answer\n1,1\n", [], "names no sheet"),
        ("sheet,exercise,answer\nhello,1,1\n", [], "needed the code that stands on it"),
        ("sheet,exercise,answer\nall-5-7-abcdef,1,1\n", [], "is about another problem; name the file"),
        ("sheet,exercise,answer\nall-5-7,1,1\n", [CROSS], "is about another problem; this file makes all-5-7-"),
        ("sheet,exercise,answer\nall-5-7,1,1\n", ["--answer", "1"], "leave out answer"),
    ],
)
def test_a_batch_that_cannot_be_marked_is_refused(text, options, said, tmp_path, capsys):
    (tmp_path / "a.csv").write_text(text)
    assert main(["check-work", *options, "--batch", str(tmp_path / "a.csv")]) == 2
    assert said in capsys.readouterr().err


def test_a_sheet_of_another_form_is_refused(tmp_path, capsys):
    assert main(["exercises", "--to", str(tmp_path / "sheet.docx")]) == 2
    assert "needed one of .html, .md, .tex" in capsys.readouterr().err
    assert main(["exercises", "--topic", "line", "--count", "2"]) == 0
    assert capsys.readouterr().out.startswith("# Exercises")
