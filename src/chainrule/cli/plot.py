"""``chainrule plot``: the curve in the terminal, or a picture as a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from chainrule.cli import output
from chainrule.cli.options import numbers_of
from chainrule.cli.stated import require_network, stated
from chainrule.cli.terminal import Sheet
from chainrule.errors import FileError, ProblemError
from chainrule.expression.typed import TypedProblem
from chainrule.extras import require
from chainrule.files import require_writable, write_whole
from chainrule.plot.values import with_fixed
from chainrule.prove.result import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from chainrule.plot import Palette
    from chainrule.problem import Problem

FORMS = (".svg", ".png", ".pdf")
MOST_CURVES = 4
DPI = 200


def run(options: argparse.Namespace) -> int:
    if options.output is not None:
        require_picture(options.output)
    elif options.kind not in ("report", "curve"):
        raise ProblemError(f"--kind {options.kind} is a picture; add --output FILE with the ending {', '.join(FORMS)}")
    if options.kind != "network" and (options.backprop is not None or options.at):
        raise ProblemError("--backprop and --at put numbers on the network; add --kind network")
    if options.output is None and (options.size or options.dpi or options.theme or options.transparent):
        raise ProblemError("--size, --dpi, --theme and --transparent are about a picture; add --output FILE")
    problem = stated(options)
    if options.kind == "network":
        return _network(require_network(problem, "network to draw"), options)
    answer = output.solve(problem, options)
    sheet = Sheet()
    if isinstance(problem, TypedProblem):
        output.add_equation(sheet, problem)
    if options.output is not None:
        write_figure(figure_of(answer, options.kind, ground_of(options), options.size), options.output, options)
        sheet.lines.append(f"wrote {options.output}")
        sys.stdout.write(str(sheet).lstrip("\n"))
        return output.status(answer)
    if len(answer.problem.free) == 1:
        output.add_curve(sheet, answer, rows=18)
    else:
        for part in curves_through_minimum(answer):
            output.add_curve(sheet, part, 10, f"Curve along {part.problem.free[0]}, the others as at the minimum")
    sys.stdout.write(str(sheet).lstrip("\n"))
    return output.status(answer)


def _network(problem: Problem, options: argparse.Namespace) -> int:
    """Write the network, with one point's numbers where they are asked for; the free weights as given, or at the minimum."""
    from chainrule.calculus import backpropagate
    from chainrule.plot import plot_network
    from chainrule.plot.regions import known_weights

    given: dict[str, object] = dict(numbers_of(options.at, "--at"))
    status = 0
    if options.backprop is not None and problem.free and not given:
        answer = output.solve(problem, options)
        known, status = known_weights(answer), output.status(answer)
        if known is None:
            raise ProblemError(
                f"there is no minimum to take the weights from; state them, such as --at {problem.free[0]}=1"
            )
        given = {name: known[name] for name in problem.free}
    numbers = None if options.backprop is None else backpropagate(problem, options.backprop - 1, given)
    palette = ground_of(options)
    drawn = plot_network(problem, numbers, given, _axes(options.size, palette), palette)
    write_figure(drawn.ax.figure, options.output, options)  # type: ignore[arg-type]
    print(f"wrote {options.output}")
    return status


def ground_of(options: argparse.Namespace) -> Palette:
    """The colours of the picture."""
    from chainrule.plot.palette import DARK, LIGHT

    return DARK if options.theme == "dark" else LIGHT


def _axes(size: tuple[float, float] | None, palette: Palette) -> Axes | None:
    """Axes of a figure of that size; None where the picture chooses its own."""
    from chainrule.plot.style import new_figure

    return None if size is None else new_figure(size, ground=palette.surface).add_subplot()


def figure_of(answer: Answer, kind: str, palette: Palette, size: tuple[float, float] | None = None) -> Figure:
    """The picture of that kind.

    Raises
    ------
    ProblemError
        If the answer has none of it, such as a surface over one weight or the points of an equation.
    """
    from chainrule import plot

    if kind == "report":
        return plot.plot_report(answer, palette, size)
    if kind == "slices":
        return plot.plot_slices(answer, palette, size)
    if kind == "points":
        require_network(answer.problem, "points to draw")
        return plot.plot_plane(answer, _axes(size, palette), palette).ax.figure  # type: ignore[return-value]
    if kind == "curve":
        return plot.plot_loss(answer, _axes(size, palette), palette).ax.figure  # type: ignore[return-value]
    if kind == "surface":
        return plot.plot_surface(answer, ax=_axes(size, palette), palette=palette).ax.figure  # type: ignore[return-value]
    if kind == "landscape":
        landscape: Figure = plot.plot_landscape(answer, palette=palette)[0].figure
        if size is not None:
            landscape.set_size_inches(*size)
        return landscape
    if not plot.pieces_of(answer):
        raise ProblemError("only the proof over one free weight is a line cut into pieces; leave --kind cover out")
    return plot.plot_cover(answer, _axes(size, palette), palette)[0].figure  # type: ignore[return-value]


def curves_through_minimum(answer: Answer) -> Iterator[Answer]:
    """The problem along each free weight alone, the others fixed in the middle of their intervals at the minimum.

    Raises
    ------
    ProblemError
        If there is no such place, or more curves than are worth a look.
    """
    from chainrule.problem import Problem
    from chainrule.prove.search import search

    free, at = answer.problem.free, answer.minimum.at
    if at is None or len(free) > MOST_CURVES:
        why = (
            f"{len(free)} are free"
            if at is not None
            else f"there is no minimum of all {len(free)} to draw them through"
        )
        raise ProblemError(f"a curve needs one free weight, and {why}; fix the others, such as --fix {free[-1]}=1")
    place = answer.best or {name: interval.middle for name, interval in at.items()}
    for name in free:
        # One neuron is known on the whole line; of any other formula nothing is claimed outside the box.
        neuron = isinstance(answer.problem, Problem) and answer.problem.is_ridge
        side = None if answer.minimum.domain is None or neuron else answer.minimum.domain[name]
        box = None if side is None else {name: (Fraction(side.lower), Fraction(side.upper))}
        yield search(with_fixed(answer.problem, {other: value for other, value in place.items() if other != name}), box)


def require_picture(path: str) -> None:
    """Raise before any work unless `path` can be written and its ending names a form."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in FORMS:
        raise FileError(f"{path}: found the ending {ending!r:.20}; needed one of {', '.join(FORMS)}")
    require("plot", "a picture")
    require_writable(path)


def write_picture(answer: Answer, path: str) -> None:
    """The loss beside the points, in the form that the ending names."""
    from chainrule.plot import plot_report

    write_figure(plot_report(answer), path)


def write_figure(figure: Figure, path: str, options: argparse.Namespace | None = None) -> None:
    """Write the figure in the form that the ending names, as finely and on the ground that the options ask for."""
    from chainrule.plot import figure_bytes

    if options is not None and options.transparent:
        figure.patch.set_visible(False)
    dpi = DPI if options is None or options.dpi is None else options.dpi
    write_whole(path, figure_bytes(figure, os.path.splitext(path)[1].lower().lstrip("."), dpi))
