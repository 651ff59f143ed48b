"""How quick the explorer is, measured in Chromium: frames while a point is dragged, proofs after a change, a long soak.

Run from the repository's root: ``python -m benchmarks.explorer [--edits 10000]``. Figures are in explorer.md.
A frame is timed as the work that one state change costs (`page.flush()`: reduce, derive, draw, and the layout that
the next frame would do), because a headless browser without a GPU has no display to be in step with.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from subprocess import Popen, run
from typing import Any

from playwright.sync_api import Page, sync_playwright
from tests.conftest import CHROMIUM, FLAGS
from tests.explorer.conftest import start_server, stop_server

FRAMES = """async ({ count, state, frames }) => {
  const p = chainrulePage, random = (i, k) => ((Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1 + 1) % 1;
  const points = Array.from({ length: count }, (_, i) => [Math.round((random(i, 1) * 8 - 4) * 100) / 100, Math.round((random(i, 2) * 8 - 4) * 100) / 100, i % 2]);
  p.act({ type: "load", state: { ...state, points } });
  await new Promise((r) => setTimeout(r, 300));
  const work = [], gaps = [];
  let last = 0;
  for (let f = 0; f < frames; f++) {
    await new Promise((go) => requestAnimationFrame((now) => { if (last) gaps.push(now - last); last = now; go(); }));
    const began = performance.now();
    p.act({ type: "point", index: 0, point: [Math.round(400 * Math.sin(f / 20)) / 100, Math.round(400 * Math.cos(f / 20)) / 100, 0] }, "bench");
    p.flush();
    document.body.getBoundingClientRect(); // the layout that the frame would do
    work.push(performance.now() - began);
  }
  const at = (list, q) => list.sort((a, b) => a - b)[Math.floor(q * (list.length - 1))];
  return { work: [at(work, 0.5), at(work, 0.95)], gaps: [at(gaps, 0.5), at(gaps, 0.95)] };
}"""

LATENCY = """async ({ count, free, changes }) => {
  const p = chainrulePage, random = (i, k) => ((Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1 + 1) % 1;
  // Two noisy classes on either side of x + y = 1: what a person would draw.
  const points = Array.from({ length: count }, (_, i) => { const x = Math.round((random(i, 1) * 8 - 4) * 100) / 100, y = Math.round((random(i, 2) * 8 - 4) * 100) / 100;
    return [x, y, (x + y - 1 > 0) !== (random(i, 3) < 0.15) ? 1 : 0]; });
  p.act({ type: "load", state: { inputs: ["x", "y"], weights: { w_x: 0.5, w_y: 1, bias: -1 }, free, points } });
  const times = [], kinds = {};
  for (let f = 0; f < changes; f++) {
    const began = performance.now();
    p.act({ type: "point", index: 0, point: [Math.round(300 * Math.sin(f / 3)) / 100, 1 + f / 100, 0] }, "bench");
    p.flush();
    while (p.proof.status.kind === "proving" && performance.now() - began < 25000) await new Promise((r) => setTimeout(r, 1));
    times.push(performance.now() - began);
    const said = p.proof.answer?.minimum.trust ?? p.proof.status.kind;
    kinds[said] = (kinds[said] ?? 0) + 1;
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)], p95: times[Math.floor(0.95 * (times.length - 1))], kinds };
}"""

SOAK = """async ({ edits, from }) => {
  const NETWORKS = [[{ units: 1, activation: "sigmoid" }], [{ units: 2, activation: "tanh" }, { units: 1, activation: "sigmoid" }],
    [{ units: 3, activation: "relu", bias: false }, { units: 1, activation: "sigmoid" }], [{ units: 2, activation: "softplus" }, { units: 2, activation: "softmax" }]];
  const p = chainrulePage, random = (i, k) => ((Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1 + 1) % 1;
  const two = (x) => Math.round(x * 100) / 100;
  for (let n = from; n < from + edits; n++) {
    const { state } = p.store, count = state.points.length, index = Math.floor(random(n, 1) * count);
    const names = Object.keys(state.weights), name = names[Math.floor(random(n, 2) * names.length)];
    const spot = [two(random(n, 3) * 8 - 4), two(random(n, 4) * 8 - 4)];
    const kind = Math.floor(random(n, 5) * 16);
    if (kind < 2 && count < 60) p.act({ type: "add", point: [...spot, n % 2, ...(state.weighted ? [1 + (n % 3)] : [])] });
    else if (kind < 3 && count > 4) p.act({ type: "delete", index });
    else if (kind < 6 && count) p.act({ type: "point", index, point: [...spot, ...state.points[index].slice(2)] }, `g${n >> 3}`);
    else if (kind < 7 && count) p.act({ type: "flip", index });
    else if (kind < 9) p.act({ type: "weight", name, value: two(random(n, 6) * 6 - 3) });
    else if (kind < 10) p.act({ type: "free", name, on: state.free.length < 2 && !state.free.includes(name) });
    else if (kind < 11) n % 3 ? p.store.undo() : p.store.redo();
    else if (kind < 12) p.act({ type: "layers", layers: NETWORKS[n % 4] });
    else if (kind < 13) p.act({ type: "loss", loss: ["mse", "mae", "cross-entropy"][n % 3], penalty: n % 2 ? 0.01 : 0 });
    else if (kind < 14) p.act({ type: "weighted", on: n % 2 === 0 });
    else if (kind < 15) p.act({ type: "choose", index });
    else document.querySelector(".race button:nth-child(2)").click(); // a step of descent
    if (n % 10 === 0) { p.flush(); await new Promise((r) => setTimeout(r)); }
  }
  return document.querySelector(".toast").textContent;
}"""


def heap(page: Page) -> tuple[float, int]:
    """Megabytes of JavaScript and the number of DOM nodes, after collecting what is not used."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return metrics["JSHeapUsedSize"] / 2**20, int(metrics["Nodes"])


def resident(process: Popen[str]) -> float:
    """Megabytes of the server and the processes it has begun."""
    listed = run(
        ["ps", "-o", "rss=", "--pid", str(process.pid), "--ppid", str(process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return sum(map(int, listed.stdout.split())) / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--soak", action="store_true", help="the soak alone")
    parser.add_argument("--output", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    figures: dict[str, Any] = {"frames": {}, "latency": {}, "soak": []}
    process, address = start_server()
    neuron = {"inputs": ["x", "y"], "weights": {"w_x": 0.5, "w_y": 1, "bias": -1}}
    try:
        with sync_playwright() as playwright:
            page = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS).new_page()
            page.goto(address)
            page.wait_for_selector(".chip.proved")
            for free in [] if options.soak else [["w_x"], ["w_x", "w_y"], ["w_x", "w_y", "bias"]]:
                found = page.evaluate(FRAMES, {"count": 100, "state": {**neuron, "free": free}, "frames": 240})
                figures["frames"][f"100 points, {len(free)} free"] = found
                print("frames", len(free), found, flush=True)
            for count in () if options.soak else (4, 20, 50):
                for free in (["w_x"], ["w_x", "w_y"], ["w_x", "w_y", "bias"]):
                    found = page.evaluate(LATENCY, {"count": count, "free": free, "changes": 30})
                    figures["latency"][f"{count} points, {len(free)} free"] = found
                    print("latency", count, len(free), found, flush=True)
            part = max(options.edits // 5, 1)
            for n in range(5):
                toast = page.evaluate(SOAK, {"edits": part, "from": n * part})
                page.wait_for_timeout(300)
                figures["soak"].append([(n + 1) * part, *heap(page), resident(process)])
                print("soak", figures["soak"][-1], toast, flush=True)
    finally:
        stop_server(process)
    if options.output:
        options.output.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
