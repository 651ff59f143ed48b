"""``chainrule explore``: the live page in the browser, or saved as one file."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import webbrowser
from typing import Any

from chainrule.cli.options import problem_from_options
from chainrule.errors import FileError
from chainrule.extras import require
from chainrule.files import require_writable, write_whole


def run(options: argparse.Namespace) -> int:
    stated = options.file is not None or options.points
    problem = problem_from_options(options) if stated else None
    from chainrule.explorer.state import state_of

    state = None if problem is None else state_of(problem)
    if options.save is not None:
        return _save(options.save, problem, state)
    require(
        "explore", "the explorer's server", otherwise="; a page without one: chainrule explore FILE --save page.html"
    )
    from chainrule.explorer.server import serve

    def ready(address: str) -> None:
        print(f"Chainrule explorer: {address}   (Ctrl-C ends it)", flush=True)
        if not options.no_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        serve(state, options.port, ready)
    except OSError as error:
        reason = error.strerror or error
        raise FileError(
            f"port {options.port} of 127.0.0.1: {reason}; leave --port away and a free one is taken"
        ) from None
    return 0


def _save(file: str, problem: Any, state: dict[str, Any] | None) -> int:
    """The page with the proof for its problem; what cannot be proved is told on the page."""
    from chainrule.explorer.answers import answer_json
    from chainrule.explorer.saved import saved_page
    from chainrule.problem import problem_to_dict

    require("page", "a saved page", "fontTools")
    require_writable(file)
    answer = None
    if problem is not None and problem.free:
        answer = answer_json(json.loads(json.dumps(problem_to_dict(problem))))
        if "error" in answer:
            print(f"chainrule: the page holds no proof: {answer['error']}", file=sys.stderr)
            answer = None
    page = saved_page(state, answer)
    write_whole(file, page)
    holds = "without a verdict" if answer is None else f"with its verdict ({answer['minimum']['trust']})"
    print(
        f"wrote {file}: the live page, {holds}, {len(page.encode()) / 1e6:.1f} MB; it opens without a server or a network"
    )
    return 0
