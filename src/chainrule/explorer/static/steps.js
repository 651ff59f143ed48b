// The derivative at the present weights, step by step for the chosen point, by the chain rule; then the mean over all points.

import { h, m, renew, set } from "./dom.js";
import { unitForms } from "./equations.js";
import { backward, isNeuron, output, preactivation } from "./formula.js";
import { frac, inlineMath, line, num, op, paren, partial, row, square, sub, sum, term } from "./mathml.js";
import { nameMath, nameSpoken } from "./names.js";
import { value } from "./number.js";

const MOST_TERMS = 4;
const MANY = 3; // of more free weights than this, one at a time

/** @param {import("./page.js").Page} page */
export function createSteps(page) {
  const list = h("ol", { class: "steps" });
  const select = h("select", { "aria-label": "The point of the steps", onchange: () => page.act({ type: "choose", index: Number(select.value) }) });
  const weight = h("select", { "aria-label": "The weight of the steps", onchange: () => update(page.derive()) });
  const by = h("span", { class: "pair" }, h("span", { class: "soft" }, "by"), weight);
  const element = h("div", { class: "derivative" }, h("div", { class: "tools" }, h("span", { class: "soft" }, "for"), select, by), list);

  /** @param {import("./derived.js").Derived} derived */
  function update(derived) {
    const { state } = derived;
    renew(select, String(state.points.length), () => state.points.map((_, i) => h("option", { value: i }, `point ${i + 1}`)));
    set(select, { disabled: !state.points.length });
    select.value = String(state.chosen);
    const many = state.free.length > MANY;
    by.hidden = !many;
    renew(weight, state.free.join(), () => state.free.map((name) => h("option", { value: name }, nameSpoken(name))));
    const names = many ? [weight.value] : state.free;
    renew(list, JSON.stringify([state.weights, state.free, state.layers, state.chosen, names, state.points.length < 200 ? state.points : derived.loss]), () =>
      state.points.length ? steps(derived, names).map(([why, ...maths]) => h("li", {}, h("span", { class: "why-step" }, why), h("span", { class: "step-math", tabindex: "0", role: "group", "aria-label": String(why) }, ...maths)))
        : [h("li", { class: "soft" }, "Put a point on the plane to see its derivative.")]);
  }

  return { element, update };
}

/** @param {import("./derived.js").Derived} derived @param {string[]} names the weights to differentiate by @returns {[string, ...Node[]][]} */
function steps(derived, names) {
  const { state, network, weights, rows } = derived, point = rows[state.chosen], n = rows.length;
  const label = point[state.inputs.length], slopes = new Float64Array(weights.length);
  const a = output(network, weights, point), error = a - label;
  backward(network, weights, 2 * error, slopes);
  const values = network.values.map((v) => v.slice()), deltas = network.deltas.map((v) => v.slice());
  const units = unitForms(state), i = state.chosen + 1, L = () => sub(m("mi", "L"), m("mn", String(i)));
  const pre = (/** @type {any} */ u) => (isNeuron(state) ? m("mi", "z") : u.isLast ? sub(m("mi", "z"), m("mi", "a")) : sub(m("mi", "z"), u.name.cloneNode(true)));
  /** @type {[string, ...Node[]][]} */ const found = [];

  for (const u of units) {
    const below = values[u.l], z = preactivation(network.dense[u.l], u.j, weights, below);
    const numbers = u.names.flatMap((name, k) => {
      const w = value(state.weights[name]);
      return [k < below.length ? { negative: w < 0, body: [coloured(num(Math.abs(w), 4), state.free.includes(name)), op("⋅"), below[k] < 0 ? paren(num(below[k], 4)) : num(below[k], 4)] } : term(w, null)];
    });
    found.push([u.isLast ? "Put the point into the network" : "Hidden unit",
      line(...parts([pre(u), op("=")], numbers), [op("="), num(z)]),
      line([u.name.cloneNode(true), op("="), activation(u.activation, pre(u))], [op("="), num(values[u.l + 1][u.j])])]);
  }
  found.push(["The loss of this point", inlineMath(row(L(), op("="), square(m("mi", "a"), op("−"), num(label)), op("="), num(error * error)))]);
  found.push(["The square by its inside", inlineMath(row(partial(L(), m("mi", "a")), op("="), m("mn", "2"), op("\u2062"), paren(m("mi", "a"), op("−"), num(label)), op("="), num(2 * error)))]);
  for (const u of [...units].reverse()) {
    const value = values[u.l + 1][u.j], delta = deltas[u.l + 1][u.j], [rule, slope] = activationSlope(u.activation, u.name, value);
    const first = inlineMath(row(partial(u.name.cloneNode(true), pre(u)), op("="), rule, op("="), num(slope)));
    const upstream = u.isLast ? [] : backThrough(units, u, deltas, state, pre, L);
    found.push([u.isLast ? `The ${u.activation} by its inside` : "Back through a hidden unit", ...upstream, first,
      inlineMath(row(partial(L(), pre(u)), op("="), partial(L(), u.name.cloneNode(true)), op("⋅"), partial(u.name.cloneNode(true), pre(u)), op("="), num(delta)))]);
  }
  units.forEach((u) => u.names.forEach((name, k) => {
    if (!names.includes(name)) return;
    const isBias = k >= u.sources.length, x = isBias ? 1 : values[u.l][k], g = slopes[/** @type {number} */ (network.index.get(name))];
    const factor = isBias ? m("mn", "1") : u.sources[k].cloneNode(true);
    found.push(["By the chain rule", line([partial(L(), coloured(nameMath(name), true)), op("="), partial(L(), pre(u)), op("⋅"), factor], [op("="), signed(deltas[u.l + 1][u.j]), op("⋅"), signed(x)], [op("="), num(g)])]);
  }));
  for (const name of names) {
    if (n === 1) break;
    found.push([`The mean over all ${n} points`, line([partial(m("mi", "L"), coloured(nameMath(name), true)), op("="), ...meanOf(derived, name)], [op("="), num(derived.slopes[/** @type {number} */ (network.index.get(name))], 6)])]);
  }
  if (!state.free.length) found.push(["No weight is free", inlineMath(m("mtext", "Free one to see the derivative by it."))]);
  return found;
}

/** A sum that may be broken before its signs.
 * @param {Node[]} head @param {import("./mathml.js").Term[]} terms */
function parts(head, terms) {
  return terms.map(({ negative, body }, k) => [...(k ? [] : head), ...(k || negative ? [m("mo", { form: k ? "infix" : "prefix" }, negative ? "−" : "+")] : []), ...body]);
}

/** 1/n (… + …) = for few points, nothing for many.
 * @param {import("./derived.js").Derived} derived @param {string} name */
function meanOf({ network, weights, rows }, name) {
  if (rows.length > MOST_TERMS) return [frac(m("mn", "1"), m("mn", String(rows.length))), op("∑"), partial(sub(m("mi", "L"), m("mi", "i")), nameMath(name))];
  const shares = rows.map((point) => {
    const slopes = new Float64Array(weights.length);
    backward(network, weights, 2 * (output(network, weights, point) - point[point.length - 1]), slopes);
    return slopes[/** @type {number} */ (network.index.get(name))];
  });
  return [frac(m("mn", "1"), m("mn", String(rows.length))), paren(sum(shares.map((x) => ({ negative: x < 0, body: [num(Math.abs(x), 3)] }))))];
}

/** ∂L/∂h of a hidden unit: the sum over the units that see it.
 * @param {any[]} units @param {any} u @param {Float64Array[]} deltas @param {import("./state.js").State} state @param {(u: any) => Node} pre @param {() => Node} L */
function backThrough(units, u, deltas, state, pre, L) {
  const above = units.filter((v) => v.l === u.l + 1);
  const total = above.reduce((t, v) => t + deltas[v.l + 1][v.j] * value(state.weights[v.names[u.j]]), 0);
  return [inlineMath(row(partial(L(), u.name.cloneNode(true)), op("="), ...above.flatMap((v, k) => [...(k ? [op("+")] : []), partial(L(), pre(v)), op("⋅"), nameMath(v.names[u.j])]), op("="), num(total)))];
}

/** @param {string} name @param {Node} z */
function activation(name, z) {
  return name === "identity" ? row(z) : row(name === "sigmoid" ? m("mi", "σ") : m("mi", name), op("\u2061"), paren(z));
}

/** @param {string} name @param {Node} unit @param {number} a @returns {[Node, number]} */
function activationSlope(name, unit, a) {
  const u = () => unit.cloneNode(true);
  if (name === "sigmoid") return [row(u(), op("\u2062"), paren(m("mn", "1"), op("−"), u())), a * (1 - a)];
  if (name === "tanh") return [row(m("mn", "1"), op("−"), m("msup", u(), m("mn", "2"))), 1 - a * a];
  if (name === "softplus") return [row(m("mn", "1"), op("−"), m("msup", m("mi", "e"), row(m("mo", { form: "prefix" }, "−"), u()))), -Math.expm1(-a)];
  return name === "relu" ? [m("mtext", a > 0 ? "1 above 0" : "0 below 0"), a > 0 ? 1 : 0] : [m("mn", "1"), 1];
}

/** @param {number} x */
function signed(x) {
  return x < 0 ? paren(num(x)) : num(x);
}

/** @param {Node} node @param {boolean} isFree */
function coloured(node, isFree) {
  if (isFree) /** @type {Element} */ (node).setAttribute("class", "free");
  return node;
}
