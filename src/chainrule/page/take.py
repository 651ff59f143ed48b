"""The section to take away: the problem file or the command, and the same question for a web calculator."""

from __future__ import annotations

import shlex
from html import escape

from chainrule.expression import print_expression
from chainrule.page import calculator
from chainrule.page.equations import inline
from chainrule.page.typed import stated_in
from chainrule.problem import Problem, problem_to_toml
from chainrule.prove.result import Answer

LONGEST_FILE = 20_000  # characters
MOST_CELLS = 5_000  # beyond these a problem file is longer than that, and is not even written


def take_section(answer: Answer) -> str:
    """The problem file or the command to copy, and the question."""
    problem = answer.problem
    made = _file(problem) if isinstance(problem, Problem) else _command(answer)
    return made + _calculator(answer)


def _file(problem: Problem) -> str:
    is_long = len(problem.data) * len(problem.network.inputs) > MOST_CELLS
    text = "" if is_long else problem_to_toml(problem)
    if is_long or len(text) > LONGEST_FILE:
        return f"<p>The problem file, with its {len(problem.data):,} points, is too long for this page.</p>"
    return (
        "<p>Save this as <code>problem.toml</code>; <code>chainrule explain problem.toml --page page.html</code> makes this page again.</p>"
        f'<pre class="cr-code" tabindex="0"><code>{escape(text)}</code></pre>'
    )


def _command(answer: Answer) -> str:
    """The command line, with the equation in a form that is read back, and the box where there was one."""
    domain = answer.minimum.domain or {}
    boxes = "".join(f" --box={name}={','.join(ends.to_json())}" for name, ends in domain.items())
    text = print_expression(stated_in(answer).shown, "wolfram")
    command = f"chainrule explain --page page.html{boxes} -- {shlex.quote(text)}"
    latex = print_expression(stated_in(answer).shown, "latex")
    return (
        "<p>This command makes the page again:</p>"
        f'<pre class="cr-code cr-wrap" tabindex="0"><code>{escape(command)}</code></pre>'
        f'<p>The equation in LaTeX:</p><pre class="cr-code cr-wrap" tabindex="0"><code>{escape(latex)}</code></pre>'
    )


def _calculator(answer: Answer) -> str:
    problem = answer.problem
    question, address = calculator.question(problem), calculator.link(problem)
    if question is None or address is None:
        return (
            "<p>A link that asks a web calculator the same question is left out: the question is too long for one.</p>"
        )
    name = f", with <i>x</i> for {inline(problem.free[0])}" if isinstance(problem, Problem) else ""
    return (
        f"<p>Ask a web calculator the same question{name}: "
        f'<a href="{escape(address)}" rel="noopener noreferrer">minimize at Wolfram|Alpha</a>. The link leaves this page; '
        "nothing is sent before you follow it. To paste elsewhere:</p>"
        f'<pre class="cr-code cr-wrap" tabindex="0"><code>{escape(question)}</code></pre>'
    )
