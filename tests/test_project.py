"""What a public project promises about itself: its files agree with one another, and the repository's review passes."""

import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import chainrule


def read(repository, name):
    return (repository / name).read_text(encoding="utf-8")


def targets(repository):
    return set(re.findall(r"^(\w+):", read(repository, "Makefile"), re.MULTILINE))


def test_the_scientific_python_review_passes_but_for_exceptions_with_reasons(repository):
    done = subprocess.run(
        [sys.executable, "-m", "repo_review", "--format", "json", str(repository)],
        capture_output=True,
        text=True,
        check=False,
    )
    checks = json.loads(done.stdout)["checks"]
    assert len(checks) > 30
    assert [name for name, check in checks.items() if check["result"] is False] == []
    exceptions = tomllib.loads(read(repository, "pyproject.toml"))["tool"]["repo-review"]["ignore"]
    assert all(len(reason) > 10 for reason in exceptions.values())


def test_the_citation_names_this_version(repository):
    citation = yaml.safe_load(read(repository, "CITATION.cff"))
    assert citation["version"] == chainrule.__version__
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


def test_the_changelog_begins_with_this_version(repository):
    assert re.findall(r"^## (\S+)", read(repository, "CHANGELOG.md"), re.MULTILINE)[0] == chainrule.__version__


@pytest.mark.parametrize("name", ["ci.yml", "release.yml"])
def test_a_workflow_runs_targets_that_make_has(repository, name):
    jobs = yaml.safe_load(read(repository, f".github/workflows/{name}"))["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert runs
    for run in runs:
        if found := re.search(r"make PYTHON=python (\w+)", run):
            assert found[1] in targets(repository)
        else:
            assert run == "PYTHON=python .ci/run"


def test_a_commit_is_checked_with_what_make_lint_runs(repository):
    hooks = yaml.safe_load(read(repository, ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    for hook in hooks:
        program = " ".join(hook["entry"].split()[:2]).removeprefix(".venv/bin/").removesuffix(" --force-exclude")
        assert f"$(BIN)/{program}" in read(repository, "Makefile")


@pytest.mark.parametrize("name", ["false_proof", "wrong_sentence", "slow_problem"])
def test_an_issue_form_asks_for_what_is_needed(repository, name):
    form = yaml.safe_load(read(repository, f".github/ISSUE_TEMPLATE/{name}.yml"))
    asked = [field for field in form["body"] if field["type"] != "markdown"]
    assert {"name", "description", "title", "body"} <= set(form)
    assert all(field["validations"]["required"] and field["attributes"]["label"] for field in asked)


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "ARCHITECTURE.md"]
)
def test_every_link_to_a_file_of_the_repository_leads_somewhere(repository, name):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(repository, name))
    assert [link for link in links if not (repository / link).exists()] == []


def test_contributing_names_files_and_targets_that_exist(repository):
    text = read(repository, "CONTRIBUTING.md")
    assert set(re.findall(r"make (\w+)`", text)) <= targets(repository)
    for file in re.findall(r"`((?:prove|formula|algebra|src|tests)/[\w/.]+)`", text):
        assert any((repository / root / file).exists() for root in ("", "src/chainrule")), file
