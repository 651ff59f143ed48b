"""The formula exists once in Python and once in the page; cases made by Python hold the two together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.explorer import cases

FILE = Path(__file__).with_name("cases.json")
RUN = """async (cases) => {
  const [f, s, d] = await Promise.all(["formula", "state", "derived"].map((name) => import(`/static/${name}.js`)));
  return cases.map(({ points, case_weights: shares, weights, inputs, layers, loss: kind, penalty }) => {
    const state = s.makeState({ inputs, layers, loss: kind, penalty, weights, weighted: !!shares, points: points.map((p, i) => shares ? [...p, shares[i]] : p) });
    const { network, rows, loss, slopes, weights: w } = d.createDeriver()(state);
    return { names: network.names, outputs: rows.map((p) => [...f.outputs(network, w, p)]), loss, slopes: [...slopes],
             lossAlone: f.loss(network, w, rows) };
  });
}"""


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FILE.read_text())
    return found


def test_the_file_of_cases_is_what_the_formula_gives_today(expected: list[dict[str, Any]]) -> None:
    assert cases.make() == expected


def test_the_page_computes_outputs_loss_and_derivative_as_python_does(
    server: str, open_page: Callable[..., Page], expected: list[dict[str, Any]]
) -> None:
    found = open_page(server).evaluate(RUN, expected)
    for case, got in zip(expected, found, strict=True):
        assert got["names"] == list(case["weights"]), case["name"]
        # A double has 16 digits; sums of some dozen terms keep 13.
        for one, other in zip(got["outputs"], case["outputs"], strict=True):
            assert one == pytest.approx(other, rel=1e-13, abs=1e-300), case["name"]
        assert got["loss"] == pytest.approx(case["value"], rel=1e-13), case["name"]
        assert got["lossAlone"] == got["loss"]
        assert got["slopes"] == pytest.approx(case["slopes"], rel=1e-10, abs=1e-15), case["name"]


def test_reverse_mode_agrees_with_differences_for_every_activation_in_every_layer(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(server)
    worst = page.evaluate(
        """async () => {
        const f = await import("/static/formula.js"), worst = {};
        const kinds = Object.keys(f.ACTIVATIONS);
        for (const inner of kinds) for (const outer of kinds) {
          const network = f.build({ inputs: ["x", "y"], layers: [{ units: 3, activation: inner },
            { units: 2, activation: outer }, { units: 1, activation: inner }] });
          const w = network.names.map((_, i) => Math.sin(1 + i * 1.7) * 0.8);
          const points = [[0.5, -1.2, 1], [1.5, 0.3, 0], [-0.7, 2.1, 1]];
          const { slopes } = f.gradient(network, w, points), h = 1e-6;
          worst[`${inner} ${outer}`] = Math.max(...w.map((x, i) => {
            const at = (v) => f.loss(network, w.map((u, k) => (k === i ? v : u)), points);
            return Math.abs((at(x + h) - at(x - h)) / (2 * h) - slopes[i]);
          }));
        }
        return worst;
    }"""
    )
    assert len(worst) == 25
    # Central differences with h = 1e-6 err by about h² and by rounding / h, both near 1e-10 to 1e-9.
    assert max(worst.values()) < 1e-7, worst
