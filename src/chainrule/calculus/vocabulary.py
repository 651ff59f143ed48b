"""What the names in a person's answer mean: every symbol of the problem, as Chainrule prints it and as code writes it.

    w_x, bias                     a free weight stays, a fixed one is its number; v, w or θ may stand for the one free weight
    x, label, z, a, r, L          of the point that is asked about, also x_i …, or x_3 … of any point by its number
    a1[0], a1[0]_3, a1_0          of a unit; in LaTeX as ``a_{0,3}^{(1)}``
    σ, n, λ, P                    the output of a sigmoid unit, the number of points, the penalty's factor, the penalty
    Σ_(i=1…4) …                   the sum of what follows, up to the next + or −, over the points

Any other name is an error that says so: nothing is taken for a weight without a note.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from chainrule.calculus.mean import GENERAL, part_name
from chainrule.calculus.parts import Parts
from chainrule.calculus.substitution import MAX_ROWS, fixed_numbers, point_numbers, put_penalty
from chainrule.errors import ExpressionError
from chainrule.expression import Add, Expression, Number, Symbol, parse, print_expression, substitute, symbols
from chainrule.problem import Problem

LETTERS = ("v", "w", "θ", "theta")
_SIGMA = ("σ", "sigma")
_LONE = "σ_"  # σ that is applied to nothing, which the parser takes for a name
_SUM = re.compile(
    r"(?:Σ|∑|\\sum)(?:\\limits)?(?:\s*_\s*[({]?\s*i\s*(?:=\s*1\s*)?(?:(?:…|\.\.\.?)\s*(?P<to>\d+|n))?\s*[)}]?)?"
    r"(?:\s*\^\s*\{?\s*(?P<up>\d+|n)\s*\}?)?"
)


@dataclass(frozen=True)
class Read:
    """An answer in the free weights alone, as it was written, and how it was read.

    `general` names the parts of one point that stand in it without saying which point; the expression then holds them.
    """

    expression: Expression
    written: Expression
    notes: tuple[str, ...] = ()
    general: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The names of `problem`, for a question about point `row` (from 0) or about all (None).

    `asked` names what the question is about, which no answer may define by itself.
    """

    problem: Problem
    row: int | None = None
    asked: tuple[str, ...] = ()
    meanings: Mapping[str, Expression] = field(default_factory=dict)
    general: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem, row: int | None, asked: str = "") -> Vocabulary:
        count = len(problem.data)
        rows = set(range(count)) if count <= MAX_ROWS else set()
        rows |= set() if row is None else {row}
        meanings: dict[str, Expression] = {}
        general: tuple[str, ...] = ()
        for k in sorted(rows):
            parts = point_meanings(problem, k)
            general = tuple(parts)
            meanings |= {_indexed(name, str(k + 1)): meaning for name, meaning in parts.items()}
            if k == row:
                meanings |= parts | {_indexed(name, GENERAL): meaning for name, meaning in parts.items()}
        penalty = put_penalty(problem)
        whole: dict[str, Expression] = {
            "n": Number(Fraction(count)),
            "λ": Number(problem.penalty),
            "lambda": Number(problem.penalty),
        }
        whole |= {} if penalty is None else {part_name("P", problem): penalty}
        meanings = whole | meanings | fixed_numbers(problem)
        itself = (
            ()
            if not asked
            else (asked,)
            if row is None
            else (asked, _indexed(asked, GENERAL), _indexed(asked, str(row + 1)))
        )
        meanings = {name: meaning for name, meaning in meanings.items() if name not in (*itself, *problem.free)}
        return cls(problem, row, itself, meanings, general)

    def read(self, text: str) -> Read:
        """The expression that a text writes.

        Raises
        ------
        ExpressionError
            If it cannot be read, or has a name that is none of the problem's.
        """
        text, sums = _without_sums(self._plain(text), len(self.problem.data))
        written = self._parsed(text)
        written = substitute(written, {name: self._summed(term) for name, term in sums.items()})
        expression = substitute(written, self.meanings)
        expression, notes = self._with_letter(expression, written)
        left = [name for name in symbols(expression) if name not in self.problem.free]
        general = tuple(name for name in left if self._base(name) in self.general and self.row is None)
        if strange := [name for name in left if name not in general]:
            raise ExpressionError(self._strange(strange))
        return Read(expression, written, notes, general)

    def at_row(self, node: Expression, row: int) -> Expression:
        """An expression about the general point, for point `row`."""
        known = point_meanings(self.problem, row)
        return substitute(node, known | {_indexed(name, GENERAL): value for name, value in known.items()})

    def _parsed(self, text: str) -> Expression:
        names = {_LONE: Symbol("σ")}
        return substitute(
            parse(_apart(text)), names | {_code(name): Symbol(name) for name in self._names if "[" in name}
        )

    @property
    def _names(self) -> tuple[str, ...]:
        general = [_indexed(name, GENERAL) for name in self.general]
        return tuple(
            dict.fromkeys((*self.problem.network.weight_names, *self.meanings, *self.general, *general, *self.asked))
        )

    def _summed(self, text: str) -> Expression:
        term = self._parsed(text)
        return Add(tuple(self.at_row(term, row) for row in range(len(self.problem.data))))

    def _base(self, name: str) -> str:
        return name.removesuffix(f"_{GENERAL}")

    def _plain(self, text: str) -> str:
        """The text with names that no letter could write, ``a1[0]_3`` or ``w_{0,x}^{(1)}``, as code writes them."""
        forms: dict[str, str] = {}
        for name in self._names:
            forms |= dict.fromkeys(_printed(name), rf"\mathrm{{{_code(name)}}}")  # a name for certain
        if not forms:
            return text
        any_form = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        return re.sub(
            rf"(?<![^\W\d]|[_\\])(?:{any_form})(?![^\W⁰¹²³⁴-⁹]|\[|\^\{{\()", lambda found: f" {forms[found[0]]} ", text
        )

    def _with_letter(self, node: Expression, written: Expression) -> tuple[Expression, tuple[str, ...]]:
        """The answer with its one letter for the one free weight read as that, and a note that says so."""
        free = self.problem.free
        found = [name for name in symbols(node) if name in LETTERS and name not in free]
        if len(free) != 1 or len(found) != 1 or free[0] in symbols(written):
            return node, ()
        return substitute(node, {found[0]: Symbol(free[0])}), (f"{found[0]} was read as {free[0]}",)

    def _strange(self, names: list[str]) -> str:
        if names[0] in self.asked:
            return f"your equation says {names[0]} by {names[0]} itself; write it with the parts that it is made of"
        free = self.problem.free
        also = " (or v for it)" if len(free) == 1 else ""
        parts = ", ".join(
            [name for name in (*self.general, *self.problem.fixed) if name not in LETTERS and name != "sigma"][:12]
        )
        point = ", of one point also with its number, such as a_3" if self.problem.network.is_neuron else ""
        return (
            f"your equation has {', '.join(names[:3])}; needed an equation in {', '.join(free[:4])}{also} and what the "
            f"problem knows: {parts}{point}"
        )


def sides_of(text: str) -> list[str]:
    """What stands between the equals signs: ``dL/dw_x``, ``2r·a(1 − a)``, …; that of ``Σ_(i=1…4)`` is none of them."""
    sides, start = [], 0
    for found in re.finditer(r"(?<![<>=!])=(?!=)", text):
        if not re.search(r"(?:Σ|∑|\\sum\S*)\s*_?\s*[({]?\s*i\s*$", text[start : found.start()]):
            sides.append(text[start : found.start()])
            start = found.end()
    return [*sides, text[start:]]


def point_meanings(problem: Problem, row: int) -> dict[str, Expression]:
    """Every named part of point `row` without its index, in the free weights: ``x`` and ``label``, ``z``, ``a``, ``r``, ``L``, ``c``."""
    index = str(row + 1)
    parts = Parts.of(problem, row)
    found: dict[str, Expression] = dict(point_numbers(problem, row))
    opened: dict[str, Expression] = {}
    for name, definition in parts.where.items():
        opened[name] = substitute(definition, opened)
    for name, meaning in opened.items():  # a unit of softmax speaks of those that come after it
        opened[name] = found[name.removesuffix(f"_{index}")] = substitute(meaning, opened)
    if problem.data.case_weights is not None:
        found[part_name("c", problem)] = Number(Fraction(problem.data.case_weights[row]))
    if problem.network.outputs == 1:  # of several layers a and z alone are those of the output
        z, a = parts.z[-1][0].full_name, parts.a[-1][0].full_name
        short = {part_name("z", problem): opened[z], part_name("a", problem): opened[a]}
        if problem.network.layers[-1].activation == "sigmoid":
            short |= dict.fromkeys(_SIGMA, opened[a])
        found |= {name: meaning for name, meaning in short.items() if name not in found}
    return found


def _indexed(name: str, index: str) -> str:
    return f"{name}_{index}"


def _code(name: str) -> str:
    """The name as code writes it, and as the parser reads it: ``w2_0_1`` for ``w2[0,1]``."""
    return re.sub(r"\W+", "_", name).rstrip("_")


def _printed(name: str) -> list[str]:
    """The forms of a name that the parser would not read as that name: ``aa`` may be a product for it."""
    base, index = (name, "") if not (found := re.fullmatch(r"(.*[^_])_(i|\d+)", name)) else found.groups()
    latex = print_expression(Symbol(base, index), "latex")
    turned = re.sub(r"(_\{[^{}]*\})(\^\{\(\d+\)\})", r"\2\1", latex)
    code = re.sub("_+", "_", _code(name))
    return [form for form in (latex, turned, name, code) if form != name or len(form.split("_")[0]) > 1]


def _without_sums(text: str, count: int) -> tuple[str, dict[str, str]]:
    """The text with a name in the place of each sum over the points, and the terms of those sums."""
    sums: dict[str, str] = {}
    while found := _SUM.search(text):
        to = found["to"] or found["up"] or "n"
        if to not in ("n", str(count)):
            raise ExpressionError(f"your sum goes to {to}; the data has {count} points")
        end = _end_of_term(text, found.end())
        name = f"sum_{len(sums) + 1}"
        sums[name] = text[found.end() : end]
        text = f"{text[: found.start()]} {name} {text[end:]}"
    return text, sums


def _end_of_term(text: str, start: int) -> int:
    """Where the term that begins at `start` ends: at the next + or − outside brackets that no factor begins with."""
    depth, begun = 0, False
    for place in range(start, len(text)):
        character = text[place]
        if character in ")]}" and depth == 0:
            return place
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in "+-−" and begun and text[:place].rstrip()[-1:] not in "*·^/×":
            return place
        begun = begun or not (character.isspace() or character in "+-−")
    return len(text)


def _apart(text: str) -> str:
    """``σ·(1 − σ)`` for ``σ(1 − σ)``: where σ stands alone in the brackets it is a number, not a function of them.

    As a number it is written as a name.
    """
    alone = re.compile(r"(?<![\w\\])\\?(?:σ|sigma)(?!\w)(?!\s*(?:\\left)?\s*\()")
    for found in reversed(list(re.finditer(r"(?<![\w\\])\\?(?:σ|sigma)(?=\s*(?:\\left)?\s*\()", text))):
        depth, place = 0, found.end()
        for place in range(found.end(), len(text)):
            depth += (text[place] == "(") - (text[place] == ")")
            if depth == 0 and text[place] == ")":
                break
        if alone.search(text, found.end(), place):
            text = f"{text[: found.end()]}*{text[found.end() :]}"
    return alone.sub(f" {_LONE} ", text)
