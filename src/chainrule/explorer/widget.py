"""The explorer as a widget for Jupyter, marimo and others (https://anywidget.dev): the extra ``chainrule[notebook]``."""

from __future__ import annotations

import re
import threading
from typing import Any

import anywidget
import traitlets

from chainrule.explorer import assets
from chainrule.explorer.answers import answer_json
from chainrule.explorer.saved import font_address
from chainrule.explorer.state import state_of
from chainrule.explorer.workers import Workers
from chainrule.problem import Problem, problem_from_dict, problem_to_dict

SECONDS = 10.0  # how long a proof may keep the kernel waiting


class Explorer(anywidget.AnyWidget):
    """The live page for a problem; `state` and `problem` follow what is done on it."""

    _esm = (
        f'{assets.bundle("widget.js")}\nconst font = "{font_address()}";\n'
        "export default { render: (place) => module_widget.render(place, font) };\n"
    )
    _css = re.sub(r"^@font-face \{.*?^\}\n", "", assets.read("style.css"), flags=re.MULTILINE | re.DOTALL)
    state = traitlets.Dict().tag(sync=True)
    problem_form = traitlets.Dict().tag(sync=True)

    _workers: Workers | None = None  # one process for all widgets of a kernel, from the first question on

    def __init__(self, problem: Problem) -> None:
        super().__init__(state=state_of(problem), problem_form=problem_to_dict(problem))
        self.on_msg(self._asked)

    @property
    def problem(self) -> Problem:
        """The problem as it stands on the page."""
        return problem_from_dict(self.problem_form)

    def _asked(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """The page's question; it sends one at a time."""
        if isinstance(message, dict) and isinstance(message.get("number"), int):
            answer = self._proving().ask(message.get("problem", {}), threading.Event())
            self.send({"number": message["number"], "answer": answer})

    @classmethod
    def _proving(cls) -> Workers:
        if Explorer._workers is None:
            Explorer._workers = Workers(1, answer_json, SECONDS)
        return Explorer._workers
