"""``chainrule minimize --box … --all``: what a person sees, what a machine reads, and what is refused."""

import json
from pathlib import Path

import pytest

from chainrule.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
PETALS = str(EXAMPLES / "iris-petals.toml")


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        return main([str(argument) for argument in arguments]), *capsys.readouterr()

    return call


def test_all_stationary_points_are_shown_with_their_kind_and_trust(run):
    status, out, _ = run("minimize", PETALS, "--box", "-10,10", "--all")
    assert status == 0
    assert "Exactly 1 point of the box is stationary, 1 minimum" in " ".join(out.split())
    heading = next(line for line in out.splitlines() if "Stationary points in the box" in line)
    assert heading.endswith("proved · doubles")
    assert "minimum, loss = 0.033617909666" in out


def test_the_certificate_that_is_written_is_accepted_and_the_machine_form_lists_the_points(run, tmp_path):
    proof = tmp_path / "proof.json"
    status, out, _ = run(
        "minimize", EXAMPLES / "cross.toml", "--box", "-10,10", "--all", "--json", "--certificate", proof
    )
    assert status == 0
    assert [point["kind"] for point in json.loads(out)["stationary"]] == ["minimum"]
    status, out, _ = run("check", proof)
    assert status == 0
    assert "exactly 1 stationary point" in " ".join(out.split())


def test_without_a_box_the_command_says_what_to_add(run):
    status, out, err = run("minimize", PETALS, "--all")
    assert (status, out) == (2, "")
    assert "needed a box, such as --box -10,10" in err


def test_a_limit_lists_what_is_unknown_and_ends_with_status_3(run):
    status, out, _ = run("minimize", PETALS, "--box", "-10,10", "--all", "--boxes", "200", "--gap", "0.1")
    assert status == 3
    assert "not decided, loss from" in out
