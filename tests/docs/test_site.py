"""The documentation: whole, built without a warning and without a network, and every link in it leads somewhere."""

import json
import re
import subprocess
import sys

import pytest
from docs.links import broken
from docs.picture import pictures

import chainrule


def read(repository, name):
    return (repository / "docs" / name).read_text(encoding="utf-8")


def test_the_reference_has_every_key_of_an_answer(repository):
    pair, separable = (chainrule.load_problem(repository / "examples" / f"{name}.toml") for name in ("pair", "mirror"))
    answers = [chainrule.minimize(problem).to_json() for problem in (pair, separable)]
    keys = {key for answer in answers for key in (*answer, *(f"minimum.{key}" for key in answer["minimum"]))} - {
        "minimum"
    }
    table = " ".join(
        line.split("|")[1] for line in read(repository, "reference/answers.md").splitlines() if line.startswith("| `")
    )
    assert set(re.findall(r"`([\w.]+)`", table)) == keys


def test_a_link_that_leads_nowhere_and_a_script_from_elsewhere_are_found(tmp_path):
    (tmp_path / "other.html").write_text('<h1 id="there">Other</h1>', encoding="utf-8")
    (tmp_path / "page.html").write_text(
        '<a href="other.html#there">a</a><a href="other.html#gone">b</a><a href="gone.html">c</a>'
        '<a href="https://chainrule.example">d</a><script src="https://chainrule.example/x.js"></script>',
        encoding="utf-8",
    )
    assert [re.search(r"leads|fetches", sentence)[0] for sentence in broken(tmp_path)] == ["leads", "leads", "fetches"]


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_can_be_searched(repository, tmp_path):
    command = ["-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-d", tmp_path / "trees"]
    done = subprocess.run(
        [sys.executable, *command, repository / "docs", tmp_path / "site"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    # The primer's page is made by a command of its own.
    assert {sentence for sentence in broken(tmp_path / "site") if "primer.html" not in sentence} == set()
    index = (tmp_path / "site" / "searchindex.js").read_text(encoding="utf-8")
    for name in chainrule.PUBLIC:
        assert f'id="chainrule.{"errors." * (name == "ChainruleError")}{name}"' in (
            tmp_path / "site/reference/api.html"
        ).read_text("utf-8")
    for name in ("explain", "minimize", "check-work", "explore", "example"):
        assert f'id="{name}"' in (tmp_path / "site/reference/commands.html").read_text("utf-8")
    words = json.loads(index[index.index("{") : index.rindex("}") + 1])
    terms = set(words["terms"]) | set(words["titleterms"])
    assert {"penalti", "penalty"} & terms  # which of the two depends on the stemmer's version
    assert {"certif", "dataset"} <= terms
    assert any(title.lower() == "your own table" for title in words["titles"])


def test_the_readme_opens_with_the_picture_that_its_command_makes(repository):
    opening = (repository / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    for kind, made in pictures().items():
        assert f"docs/_static/cross-{kind}.svg" in opening
        stored = read(repository, f"_static/cross-{kind}.svg")
        # What is written in it; how Matplotlib rounds a curve's places differs from version to version.
        said = [re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL) for svg in (stored, made.decode("utf-8"))]
        assert said[0] == said[1]
        assert any("1.053199989" in text for text in said[0])
