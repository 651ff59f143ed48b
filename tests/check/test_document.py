"""docs/certificate.md keeps its word: its examples are accepted, a number changed in them is refused, and its links lead somewhere."""

import json
import re
from pathlib import Path

import pytest

from chainrule_fast import Refused, check

TEXT = (Path(__file__).parents[2] / "docs" / "certificate.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(\{\n.*?)```", TEXT, re.DOTALL)]
WHOLE = [block for block in BLOCKS if "format" in block]
FOUR_ROWS = {  # what the example of boxes says of its rows: (1 | 0), (−1 | 0), (1 | 1), (−1 | 1)
    "format": "chainrule certificate",
    "version": 1,
    "problem": {
        "schema": 1,
        "inputs": ["x"],
        "weights": {"w_x": "free", "bias": "free"},
        "data": {"points": [["1", "0"], ["-1", "0"], ["1", "1"], ["-1", "1"]]},
    },
}
EXAMPLES = [*WHOLE, *({**FOUR_ROWS, **block} for block in BLOCKS if "format" not in block)]
NAMES = ["line", "expression", "boxes"]


def test_the_document_has_an_example_of_each_of_these_methods():
    assert [example["proof"]["method"] for example in EXAMPLES] == NAMES


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_an_example_of_the_document_is_accepted(example):
    assert check(json.dumps(example)).kind == "attained"


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
@pytest.mark.parametrize("value", [["0.26", "0.27"], ["-1", "-0.5"]])
def test_an_example_with_another_value_is_refused(example, value):
    forged = {**example, "claim": {**example["claim"], "value": value}}
    with pytest.raises(Refused):
        check(json.dumps(forged))


def test_every_link_leads_to_a_heading_and_every_heading_is_numbered_in_order():
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", TEXT)
    assert len(links) > 15
    assert set(links) <= anchors
    assert [int(h.split(".")[0]) for h in headings if h[0].isdigit()] == list(range(1, 10))
    assert not re.search(r"\]\((?!#)", TEXT)
