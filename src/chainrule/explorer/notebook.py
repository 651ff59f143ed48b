"""The explorer in a notebook: a widget where anywidget is installed, otherwise the saved page in a frame."""

from __future__ import annotations

import html
import importlib.util
from typing import Any

from chainrule.explorer.answers import answer_json
from chainrule.explorer.saved import saved_page
from chainrule.explorer.state import state_of
from chainrule.problem import Problem, problem_to_dict


def explore(problem: Problem) -> Any:
    """What a notebook shows as the live page for `problem`.

    With ``chainrule[notebook]`` a widget, whose ``problem`` is the problem as it stands on the page and whose
    proofs come from the kernel; without it the saved page with the proof for `problem`.
    """
    if importlib.util.find_spec("anywidget") is None:
        return Frame(problem)
    from chainrule.explorer.widget import Explorer

    return Explorer(problem)


class Frame:
    """The saved page in a frame that can do nothing but run its own script."""

    def __init__(self, problem: Problem) -> None:
        answer = answer_json(problem_to_dict(problem)) if problem.free else {"error": "no weight is free"}
        self.page = saved_page(state_of(problem), None if "error" in answer else answer)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" sandbox="allow-scripts allow-downloads" title="Chainrule explorer" '
            'style="width: 100%; height: 900px; border: 0"></iframe>'
        )
