"""The page as one file: everything inside, nothing fetched, and nothing runs but its own script (a hash says which)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chainrule.explorer import assets


def saved_page(state: Mapping[str, Any] | None, answer: Mapping[str, Any] | None = None) -> str:
    """HTML that works from a file with no network.

    Parameters
    ----------
    state : what the page begins with; see `state_of`.
    answer : the proof for that state as JSON; the page shows it while the data is that data, and says so otherwise.
    """
    style, script = (
        assets.read("style.css").replace("/static/math.woff", font_address()),
        f"{assets.bundle('main.js')}\n",
    )
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    html = embedded(state, answer, host="saved")
    html = html.replace('<link rel="stylesheet" href="/static/style.css">', f"<style>{style}</style>")
    html = html.replace(
        '<script type="module" src="/static/main.js"></script>', f'<script type="module">{script}</script>'
    )
    return html.replace("<title>", f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>', 1)


def font_address() -> str:
    """The math font as a ``data:`` address."""
    return f"data:font/woff;base64,{base64.b64encode(assets.content('math.woff')[0]).decode()}"


def embedded(state: Mapping[str, Any] | None, answer: Mapping[str, Any] | None, host: str) -> str:
    """index.html with the state and the proof in it, as JSON that cannot end its script element."""
    html = assets.read("index.html").replace('data-host="served"', f'data-host="{host}"')
    for name, value in (("start", state), ("proof", answer)):
        text = json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")
        html = html.replace(f'id="{name}">null<', f'id="{name}">{text}<')
    return html


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
