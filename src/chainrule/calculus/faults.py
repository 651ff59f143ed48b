"""The wrong derivatives that people get, each by breaking one rule, so that a tutor can say which rule it was.

    σ' = σ                     instead of σ(1 − σ)            (u²)' = 2u       the inner derivative forgotten
    (u v)' = u' v'             instead of u' v + u v'         (u + 3)' = u' + 1

Each fault is made everywhere that it can be made, as a person does who has the rule wrong, and then in one place only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from chainrule.calculus.derivative import FORMULAS, Rules, minus, times
from chainrule.expression.rewrite import ONE, TWO, symbols, walk
from chainrule.expression.tree import Add, Divide, Expression, Function, Multiply, Negate, Number, Power, Symbol

MOST_PLACES = 400
"""Operations of a formula in which single places are tried; in larger ones faults are made everywhere only."""
Slope = Callable[[Expression], Expression]


@dataclass(frozen=True)
class Fault:
    """One way to go wrong: what the rule says, what was done instead, and the derivative that comes of it at a node.

    `wrong` is None where the fault cannot be made.
    """

    rule: str
    instead: str
    wrong: Callable[[Expression, str, Slope], Expression | None]


def _inner_forgotten(node: Expression, name: str, slope: Slope) -> Expression | None:
    match node:
        case Function(f, u) if f in FORMULAS and not isinstance(u, Symbol):
            return FORMULAS[f](u, node)
        case Power(u, Number(n)) if not isinstance(u, Symbol):
            return times(Number(n), Power(u, Number(n - 1)))
    return None


def _of_function(name: str, wrong: Callable[[Expression, Expression], Expression]) -> Callable[..., Expression | None]:
    """The fault of taking ``f'(u)`` for `wrong` of u and f(u), the inner derivative being right."""

    def made(node: Expression, _: str, slope: Slope) -> Expression | None:
        if not isinstance(node, Function) or node.name != name:
            return None
        return times(wrong(node.argument, node), slope(node.argument))

    return made


def _of_power(wrong: Callable[[Expression, Fraction], Expression]) -> Callable[..., Expression | None]:
    def made(node: Expression, _: str, slope: Slope) -> Expression | None:
        match node:
            case Power(u, Number(n)):
                return times(wrong(u, n), slope(u))
        return None

    return made


def _constant_kept(node: Expression, name: str, slope: Slope) -> Expression | None:
    if not isinstance(node, Add) or not (still := [term for term in node.terms if name not in symbols(term)]):
        return None
    return Add((*(slope(term) for term in node.terms if name in symbols(term)), *still))


def _sign_lost(node: Expression, _: str, slope: Slope) -> Expression | None:
    return slope(node.operand) if isinstance(node, Negate) else None


def _factor_lost(node: Expression, name: str, slope: Slope) -> Expression | None:
    """``(c u)' = u'``, the constant factor dropped."""
    if not isinstance(node, Multiply):
        return None
    moving = [factor for factor in node.factors if name in symbols(factor)]
    return slope(moving[0]) if len(moving) == 1 < len(node.factors) else None


def _product(wrong: Callable[[Expression, Expression, Slope], Expression]) -> Callable[..., Expression | None]:
    def made(node: Expression, name: str, slope: Slope) -> Expression | None:
        if not isinstance(node, Multiply):
            return None
        moving = [factor for factor in node.factors if name in symbols(factor)]
        still = [factor for factor in node.factors if name not in symbols(factor)]
        return times(*still, wrong(moving[0], moving[1], slope)) if len(moving) == 2 else None

    return made


def _quotient(wrong: Callable[[Expression, Expression, Slope], Expression]) -> Callable[..., Expression | None]:
    def made(node: Expression, name: str, slope: Slope) -> Expression | None:
        if not isinstance(node, Divide) or name not in symbols(node.denominator):
            return None
        return wrong(node.numerator, node.denominator, slope)

    return made


def _in_z(u: Expression, f: Expression) -> Expression:
    return times(u, minus(ONE, u))


def _power_rule_on_e(u: Expression, f: Expression) -> Expression:
    return times(u, Function("exp", minus(u, ONE)))


_SIGMOID, _TANH = "sigmoid rule, σ' = σ(1 − σ)", "tanh rule, tanh' = 1 − tanh²"
_POWER, _PRODUCT = "power rule, (u^n)' = n u^(n−1) u'", "product rule, (u v)' = u' v + u v'"
_QUOTIENT, _LOG = "quotient rule, (u/v)' = (u' v − u v')/v²", "logarithm rule, (ln u)' = u'/u"
FAULTS = (
    Fault("chain rule, f(u)' = f'(u)·u'", "the inner derivative u' is left out", _inner_forgotten),
    Fault(_SIGMOID, "σ itself was taken for its derivative", _of_function("sigmoid", lambda u, f: f)),
    Fault(_SIGMOID, "1 − σ was taken", _of_function("sigmoid", lambda u, f: minus(ONE, f))),
    Fault(_SIGMOID, "σ(1 + σ) was taken", _of_function("sigmoid", lambda u, f: times(f, Add((ONE, f))))),
    Fault(_SIGMOID, "it is left out, as if σ were its own argument", _of_function("sigmoid", lambda u, f: ONE)),
    Fault(_SIGMOID, "z(1 − z) was taken, with z in the place of σ(z)", _of_function("sigmoid", _in_z)),
    Fault(_TANH, "1 − tanh was taken", _of_function("tanh", lambda u, f: minus(ONE, f))),
    Fault(_TANH, "1 + tanh² was taken", _of_function("tanh", lambda u, f: Add((ONE, Power(f, TWO))))),
    Fault(_TANH, "it is left out", _of_function("tanh", lambda u, f: ONE)),
    Fault("exponential rule, (e^u)' = e^u u'", "the power rule was used, which is for u^n", _of_function("exp", _power_rule_on_e)),
    Fault(_LOG, "ln u was kept", _of_function("log", lambda u, f: f)),
    Fault(_LOG, "1/u is left out", _of_function("log", lambda u, f: ONE)),
    Fault(_POWER, "the factor n is missing", _of_power(lambda u, n: Power(u, Number(n - 1)))),
    Fault(_POWER, "the exponent was not lowered", _of_power(lambda u, n: times(Number(n), Power(u, Number(n))))),
    Fault(_POWER, "n was taken for n u^(n−1)", _of_power(lambda u, n: Number(n))),
    Fault("constant rule, c' = 0", "a constant was kept", _constant_kept),
    Fault("factor rule, (−u)' = −u'", "the minus sign is lost", _sign_lost),
    Fault("factor rule, (c u)' = c u'", "the constant factor is lost", _factor_lost),
    Fault(_PRODUCT, "u' v' was taken", _product(lambda u, v, d: times(d(u), d(v)))),
    Fault(_PRODUCT, "only u' v was taken", _product(lambda u, v, d: times(d(u), v))),
    Fault(_PRODUCT, "only u v' was taken", _product(lambda u, v, d: times(u, d(v)))),
    Fault(_PRODUCT, "u' v − u v' was taken", _product(lambda u, v, d: minus(times(d(u), v), times(u, d(v))))),
    Fault(_QUOTIENT, "u'/v' was taken", _quotient(lambda u, v, d: Divide(d(u), d(v)))),
    Fault(_QUOTIENT, "the sign of the numerator is turned round", _quotient(lambda u, v, d: Divide(minus(times(u, d(v)), times(d(u), v)), Power(v, TWO)))),
    Fault(_QUOTIENT, "u' v + u v' was taken", _quotient(lambda u, v, d: Divide(Add((times(d(u), v), times(u, d(v)))), Power(v, TWO)))),
    Fault(_QUOTIENT, "v² is missing below", _quotient(lambda u, v, d: minus(times(d(u), v), times(u, d(v))))),
    Fault(_QUOTIENT, "v was taken for v²", _quotient(lambda u, v, d: Divide(minus(times(d(u), v), times(u, d(v))), v))),
)  # fmt: skip


class _Broken(Rules):
    """The rules with one fault, everywhere or at one node only (told by its identity)."""

    def __init__(self, name: str, fault: Fault, only: Expression | None = None) -> None:
        super().__init__(name)
        self._fault, self._only, self.made = fault, only, 0

    def of(self, node: Expression) -> Expression:
        if self.name in symbols(node) and (self._only is None or node is self._only):
            wrong = self._fault.wrong(node, self.name, self.of)
            if wrong is not None:
                self.made += 1
                return wrong
        return super().of(node)


def wrong_derivatives(node: Expression, name: str) -> Iterator[tuple[str, Expression]]:
    """What was done, in a sentence, and the wrong derivative by `name` that comes of it, not simplified."""
    places = [part for part in walk(node) if name in symbols(part)]
    for fault in FAULTS:
        everywhere = _Broken(name, fault)
        wrong = everywhere.of(node)
        if everywhere.made:
            yield f"{fault.rule}: {fault.instead}", wrong
        if everywhere.made > 1 and len(places) <= MOST_PLACES:
            for place in places:
                once = _Broken(name, fault, place)
                wrong = once.of(node)
                if once.made:
                    yield f"{fault.rule}: {fault.instead} (of {_short(place)})", wrong


def _short(node: Expression) -> str:
    text = str(node)
    return text if len(text) <= 40 else f"{text[:39]}…"
