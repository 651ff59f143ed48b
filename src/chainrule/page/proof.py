"""The proof for readers: the cover of the line as a table and a strip, and the certificate to check."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from html import escape

from chainrule.digits import infinite, short
from chainrule.errors import ProblemError
from chainrule.page.equations import ended, inline, prose
from chainrule.page.figures import picture
from chainrule.plot import pieces_of, plot_cover
from chainrule.plot.cover import SIGNS, Piece
from chainrule.problem import Problem
from chainrule.prove.certificate import certificate_size, certificate_text
from chainrule.prove.result import Answer

LONGEST_CERTIFICATE = 40_000  # characters
MOST_ROWS = 2_000  # beyond these a certificate is longer than that, and is not even written
MOST_PIECES = 40

TRUST = {
    "proved": "an independent checker, which shares no code with the search, accepted the certificate",
    "enclosed": "a rigorous interval holds the figure, but nobody else has checked it",
    "computed": "ordinary floating point, good to about fifteen digits but without a guarantee",
}
MODULES = {"kernel": "chainrule_check", "doubles": "chainrule_fast", None: "chainrule_fast"}
CHECKERS = {
    "kernel": "The kernel, a small independent checker that works in ball arithmetic and never searches,",
    "doubles": "The independent checker, in doubles where these are enough,",
    None: "An independent checker",
}
_REASONS = {
    "falling": "the slope is negative on all of it: no stationary point",
    "rising": "the slope is positive on all of it: no stationary point",
    "convex": "the curve bends upward on all of it: at most one stationary point, a minimum",
    "concave": "the curve bends downward on all of it: at most one stationary point, a maximum",
    "flat": "the loss is the same on all of it",
    "unknown": "not decided: nothing is claimed here",
}


def trust_list() -> str:
    """What the three words mean."""
    rows = "".join(f"<dt>{badge(word)}</dt><dd>{meaning}</dd>" for word, meaning in TRUST.items())
    return f'<dl class="cr-trust">{rows}</dl>'


def badge(trust: str) -> str:
    """What stands behind a figure; *proved* may say by whom, as in *proved · kernel*."""
    word = trust.partition(" ")[0]
    sign = {"proved": "✓ ", "enclosed": "[ ] ", "computed": "≈ "}.get(word, "")
    return f'<span class="cr-badge cr-{escape(word)}"><span aria-hidden="true">{sign}</span>{escape(trust)}</span>'


def proof_details(answer: Answer) -> str:
    """The foldable part."""
    parts = [_intro(answer), cover_part(answer), _certificate(answer)]
    return f'<details class="cr-proof"><summary>The proof, and how to check it</summary>{"".join(parts)}</details>'


def _intro(answer: Answer) -> str:
    if answer.minimum.trust == "proved":
        words = f"{CHECKERS[answer.minimum.by]} read the certificate below and accepted it"
    else:
        words = "This answer has not been checked by the independent checker"
    took = "" if answer.check_seconds is None else f" in {_time(answer.check_seconds)}"
    return f"<p>{words}{took}; the search took {_time(answer.search_seconds)}.</p>"


def _time(seconds: float) -> str:
    return (
        f"{seconds:.1f} s"
        if seconds >= 1
        else f"{1000 * seconds:.2g} ms"
        if seconds < 0.1
        else f"{1000 * seconds:.0f} ms"
    )


def cover_part(answer: Answer) -> str:
    """The pieces of the line, drawn and listed; empty for a proof that is not by a line."""
    pieces = pieces_of(answer)
    if not pieces:
        return ""
    name = answer.problem.free[0]
    try:
        svg = picture(
            "cover", "The proof under the curve",
            f"The line of {name} is cut into {len(pieces)} pieces; the table lists the reason of each.",
            lambda ax, palette: plot_cover(answer, ax, palette), (3.9, 2.7),
        )  # fmt: skip
    except ProblemError:  # the section of the curve says why nothing is drawn
        return ""
    merged = joined(pieces)
    rows = "".join(
        f'<tr><td class="cr-num">{_range(piece)}</td><td><span class="cr-reason cr-{escape(piece.reason)}">'
        f'<span aria-hidden="true">{SIGNS.get(piece.reason, "?")}</span> {escape(piece.reason)}</span></td>'
        f"<td>{_REASONS.get(piece.reason, '')}</td></tr>"
        for piece in merged[:MOST_PIECES]
    )
    more = len(merged) - MOST_PIECES
    rest = f"<p>… and {more:,} more in the certificate.</p>" if more > 0 else ""
    return (
        f"<p>The pieces cover the whole line of {inline(name)}, so a stationary point has nowhere else to be.</p>"
        f"<figure>{svg}<figcaption>The curve (computed), and under it the pieces with the reason that settles each."
        "</figcaption></figure>"
        f'<div class="cr-scroll" tabindex="0"><table class="cr-flow"><thead><tr><th scope="col">{inline(name)} from … to</th>'
        f'<th scope="col">reason</th><th scope="col">what it says</th></tr></thead><tbody>{rows}</tbody></table></div>{rest}'
    )


def joined(pieces: tuple[Piece, ...]) -> list[Piece]:
    """Neighbours that only say the sign of the slope, and the same sign, as one."""
    result = [pieces[0]]
    for piece in pieces[1:]:
        last = result[-1]
        if piece.reason == last.reason and piece.reason in ("falling", "rising", "flat", "unknown"):
            result[-1] = replace(last, upper=piece.upper)
        else:
            result.append(piece)
    return result


def _range(piece: Piece) -> str:
    return f"{_end(piece.lower)} … {_end(piece.upper)}"


def _end(end: Fraction | float) -> str:
    return infinite(end) or short(Fraction(end), 8)


def _certificate(answer: Answer) -> str:
    how = (
        "<p>Check it yourself: save the certificate as <code>proof.json</code> and run "
        f"<code>python -m {MODULES[answer.minimum.by]} proof.json</code>, which rebuilds the loss in its own words, uses rigorous "
        "arithmetic, and trusts nothing it reads.</p>"
    )
    is_long = isinstance(answer.problem, Problem) and len(answer.problem.data) > MOST_ROWS
    text = "" if is_long or certificate_size(answer.document) > MOST_ROWS else certificate_text(answer.document)
    if not text or len(text) > LONGEST_CERTIFICATE:
        return (
            "<p>The certificate is too long for this page. "
            "<code>chainrule minimize FILE --certificate proof.json</code> writes it, and "
            "<code>chainrule check proof.json</code> checks it.</p>"
        )
    return f'{how}<pre class="cr-code" tabindex="0"><code>{escape(text)}</code></pre>'


def why_text(answer: Answer) -> str:
    """The verdict's reason and what makes a minimum exist or missing, as paragraphs."""
    minimum = answer.minimum
    sentences = [minimum.why, *(reason for reason in answer.reasons if reason != minimum.why)]
    return "".join(f"<p>{prose(_sentence(text))}</p>" for text in sentences)


def _sentence(text: str) -> str:
    return ended(text[:1].upper() + text[1:])
