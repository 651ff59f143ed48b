"""The options of every command, and the problem they state: a file, options on top of it, or options alone."""

from __future__ import annotations

import argparse
import importlib
import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

import chainrule
from chainrule.cli.stated import equation_behind_minus, stands_for_an_equation
from chainrule.errors import ProblemError

if TYPE_CHECKING:
    from chainrule.expression.typed import TypedProblem
    from chainrule.problem import Problem

DESCRIPTION = """\
The calculus of a small neural network that you can see and trust: its equation, its loss, the derivative
step by step, the picture, and a proof of where the minimum is, or that there is none."""

TAKE_EQUATIONS = ("explain", "minimize", "equation", "derive", "check-work", "plot")
KINDS = ("report", "curve", "points", "surface", "landscape", "slices", "cover", "network")
FORMS = ("text", "latex", "mathml", "wolfram", "python", "numpy", "sympy", "notebook")


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are one line, like all others of this program."""

    def error(self, message: str) -> NoReturn:
        raise ProblemError(f"{message}; see {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options; ``options.command(options)`` runs the command and returns the exit status."""
    joined = _joined(argv)
    try:
        return _parser().parse_args(joined)
    except ProblemError as error:
        if "unrecognized arguments" not in str(error):
            raise
        text = str(error).replace("see chainrule --help", f"see chainrule {joined[0]} --help")
        if doubtful := [a for a in joined if re.fullmatch(r"-\w+", a)]:
            text += f"; an equation that begins with a minus sign stands behind --, as in -- {doubtful[0]:.40}"
        raise ProblemError(text) from None


def _joined(argv: Sequence[str]) -> list[str]:
    """``--point -1,1,0`` as ``--point=-1,1,0``, ``--box`` and ``--answer`` likewise, and an equation ``-x^2`` behind a space.

    argparse takes a leading minus for an option, but not behind ``=`` or a space.
    """
    joined: list[str] = []
    for number, argument in enumerate(argv):
        if "--" in joined:
            return [*joined, *argv[number:]]
        before = joined[-1] if joined else ""
        if (before in ("--point", "--data-point", "--box") and re.match(r"-[\d.]", argument)) or (
            before == "--answer" and argument.startswith("-")
        ):
            joined[-1] = f"{before}={argument}"
        else:
            joined.append(f" {argument}" if equation_behind_minus(argument) else argument)
    return joined


def _parser() -> _Parser:
    parser = _Parser(prog="chainrule", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"chainrule {chainrule.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    explain = _problem_command(
        commands, "explain", "everything: equation, loss, derivative, curve, verdict with reasons"
    )
    explain.add_argument("--page", metavar="FILE", help="write a self-contained HTML page")
    explain.add_argument("--plot", metavar="FILE", help="write the picture (.svg, .png or .pdf)")
    explain.add_argument("--json", action="store_true", help="print the machine form instead")
    explain.add_argument(
        "--as", dest="form", choices=("text", "markdown", "latex", "html"), default="text",
        help="print the whole as text (default), Markdown, a LaTeX document, or HTML",
    )  # fmt: skip
    explain.add_argument(
        "--assets",
        metavar="DIR",
        help="with --as markdown or latex: write the pictures into this folder, beside the text",
    )
    explain.add_argument("--fragment", action="store_true", help="write only the page's body, to paste into a blog")
    explain.add_argument(
        "--theme", choices=("light", "dark", "auto"), help="the page's colours; auto (default): what the reader prefers"
    )
    _search_options(explain)

    minimize = _problem_command(commands, "minimize", "the verdict alone")
    minimize.add_argument("--json", action="store_true", help="print the machine form")
    minimize.add_argument("--certificate", metavar="FILE", help="write the proof for others to check")
    _search_options(minimize)

    equation = _problem_command(commands, "equation", "the loss, or a part of it, as an equation")
    equation.add_argument("--as", dest="form", choices=FORMS, default="text", help="the form (default: text)")
    equation.add_argument("--point", dest="number", metavar="N", type=_row, help="the loss of point N alone, from 1")
    equation.add_argument(
        "--derivative", nargs="?", const="", metavar="WEIGHT", help="the derivative of the loss by a free weight"
    )
    equation.add_argument("--network", action="store_true", help="the network; it needs no points")
    equation.add_argument(
        "--steps", action="store_true", help="how it comes about: the weights put in, then the points, then tidied"
    )
    equation.add_argument("--link", action="store_true", help="the address that asks a web calculator about it")

    derive = _problem_command(
        commands, "derive", "the derivative step by step, as on a blackboard, each step re-checked"
    )
    derive.add_argument(
        "--weight", metavar="WEIGHT", help="the free weight to derive by (default: each of up to three)"
    )
    derive.add_argument("--point", dest="number", metavar="N", type=_row, help="the loss of point N alone, from 1")
    derive.add_argument("--as", dest="form", choices=("text", "latex", "mathml", "markdown"), default="text")
    derive.add_argument(
        "--at", metavar="WEIGHT=NUMBER", action="append", default=[],
        help="a value for a free weight: adds the table of backpropagation with the point's numbers put in",
    )  # fmt: skip

    derive.add_argument(
        "--picture", metavar="FILE", help="with --at: write the network with these numbers on it (.svg, .png or .pdf)"
    )

    work = _problem_command(commands, "check-work", "whether your own loss equation or derivative is the right one")
    work.add_argument("--answer", metavar="EQUATION", help="your equation, as typed, in LaTeX or calculator form")
    work.add_argument("--answer-file", metavar="FILE", help="a text file that holds it")
    work.add_argument(
        "--derivative", nargs="?", const="", metavar="WEIGHT", help="it is the derivative, by that weight"
    )
    work.add_argument("--point", dest="number", metavar="N", type=_row, help="it is about point N alone, from 1")
    work.add_argument("--of", dest="part", metavar="PART", help="it is a part of point N: z, a, r, or a1[0] of a unit")
    work.add_argument(
        "--at", metavar="WEIGHT=NUMBER", action="append", default=[],
        help="it is the value at these weights, such as 0.0372: right to as many digits as it has",
    )  # fmt: skip
    work.add_argument(
        "--hint", metavar="1…4", type=int, choices=range(1, 5), nargs="?", const=1,
        help="tell of a wrong answer only where (1), also which rule (2), the term (3), the right one (4)",
    )  # fmt: skip
    work.add_argument("--json", action="store_true", help="print the machine form")

    work.add_argument("--batch", metavar="CSV", help="mark the answers to a sheet of `chainrule exercises`")

    sheet = _problem_command(commands, "exercises", "a sheet of exercises, from one seed, every solution checked")
    sheet.description = "Make a sheet of exercises, with FILE about its problem, and its solutions."
    sheet.add_argument(
        "--topic", metavar="NAME", action="append", default=[],
        help="forward, line, derivative, step or minimum (default: all in turn)",
    )  # fmt: skip
    sheet.add_argument("--count", metavar="N", type=_count, default=12, help="how many (default: 12)")
    sheet.add_argument("--seed", metavar="N", type=_natural, default=0, help="another seed, another sheet (default: 0)")
    sheet.add_argument(
        "--to", metavar="FILE", help="write it (.html, .md or .tex), its solutions, and a form for answers"
    )

    down = _problem_command(commands, "descend", "the way downhill: a path of steps, and how it ended")
    down.add_argument("--method", default="gd", help="gd (default), momentum, adam, newton or lbfgs")
    down.add_argument("--compare", metavar="METHOD", action="append", default=[], help="another one beside it, or all")
    down.add_argument("--start", metavar="WEIGHT=NUMBER", action="append", default=[], help="where to start")
    down.add_argument("--seed", metavar="N", type=_natural, default=0, help="draws the start of weights without one")
    down.add_argument("--rate", metavar="NUMBER", help="the (first) step size (default: 0.5; momentum and adam 0.1)")
    down.add_argument("--schedule", default="constant", help="how the rate changes: constant, 1/t or cosine")
    down.add_argument("--steps", metavar="N", type=_natural, default=50, help="at most so many steps (default: 50)")
    down.add_argument("--every", action="store_true", help="print every step, not only the first and last ones")
    down.add_argument(
        "--no-proof", action="store_true", help="do not look the end up among the proved stationary points"
    )
    down.add_argument("--json", action="store_true", help="print the machine form")
    down.add_argument("--plot", metavar="FILE", help="write the picture (.svg, .png or .pdf)")
    down.add_argument("--animate", metavar="FILE", help="write an animation (.html with a slider, or .gif)")

    plot = _problem_command(commands, "plot", "the curve in the terminal, or a picture as a file")
    plot.add_argument("--output", metavar="FILE", help="write the picture (.svg, .png or .pdf)")
    plot.add_argument(
        "--kind", choices=KINDS, default="report",
        help="what to draw: the report (default: the loss beside the points), or one picture alone",
    )  # fmt: skip
    plot.add_argument(
        "--backprop",
        metavar="N",
        type=_row,
        help="with --kind network: the numbers of point N, forward and back, from 1",
    )
    plot.add_argument(
        "--at", metavar="WEIGHT=NUMBER", action="append", default=[],
        help="with --kind network: a value for a free weight (with --backprop the default is that of the minimum; else it is drawn as free)",
    )  # fmt: skip
    plot.add_argument("--size", metavar="W,H", type=_size, help="of the picture, in inches")
    plot.add_argument("--dpi", metavar="N", type=_dpi, help="dots per inch of a .png (default 200)")
    plot.add_argument("--theme", choices=("light", "dark"), help="the picture's colours (default light)")
    plot.add_argument("--transparent", action="store_true", help="leave the ground of the picture out")
    _search_options(plot)

    check = commands.add_parser("check", help="check a certificate", description="Check a certificate.")
    check.add_argument("file", metavar="CERTIFICATE", help="a file that `chainrule minimize --certificate` wrote")
    check.set_defaults(command=_command("check"))

    explore = _problem_command(commands, "explore", "a live page in the browser: drag a point, free a weight")
    explore.description = "Open a live page in the browser, or save it as one file."
    explore.add_argument("--save", metavar="PAGE", help="write the page to a file that works without a server")
    explore.add_argument("--port", type=_port, default=0, help="the port on 127.0.0.1 (default: a free one)")
    explore.add_argument("--no-browser", action="store_true", help="print the address and open nothing")

    example = commands.add_parser("example", help="the walk-through problems", description="List or write an example.")
    example.add_argument("name", metavar="NAME", nargs="?", help="print this example's problem file")
    example.add_argument("--output", metavar="FILE", help="write it to a file instead")
    example.set_defaults(command=_command("example"))
    return parser


def _problem_command(commands: argparse._SubParsersAction[_Parser], name: str, summary: str) -> _Parser:
    parser = commands.add_parser(name, help=summary, description=f"Print {summary}.", allow_abbrev=False)
    equation = ', or an equation such as "x^2 - 2x"' if name in TAKE_EQUATIONS else ""
    parser.add_argument("file", metavar="FILE", nargs="?", help=f"a .toml, .json, .csv or .parquet file{equation}")
    group = parser.add_argument_group("the problem, on top of FILE or without it")
    group.add_argument("--fix", metavar="WEIGHT=NUMBER", action="append", default=[], help="fix a weight")
    group.add_argument("--free", metavar="WEIGHT", action="append", default=[], help="free a weight")
    # Where `--point N` is a point's number, added points are `--data-point`.
    flags = ["--data-point"] if name in ("equation", "derive", "check-work") else ["--point", "--data-point"]
    group.add_argument(
        *flags, dest="points", metavar="X,Y,LABEL", action="append", default=[], help="add a point: inputs, then label"
    )
    group.add_argument("--inputs", metavar="X,Y", help="the names of the inputs, or the columns to use")
    group.add_argument("--label", metavar="COLUMN", help="the column of the label")
    group.add_argument("--layers", metavar="UNITS", help="the units of each layer, such as 2,1 (default: one neuron)")
    group.add_argument("--activation", metavar="NAMES", help="one for each layer, or one for all, such as tanh,sigmoid")
    group.add_argument("--loss", metavar="NAME", help="mse (default), mae or cross-entropy")
    group.add_argument("--penalty", metavar="NUMBER", help="adds so many times the squares of all weights but biases")
    parser.set_defaults(command=_command(name))
    return parser


def _search_options(parser: _Parser) -> None:
    group = parser.add_argument_group(
        "the search, for several free weights or in a box",
        "A limit or Ctrl-C ends it with the interval reached so far, and exit status 3.",
    )
    group.add_argument(
        "--box", metavar="[WEIGHT=]LOW,HIGH", action="append", default=[], help="search there instead of everywhere"
    )
    group.add_argument(
        "--gap",
        metavar="GAP",
        type=_positive,
        default=1e-6,
        help="how closely to enclose the lowest value, of a formula relative to it where it is above 1 (default: 1e-6)",
    )
    group.add_argument("--time", metavar="SECONDS", type=_positive, help="stop after so many seconds")
    group.add_argument("--boxes", metavar="N", type=_count, help="stop after so many boxes")
    group.add_argument(
        "--backend",
        metavar="NAME",
        default="numpy",
        help="the array library that bounds boxes: numpy (default), torch, torch:cuda, jax, cupy",
    )
    group.add_argument("--checkpoint", metavar="FILE", help="go on from this file, and keep it up to date")
    group.add_argument(
        "--all", action="store_true", help="all stationary points in the box, for up to three free weights"
    )
    group.add_argument("--no-check", action="store_true", help="leave the certificate unchecked")


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The command's function ``run(options)``, its module loaded only when it runs."""

    def run(options: argparse.Namespace) -> int:
        status: int = importlib.import_module(f"chainrule.cli.{name.replace('-', '_')}").run(options)
        return status

    return run


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed a port from 1 to 65535, or 0 for a free one")
    return int(text)


def _row(text: str) -> int:
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or int(text) == 0:
        hint = "; write an added point as --data-point=X,Y,LABEL" if "," in text else ""
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed the number of a point, from 1{hint}")
    return int(text)


def _size(text: str) -> tuple[float, float]:
    try:
        wide, high = map(float, text.split(","))
    except ValueError:
        wide = high = 0.0
    if not (1 <= wide <= 50 and 1 <= high <= 50):
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed width and height in inches, 1 to 50, such as 6,4")
    return wide, high


def _dpi(text: str) -> int:
    if not re.fullmatch(r"\d{2,4}", text, re.ASCII) or not 10 <= int(text) <= 1200:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed dots per inch, 10 to 1200")
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed a whole number, 1 or more")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed a number above 0, such as 1e-6")
    return number


def box_from_options(
    options: argparse.Namespace, problem: Problem | TypedProblem
) -> dict[str, tuple[Fraction, Fraction]] | None:
    """The interval of each free weight that ``--box`` states, for one weight or for all; None without the option."""
    from chainrule.exact import read_number

    box: dict[str, tuple[Fraction, Fraction]] = {}
    for text in options.box:
        name, _, ends = text.rpartition("=")
        parts = ends.split(",")
        if len(parts) != 2:
            raise ProblemError(f"--box {text!r:.60}: needed two ends, such as --box -10,10 or --box w_x=-10,10")
        low, high = (Fraction(read_number(part, f"--box {text!r:.60}")) for part in parts)
        if not low < high:
            hint = "swap them" if low > high else "fix the weight instead"
            raise ProblemError(f"--box {text!r:.60}: needed a lower end, then a higher one; {hint}")
        name = name.strip()
        if name and name not in problem.free:
            found = "is fixed" if name in problem.fixed else "is no weight"
            raise ProblemError(f"--box: {name!r:.60} {found}; free are {', '.join(problem.free) or 'none'}")
        # One weight's own interval stays, whichever comes first.
        box = {**box, name: (low, high)} if name else {**dict.fromkeys(problem.free, (low, high)), **box}
    if missing := [name for name in problem.free if options.box and name not in box]:
        raise ProblemError(
            f"--box: {', '.join(missing):.200} has no interval; add one, or one for all weights: --box -10,10"
        )
    return box or None


def _natural(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"found {text!r:.40}; needed a whole number, 0 or more")
    return int(text)


def problem_from_options(options: argparse.Namespace, pointless: bool = False) -> Problem:
    """The problem that the file and the options state together; where it is `pointless`, points may be left out."""
    from chainrule.problem.schema import load_problem, problem_from_dict, problem_to_dict, reweighted
    from chainrule.problem.tables import default_inputs

    inputs = [name.strip() for name in options.inputs.split(",")] if options.inputs else None
    points, shape = [_point(text) for text in options.points], shape_from_options(options)
    if options.file is not None:
        if stands_for_an_equation(options.file):
            raise ProblemError(
                f"found the equation {options.file.strip():.60}; this command needs a problem file; "
                f"an equation is taken by {', '.join(TAKE_EQUATIONS)}"
            )
        problem = load_problem(options.file, inputs=inputs, label=options.label, shape=shape, pointless=pointless)
        if points:
            form = problem_to_dict(problem)
            classes = problem.data.classes or ()
            added = [[*p[:-1], str(classes.index(p[-1])) if p[-1] in classes else p[-1]] for p in points]
            problem = problem_from_dict({**form, "data": {**form["data"], "points": [*form["data"]["points"], *added]}})
    elif not points and not pointless:
        raise ProblemError("no problem: needed a FILE, or points such as --point=-1,1,0; see --help")
    else:
        names = inputs or list(default_inputs(max(len(points[0]) - 1, 1) if points else 2))
        data = {"data": {"points": points}} if points else {}
        problem = problem_from_dict({"inputs": names, **shape, **data}, pointless=pointless)
    return reweighted(problem, _weights(options.fix, options.free))


def shape_from_options(options: argparse.Namespace) -> dict[str, object]:
    """The keys of a problem file that ``--layers``, ``--activation``, ``--loss`` and ``--penalty`` state."""
    shape: dict[str, object] = {}
    if options.layers is not None:
        units = [part.strip() for part in options.layers.split(",")]
        if not all(re.fullmatch(r"\d{1,9}", part, re.ASCII) for part in units):
            raise ProblemError(f"--layers {options.layers!r:.60}: needed the units of each layer, such as --layers 2,1")
        shape["layers"] = list(map(int, units))
    if options.activation is not None:
        names = [name.strip() for name in options.activation.split(",")]
        shape["activation"] = names if len(names) > 1 else names[0]
    return shape | {key: getattr(options, key) for key in ("loss", "penalty") if getattr(options, key) is not None}


def _point(text: str) -> list[str]:
    return [number.strip() for number in text.split(",")]


def numbers_of(texts: Sequence[str], option: str) -> dict[str, str]:
    """``NAME=NUMBER`` texts as a mapping; one text may hold several, separated by commas outside brackets."""
    found: dict[str, str] = {}
    for text in (part for whole in texts for part in re.split(r",(?![^\[]*\])", whole)):
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise ProblemError(f"{option} {text!r:.60}: needed a weight and a number, such as {option} w_x=1")
        found[name.strip()] = value.strip()
    return found


def _weights(fixed: Sequence[str], free: Sequence[str]) -> dict[str, object]:
    weights: dict[str, object] = {}
    for text in fixed:
        name, equals, value = text.partition("=")
        if not equals:
            raise ProblemError(f"--fix {text!r:.60}: needed a weight and a number, such as --fix w_y=1")
        weights[name.strip()] = value.strip()
    for name in (name.strip() for text in free for name in re.split(r",(?![^\[]*\])", text)):
        if name in weights:
            raise ProblemError(f"weight {name!r:.60} is both fixed and freed; keep one of the options")
        weights[name] = "free"
    return weights
