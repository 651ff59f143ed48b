"""The way from the loss back to a weight: backpropagation as a person writes it.

    output      ∂L/∂z = ∂L/∂r · ∂r/∂a · ∂a/∂z                    the chain rule, from the outside in
    unit j      ∂L/∂a_j = Σ_m ∂L/∂z_m · w_mj                     through every unit m that takes a_j
                ∂L/∂z_j = ∂L/∂a_j · f'(z_j)                      through its own activation
    weight      ∂L/∂w_jk = ∂L/∂z_j · a_k,   ∂L/∂b_j = ∂L/∂z_j    only one term of z_j changes

The derivatives ``∂L/∂z`` are the messages that go from layer to layer, each worked out once.

Source: Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, Nature 323 (1986).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chainrule.calculus.derivative import FORMULAS, derivative, minus, times
from chainrule.calculus.parts import Parts
from chainrule.calculus.simplify import simplify
from chainrule.calculus.step import Step
from chainrule.expression.rewrite import ONE, TWO, ZERO, transform
from chainrule.expression.tree import Add, Derivative, Divide, Expression, Function, Multiply, Negate, Symbol

ACTIVATION_NOTES = {
    "sigmoid": ("sigmoid rule", "σ' = σ(1 − σ)"),
    "tanh": ("tanh rule", "tanh' = 1 − tanh²"),
    "relu": ("relu rule", "1 where z > 0, 0 where z < 0; at 0 there is a kink and no derivative"),
    "softplus": ("softplus rule", "softplus' = σ"),
    "identity": ("identity rule", "a = z"),
}
LOSS_NOTES = {
    "mse": ("power rule", "(u²)' = 2u"),
    "mae": ("kink rule", "|u|' = −1 below 0, 1 above; at 0, the best value, |u| is continuous but has no derivative"),
}


@dataclass
class Way:
    """What is derived on the way to one weight: `messages` collects the steps, `product` is the answer untidied.

    `links` and `local` are the last chain: ``∂L/∂w = Π links``, each link with its rule and result.
    """

    parts: Parts
    messages: list[Step] = field(default_factory=list)
    links: list[tuple[Derivative, Expression, str, str]] = field(default_factory=list)
    known: dict[Derivative, Expression] = field(default_factory=dict)

    @property
    def factors(self) -> tuple[Expression, ...]:
        return opened(self.known.get(link, local) for link, local, _, _ in self.links)

    @property
    def product(self) -> Expression:
        return cancelled(self.factors)

    def steps(self, whole: Derivative) -> list[Step]:
        where = self.parts.where
        rules = [Step(rule, link, local, note, where) for link, local, rule, note in self.links if rule]
        together = times(*self.factors)
        chain = times(*(link for link, _, _, _ in self.links))
        steps = [*self.messages, Step("chain rule", whole, chain, "from the outside in", where), *rules]
        return [*steps, Step("put together", whole, together, where=where)]


def way_to(parts: Parts, weight: str) -> Way:
    """The steps to ``∂L/∂weight``: messages down to its unit, then the chain through that unit."""
    network = parts.problem.network
    layer, unit = _unit_of(parts, weight)
    way, last = Way(parts), len(network.layers) - 1
    z = parts.z[layer][unit]
    partial = not network.is_neuron
    if layer == last:
        way.links += _output_links(parts, unit, way)
    else:
        for number in range(last, layer, -1):
            for m in range(network.layers[number].units):
                _message(way, number, m)
        way.links += _hidden_links(way, layer, unit)
    slope = derivative(parts.where[z.full_name], weight)
    by = Derivative(z, Symbol(weight), partial or len(parts.problem.free) > 1)
    way.links.append((by, slope, "linear rule", f"only the term with {weight} changes"))
    return way


def _unit_of(parts: Parts, weight: str) -> tuple[int, int]:
    """The layer and unit whose preactivation holds the weight."""
    network = parts.problem.network
    for number, layer in enumerate(network.layers):
        for unit in range(layer.units):
            names = {network.weight_name(number, unit, k) for k in range(network.width_below(number))}
            if weight in names or weight == network.bias_name(number, unit):
                return number, unit
    raise KeyError(weight)


def opened(factors: Iterable[Expression]) -> tuple[Expression, ...]:
    """The factors of a product, products among them opened."""
    flat: list[Expression] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Multiply) else (factor,)
    return tuple(flat)


def cancelled(factors: tuple[Expression, ...]) -> Expression:
    """The product, where what a factor divides by does not stand beside it: ``u/(a(1 − a)) · a(1 − a)`` is u."""
    kept = list(factors)
    for factor in factors:
        if isinstance(factor, Divide):
            under = opened([factor.denominator])
            if all(kept.count(part) for part in under):
                for part in under:
                    kept.remove(part)
                kept[kept.index(factor)] = factor.numerator
    return times(*kept)


Link = tuple[Derivative, Expression, str, str]


def _message(way: Way, number: int, unit: int) -> None:
    """``∂L/∂z`` of one unit as steps, kept for whoever needs it."""
    parts = way.parts
    last = len(parts.problem.network.layers) - 1
    message = Derivative(parts.loss, parts.z[number][unit], True)
    links = _output_links(parts, unit, way) if number == last else _hidden_links(way, number, unit)
    where = parts.where
    value = simplify(cancelled(opened(way.known.get(link, local) for link, local, _, _ in links)))
    if len(links) == 1:
        ((link, local, rule, note),) = links
        if link not in way.known:
            way.messages.append(Step(rule, link, local, note, where))
        way.known[message] = value
        return
    chain = times(*(link for link, _, _, _ in links))
    way.messages.append(Step("chain rule", message, chain, f"the message to {parts.z[number][unit]}", where))
    way.messages += [Step(rule, link, local, note, where) for link, local, rule, note in links if rule]
    way.messages.append(Step("put together", message, value, where=where))
    way.known[message] = value


def _hidden_links(way: Way, number: int, unit: int) -> list[Link]:
    """``∂L/∂a_j · ∂a_j/∂z_j`` for a unit that others take, the first as a sum over those."""
    parts = way.parts
    a, z = parts.a[number][unit], parts.z[number][unit]
    arriving = Derivative(parts.loss, a, True)
    takers = []
    for m, taker in enumerate(parts.z[number + 1]):
        passed = derivative(parts.where[taker.full_name], a.full_name)
        if passed != ZERO:
            takers.append(times(Derivative(parts.loss, taker, True), passed))
        if Derivative(parts.loss, taker, True) not in way.known:
            _message(way, number + 1, m)
    total = simplify(_sum(takers))
    through = "through the unit that takes it" if len(takers) == 1 else f"through the {len(takers)} units that take it"
    way.messages.append(Step("sum over the units above", arriving, total, through, parts.where))
    value = simplify(_put_in(total, way.known))
    way.messages.append(Step("put the messages in", arriving, value, where=parts.where))
    way.known[arriving] = value
    return [(arriving, value, "", ""), _activation_link(parts, number, unit, z, a)]


def _put_in(node: Expression, known: Mapping[Derivative, Expression]) -> Expression:
    return transform(node, lambda n: known.get(n, n) if isinstance(n, Derivative) else n)


def _activation_link(parts: Parts, number: int, unit: int, z: Symbol, a: Symbol) -> Link:
    name = parts.problem.network.layers[number].activation
    rule, note = ACTIVATION_NOTES[name]
    return Derivative(a, z, not parts.problem.network.is_neuron), activation_slope(name, z, a), rule, note


def activation_slope(name: str, z: Expression, a: Expression) -> Expression:
    """``da/dz`` in the terms that a blackboard would use."""
    return ONE if name == "identity" else FORMULAS[name](z, a)


def _output_links(parts: Parts, unit: int, way: Way) -> list[Link]:
    """The chain from the loss to the preactivation of an output."""
    network, kind = parts.problem.network, parts.problem.loss
    name, partial = network.layers[-1].activation, not network.is_neuron
    a, z, target = parts.a[-1][unit], parts.z[-1][unit], parts.targets[unit]
    if name == "softmax":
        return [_softmax_link(parts, unit)]
    activation = _activation_link(parts, len(network.layers) - 1, unit, z, a)
    if kind == "cross-entropy":
        slope = Divide(minus(a, target), times(a, minus(ONE, a)))
        return [(Derivative(parts.loss, a, partial), slope, "logarithm rule", "(ln u)' = 1/u"), activation]
    r = parts.r[unit]
    rule, note = LOSS_NOTES[kind]
    return [
        (Derivative(parts.loss, r, partial), loss_slope(kind, r), rule, note),
        (Derivative(r, a, partial), ONE, "sum rule", "the label is a constant"),
        activation,
    ]


def loss_slope(kind: str, r: Expression) -> Expression:
    """The derivative of ``r²`` or ``|r|``."""
    return times(TWO, r) if kind == "mse" else Divide(r, Function("abs", r))


def _softmax_link(parts: Parts, unit: int) -> Link:
    """``∂L/∂z_k``: every output moves, ``∂a_j/∂z_k = a_j(1 − a_k)`` for j = k and ``−a_j a_k`` otherwise."""
    a, link = parts.a[-1], Derivative(parts.loss, parts.z[-1][unit], True)
    if parts.problem.loss == "cross-entropy":
        note = "softmax with cross-entropy: its share less what it should be"
        return link, simplify(minus(a[unit], parts.targets[unit])), "softmax rule", note
    terms = []
    for j, (share, r) in enumerate(zip(a, parts.r, strict=True)):
        moved = times(share, minus(ONE, share)) if j == unit else Negate(times(share, a[unit]))
        terms.append(times(loss_slope(parts.problem.loss, r), moved))
    note = "every share moves: ∂a_j/∂z_k = a_j(1 − a_k) for j = k, −a_j·a_k otherwise"
    return link, simplify(_sum(terms)), "softmax rule", note


def _sum(terms: list[Expression]) -> Expression:
    return Add(tuple(terms)) if len(terms) > 1 else terms[0] if terms else ZERO
