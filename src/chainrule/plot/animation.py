"""Paths that move: one HTML file with a slider, or a GIF. Neither needs a network or a program beside Matplotlib.

The picture behind is `plot_descent`'s without its paths; the places are put over it in pixels, so that what moves is
exactly where Matplotlib would draw it.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from chainrule.descent import Path
from chainrule.plot.descent import COLORS, DescentArtists, plot_descent
from chainrule.prove.result import Answer
from chainrule.shown import plain

FRAMES = 60
_DPI = 110


def animation_html(paths: Sequence[Path], answer: Answer | None = None) -> str:
    """A self-contained page: the surface, a slider over the steps, the numbers of the step, and how each path ended.

    Without scripts the whole paths are shown.
    """
    drawn = plot_descent(paths, answer)
    pixels, size = _pixels(drawn, paths)
    for line in drawn.paths:
        line.set_visible(False)
    picture = base64.b64encode(_png(drawn)).decode("ascii")
    steps = max(len(path.steps) for path in paths) - 1
    title = escape(plain(paths[0].problem.title) or "The way down")
    lines = "".join(
        f'<polyline id="line{k}" fill="none" stroke="{COLORS[k]}" stroke-width="1.6" points="{_points(places)}"/>'
        f'<circle id="dot{k}" r="5" fill="{COLORS[k]}" stroke="#fff" cx="{places[-1][0]}" cy="{places[-1][1]}"/>'
        for k, places in enumerate(pixels)
    )
    endings = "".join(
        f'<li><b style="color:{COLORS[k]}">{path.method}</b> <output id="at{k}">{escape(_numbers(path, -1))}</output><br>'
        f"{escape(path.ending.sentence)}.</li>"
        for k, path in enumerate(paths)
    )
    data = json.dumps(
        [
            {"xy": places, "text": [_numbers(path, n) for n in range(len(path.steps))]}
            for path, places in zip(paths, pixels, strict=True)
        ]
    ).replace("<", "\\u003c")
    return _PAGE.format(
        title=title,
        width=size[0],
        height=size[1],
        picture=picture,
        lines=lines,
        endings=endings,
        steps=steps,
        data=data,
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}}
svg{{width:100%;height:auto}} input[type=range]{{width:100%}} output{{font-variant-numeric:tabular-nums}}
.controls{{display:grid;grid-template-columns:auto 1fr 6rem;gap:1rem;align-items:center}}</style></head><body>
<h1>{title}</h1>
<svg viewBox="0 0 {width} {height}" role="img" aria-label="The paths on the loss">
<image href="data:image/png;base64,{picture}" width="{width}" height="{height}"/>{lines}</svg>
<div class="controls"><button id="play" type="button">play</button>
<input id="step" type="range" min="0" max="{steps}" value="{steps}" aria-label="step">
<output id="number">step {steps}</output></div>
<ul>{endings}</ul>
<p>Every number on the way is computed in floating point.</p>
<script>
const paths = {data};
const slider = document.getElementById("step"), play = document.getElementById("play");
let timer = null;
function show() {{
  const n = Number(slider.value);
  document.getElementById("number").textContent = "step " + n;
  paths.forEach((path, k) => {{
    const last = Math.min(n, path.xy.length - 1);
    document.getElementById("line" + k).setAttribute("points", path.xy.slice(0, last + 1).join(" "));
    document.getElementById("dot" + k).setAttribute("cx", path.xy[last][0]);
    document.getElementById("dot" + k).setAttribute("cy", path.xy[last][1]);
    document.getElementById("at" + k).textContent = path.text[last];
  }});
}}
function stop() {{ clearInterval(timer); timer = null; play.textContent = "play"; }}
play.addEventListener("click", () => {{
  if (timer) return stop();
  if (slider.value === slider.max) slider.value = 0;
  play.textContent = "stop";
  const jump = Math.max(1, Math.round(slider.max / 120));
  timer = setInterval(() => {{
    slider.value = Number(slider.value) + jump; show();
    if (slider.value === slider.max) stop();
  }}, 60);
}});
slider.addEventListener("input", show);
</script></body></html>
"""


def animation_gif(paths: Sequence[Path], answer: Answer | None = None) -> bytes:
    """At most FRAMES pictures of the paths growing, as a GIF that repeats."""
    from PIL import Image

    drawn = plot_descent(paths, answer)
    places = [np.asarray(line.get_xydata()) for line in drawn.paths]
    longest = max(map(len, places))
    frames = []
    for last in np.unique(np.linspace(1, longest, min(FRAMES, longest)).astype(int)):
        for line, whole in zip(drawn.paths, places, strict=True):
            line.set_data(whole[:last, 0], whole[:last, 1])
        with Image.open(io.BytesIO(_png(drawn))) as picture:
            frames.append(picture.convert("P", palette=Image.Palette.ADAPTIVE))
    buffer = io.BytesIO()
    frames[0].save(
        buffer, "GIF", save_all=True, append_images=frames[1:], duration=[80] * (len(frames) - 1) + [1500], loop=0
    )
    return buffer.getvalue()


def _png(drawn: DescentArtists) -> bytes:
    buffer = io.BytesIO()
    drawn.figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def _pixels(drawn: DescentArtists, paths: Sequence[Path]) -> tuple[list[list[tuple[float, float]]], tuple[int, int]]:
    """Each place in pixels from the upper left corner, and the size of the picture."""
    figure: Any = drawn.figure
    figure.set_dpi(_DPI)
    figure.draw_without_rendering()
    width, height = (float(n) for n in figure.get_size_inches() * _DPI)
    found = []
    for path in paths:
        seen = drawn.view.seen(path)
        xy = drawn.ax.transData.transform(seen[np.isfinite(seen).all(axis=1)])
        # far outside the picture it does not matter where
        x, y = np.clip(xy[:, 0], -width, 2 * width), np.clip(height - xy[:, 1], -height, 2 * height)
        found.append([(round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True)])
    return found, (round(width), round(height))


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _numbers(path: Path, number: int) -> str:
    step = path.steps[number]
    weights = ", ".join(f"{name} = {value:.5g}" for name, value in zip(path.problem.free[:3], step.at, strict=False))
    return f"{weights}{', …' if len(step.at) > 3 else ''}; loss {step.loss:.6g}".replace("-", "−")
