"""Names out of a certificate are printed so that they pass for nothing but names: no line break, escape code, turned direction or half surrogate gets through."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.check.space_maker import escape, four, in_a_box, reduced

from chainrule.cli import main
from chainrule.cli.terminal import Sheet
from chainrule.problem import Problem
from chainrule_fast import Refused, check
from chainrule_fast.report import LONGEST, named

HOSTILE = {
    "a line": "x\nAccepted. The loss has a global minimum",
    "a carriage return": "x\rAccepted.",
    "an escape code": "x\x1b[2K\x1b[1G",
    "a mark that turns writing": "x\u202egnorw",
    "half a surrogate pair": "\ud800",
    "a separator of lines": "x\u2028Accepted.",
    "no width": "x\u200b",
    "a sentence": "x lies in [0, 0], and the value in [0, 0]. w_x",
}


def renamed(certificate, name):
    text = json.dumps(certificate).replace('"x"', json.dumps(name)).replace('"w_x"', json.dumps(f"w_{name}"))
    return json.loads(text)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("make", [four, escape, reduced, lambda: in_a_box(["0", "1"])])
def test_a_report_is_one_line_and_a_name_in_it_is_quoted(make, name):
    said = str(check(renamed(make(), name)))
    assert said.isprintable()
    assert repr(f"w_{name}") in said


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("make", [four, escape, reduced, lambda: in_a_box(["0", "1"])])
def test_a_refusal_is_one_line_wherever_it_is(make, name):
    certificate, said = renamed(make(), name), []
    for part in ("claim", "proof"):
        for key in certificate[part]:
            for other in (None, 7, [], {}, "0", [name], {name: name}, ["1", "0"], {f"w_{name}": ["1", "0"]}):
                try:
                    check({**certificate, part: {**certificate[part], key: other}})
                except Refused as refusal:
                    said.append(str(refusal))
    assert len(said) > 50
    assert all(line.isprintable() for line in said)


def test_plain_names_stand_as_they_are():
    for name in ("w_x", "w1[0,x]", "bias", "w_länge", "b2[1]"):
        assert named(name) == name
    assert named("sepal length") == "'sepal length'"


def test_a_refusal_is_not_too_long_to_be_read():
    certificate = in_a_box(["0", "1"])
    certificate["problem"]["inputs"] = [f"{i}" * 50 for i in range(1000, 3000)]
    with pytest.raises(Refused) as refusal:
        check(certificate)
    assert len(str(refusal.value)) <= 2 * LONGEST + 2


@pytest.mark.parametrize("command", ["chainrule_fast", "chainrule"])
def test_both_programs_print_a_hostile_name_in_a_terminal_of_ascii_letters(command, tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(renamed(in_a_box(["0", "1"]), "\ud800\x1b[1A\nAccepted")))
    arguments = [sys.executable, "-m", command, *(["check"] if command == "chainrule" else []), str(path)]
    done = subprocess.run(arguments, capture_output=True, env={"PYTHONIOENCODING": "ascii"}, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout
    assert sum(line.startswith(b"Accepted") for line in done.stdout.splitlines()) == 1
    assert rb"\ud800\x1b[1A\nAccepted" in b" ".join(done.stdout.split()).replace(b"\n", b"")


def test_a_sheet_writes_out_what_does_not_print():
    sheet = Sheet(80, color=False)
    for name in HOSTILE.values():
        sheet.heading(name, name)
        sheet.paragraph(name)
        sheet.title(name)
        sheet.equation(name, note=name)
        sheet.table([name], [[name]])
    assert all(line.isprintable() for line in sheet.lines)


def test_an_error_of_the_product_is_one_line(capsys, tmp_path):
    table = tmp_path / "data.csv"
    table.write_text("a\x1b[2Kb,c\u202ed\n1,2\n", encoding="utf-8")
    assert main(["minimize", str(table), "--label", "label"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said[:-1].isprintable()


def test_a_title_and_the_names_of_classes_cannot_restyle_the_page(capsys, tmp_path):
    path = tmp_path / "problem.json"
    data = {"points": [["0", "no\x1b[8m"], ["1", "yes"], ["2", "no\x1b[8m"]], "classes": ["no\x1b[8m", "yes"]}
    path.write_text(json.dumps({"schema": 1, "title": "a\x1b[31m\nb", "inputs": ["x"], "data": data}))
    assert main(["explain", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert r"a\x1b[31m b" in said
    assert r"no\x1b[8m" in said
    page = tmp_path / "page.html"
    assert main(["explain", str(path), "--page", str(page)]) == 0
    assert "\x1b" not in page.read_text(encoding="utf-8")
    assert "\x1b" not in str(Problem.state(["x"], [[0, 1]], title="\x1b[31m"))
