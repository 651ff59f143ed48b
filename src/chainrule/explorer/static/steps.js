// The derivative at the present weights, step by step for the chosen point, by the chain rule; then the mean over all points.

import { h, m, renew, set } from "./dom.js";
import { unitForms } from "./equations.js";
import { aim, backward, cost, costSlope, isBias, isNeuron, outputs } from "./formula.js";
import { absolute, apply, frac, inlineMath, line, num, op, paren, partial, row, square, sub, sup, term } from "./mathml.js";
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
    renew(list, JSON.stringify([state.weights, state.free, state.layers, state.loss, state.penalty, state.chosen, names, state.points.length < 200 ? state.points : derived.loss]), () =>
      state.points.length ? steps(derived, names).map(([why, ...maths]) => h("li", {}, h("span", { class: "why-step" }, why), h("span", { class: "step-math", tabindex: "0", role: "group", "aria-label": String(why) }, ...maths)))
        : [h("li", { class: "soft" }, "Put a point on the plane to see its derivative.")]);
  }

  return { element, update };
}

/** @typedef {ReturnType<typeof unitForms>[number]} Unit */
/** @typedef {[string, ...Node[]]} Step */
/**
 * One point put through the network and back.
 * @typedef {{derived: import("./derived.js").Derived, units: Unit[], values: Float64Array[], pre: Float64Array[], deltas: Float64Array[], targets: Float64Array,
 *   cost: number, slopes: Float64Array, L: () => Node, z: (u: Unit) => Node}} Pass
 */

/** @param {import("./derived.js").Derived} derived @param {string[]} names the weights to differentiate by @returns {Step[]} */
function steps(derived, names) {
  const { state, network, weights, rows } = derived, point = rows[state.chosen], slopes = new Float64Array(weights.length);
  outputs(network, weights, point);
  aim(network, point[state.inputs.length]);
  const pointCost = cost(network);
  backward(network, weights, 1, slopes);
  const copy = (/** @type {Float64Array[]} */ list) => list.map((v) => v.slice()), single = isNeuron(state);
  /** @type {Pass} */ const pass = {
    derived, units: unitForms(state), values: copy(network.values), pre: copy(network.pre), deltas: copy(network.deltas), targets: network.targets.slice(), cost: pointCost, slopes,
    L: () => sub(m("mi", "L"), m("mn", String(state.chosen + 1))),
    z: (u) => (single ? m("mi", "z") : !u.isLast ? sub(m("mi", "z"), u.name.cloneNode(true)) : sub(m("mi", "z"), u.name.nodeName === "mi" ? m("mi", "a") : m("mn", String(u.j)))),
  };
  return [...forward(pass), costStep(pass), ...back(pass), ...chain(pass, names), ...means(pass, names)];
}

/** The point through every unit, from the inputs on.
 * @param {Pass} pass @returns {Step[]} */
function forward({ derived: { state }, units, values, pre, z }) {
  const softmax = state.layers[state.layers.length - 1].activation === "softmax";
  /** @type {Step[]} */ const found = units.map((u) => {
    const below = values[u.l];
    const numbers = u.names.flatMap((name, k) => {
      const w = value(state.weights[name]), isFree = state.free.includes(name);
      if (k >= below.length) return [term(w, null, isFree ? "free" : "")];
      return [{ negative: w < 0, body: [coloured(num(Math.abs(w), 4), isFree), op("⋅"), below[k] < 0 ? paren(num(below[k], 4)) : num(below[k], 4)] }];
    });
    const first = line(...parts([z(u), op("=")], numbers), [op("="), num(pre[u.l + 1][u.j])]);
    if (softmax && u.isLast) return ["Put the point into the network", first];
    return [u.isLast ? "Put the point into the network" : "Hidden unit", first,
      line([u.name.cloneNode(true), op("="), activation(u.activation, z(u))], [op("="), num(values[u.l + 1][u.j])])];
  });
  const top = units.filter((u) => u.isLast);
  if (softmax) {
    found.push(["Softmax: each output's share of the exponentials", ...top.map((u) =>
      inlineMath(row(u.name.cloneNode(true), op("="), frac(sup(m("mi", "e"), z(u)), row(...top.flatMap((v, k) => [...(k ? [op("+")] : []), sup(m("mi", "e"), z(v))]))), op("="), num(values[u.l + 1][u.j]))))]);
  }
  return found;
}

/** What the point costs.
 * @param {Pass} pass @returns {Step} */
function costStep({ derived: { state }, units, targets, cost: total, L }) {
  const top = units.filter((u) => u.isLast), log = (/** @type {Node} */ inside) => apply(m("mi", "ln"), inside);
  const name = (/** @type {Unit} */ u) => u.name.cloneNode(true), softmax = top[0].activation === "softmax";
  const terms = top.map((u, k) => {
    const t = targets[k];
    if (state.loss === "mse") return [square(name(u), op("−"), num(t))];
    if (state.loss === "mae") return [absolute(name(u), op("−"), num(t))];
    const chosen = t === 0 ? [] : [row(...(t === 1 ? [] : [num(t), op("\u2062")]), log(name(u)))];
    const missed = t === 1 || softmax ? [] : [row(...(t === 0 ? [] : [num(1 - t), op("\u2062")]), log(row(m("mn", "1"), op("−"), name(u))))];
    return [...chosen, ...missed];
  }).flat();
  const written = terms.flatMap((node, k) => [...(k ? [op("+")] : []), node]), cross = state.loss === "cross-entropy";
  return ["The loss of this point", line([L(), op("="), ...(cross ? [m("mo", { form: "prefix" }, "−"), ...(terms.length > 1 ? [paren(...written)] : written)] : written)], [op("="), num(total)])];
}

/** From the loss back to every unit's z.
 * @param {Pass} pass @returns {Step[]} */
function back(pass) {
  const { derived: { state }, units, values, deltas, targets, L, z } = pass, top = units.filter((u) => u.isLast), kind = state.loss, softmax = top[0].activation === "softmax";
  /** @type {Step[]} */ const found = [], name = (/** @type {Unit} */ u) => u.name.cloneNode(true);
  if (kind === "cross-entropy") {
    found.push([`Cross-entropy and ${softmax ? "softmax" : "σ"} together: what is put out less what is wanted`, ...top.map((u, k) =>
      line([partial(L(), z(u)), op("="), name(u), op("−"), num(targets[k])], [op("="), num(deltas[u.l + 1][u.j])]))]);
  } else {
    found.push([kind === "mse" ? "The square by its inside" : "The absolute value by its inside: the sign of the error", ...top.map((u, k) => {
      const slope = costSlope(kind, values[u.l + 1][u.j] - targets[k]);
      return inlineMath(row(partial(L(), name(u)), op("="), ...(kind === "mse" ? [m("mn", "2"), op("\u2062"), paren(name(u), op("−"), num(targets[k])), op("=")] : []), num(slope)));
    })]);
    if (softmax) {
      found.push(["Softmax by its inside: every output sees every z", ...top.map((u) => line([partial(L(), z(u)), op("="), name(u), op("\u2062"), paren(partial(L(), name(u)), op("−"), op("∑"), sub(m("mi", "a"), m("mi", "k")), partial(L(), sub(m("mi", "a"), m("mi", "k"))))], [op("="), num(deltas[u.l + 1][u.j])]))]);
    }
  }
  const settled = kind === "cross-entropy" || softmax; // then the outputs' z are done
  for (const u of [...units].reverse()) {
    if (u.isLast && settled) continue;
    const delta = deltas[u.l + 1][u.j], [rule, slope] = activationSlope(u.activation, u.name, values[u.l + 1][u.j]);
    found.push([u.isLast ? `The ${u.activation} by its inside` : "Back through a hidden unit", ...(u.isLast ? [] : [backThrough(pass, u)]),
      inlineMath(row(partial(name(u), z(u)), op("="), rule, op("="), num(slope))),
      inlineMath(row(partial(L(), z(u)), op("="), partial(L(), name(u)), op("⋅"), partial(name(u), z(u)), op("="), num(delta)))]);
  }
  return found;
}

/** ∂L/∂w of the chosen point: what reaches the unit, times what the weight multiplies.
 * @param {Pass} pass @param {string[]} names @returns {Step[]} */
function chain({ derived: { network }, units, values, deltas, slopes, L, z }, names) {
  return units.flatMap((u) => u.names.flatMap((name, k) => {
    if (!names.includes(name)) return [];
    const bias = k >= u.sources.length, x = bias ? 1 : values[u.l][k], g = slopes[/** @type {number} */ (network.index.get(name))];
    const factor = bias ? m("mn", "1") : u.sources[k].cloneNode(true);
    return [/** @type {Step} */ (["By the chain rule", line([partial(L(), coloured(nameMath(name), true)), op("="), partial(L(), z(u)), op("⋅"), factor], [op("="), signed(deltas[u.l + 1][u.j]), op("⋅"), signed(x)], [op("="), num(g)])])];
  }));
}

/** The derivative of the whole loss: the mean over the points, and what the penalty adds.
 * @param {Pass} pass @param {string[]} names @returns {Step[]} */
function means({ derived }, names) {
  const { state, network, rows } = derived, n = rows.length, penalty = value(state.penalty);
  /** @type {Step[]} */ const found = [];
  for (const name of n > 1 || penalty ? names : []) {
    const pull = penalty && !isBias(name) ? [[op("+"), m("mn", "2"), op("⋅"), num(penalty), op("⋅"), signed(value(state.weights[name]))]] : [];
    found.push([`The ${state.weighted ? "weighted " : ""}mean over ${n === 1 ? "the point" : `all ${n} points`}${pull.length ? ", and the penalty's share" : ""}`,
      line([partial(m("mi", "L"), coloured(nameMath(name), true)), op("=")], ...meanOf(derived, name), ...pull, [op("="), num(derived.slopes[/** @type {number} */ (network.index.get(name))], 6)])]);
  }
  if (!state.free.length) found.push(["No weight is free", inlineMath(m("mtext", "Free one to see the derivative by it."))]);
  return found;
}

/** A sum that may be broken before its signs.
 * @param {Node[]} head @param {import("./mathml.js").Term[]} terms */
function parts(head, terms) {
  return terms.map(({ negative, body }, k) => [...(k ? [] : head), ...(k || negative ? [m("mo", { form: k ? "infix" : "prefix" }, negative ? "−" : "+")] : []), ...body]);
}

/** 1/n (… + …) for few points, a sum for many; with case weights 1/Σc (c·… + …). May be broken between its parts.
 * @param {import("./derived.js").Derived} derived @param {string} name @returns {Node[][]} */
function meanOf({ state, network, weights, rows }, name) {
  const at = state.inputs.length, count = state.weighted ? state.points.reduce((t, p) => t + value(p[at + 1]), 0) : rows.length;
  const share = count === 1 ? [] : [frac(m("mn", "1"), num(count))];
  if (rows.length > MOST_TERMS) return [[...share, op("∑"), ...(state.weighted ? [sub(m("mi", "c"), m("mi", "i")), op("\u2062")] : []), partial(sub(m("mi", "L"), m("mi", "i")), nameMath(name))]];
  const terms = rows.map((point, i) => {
    const slopes = new Float64Array(weights.length);
    outputs(network, weights, point);
    aim(network, point[at]);
    backward(network, weights, 1, slopes);
    const x = slopes[/** @type {number} */ (network.index.get(name))];
    return { negative: x < 0, body: [...(state.weighted ? [num(value(state.points[i][at + 1])), op("⋅")] : []), num(Math.abs(x), 3)] };
  });
  const bracket = (/** @type {string} */ sign) => m("mo", { stretchy: "false" }, sign), pieces = parts([...share, bracket("(")], terms);
  pieces[pieces.length - 1].push(bracket(")"));
  return pieces;
}

/** ∂L/∂h of a hidden unit: the sum over the units that see it.
 * @param {Pass} pass @param {Unit} u */
function backThrough({ derived: { state }, units, deltas, L, z }, u) {
  const above = units.filter((v) => v.l === u.l + 1);
  const total = above.reduce((t, v) => t + deltas[v.l + 1][v.j] * value(state.weights[v.names[u.j]]), 0);
  return inlineMath(row(partial(L(), u.name.cloneNode(true)), op("="), ...above.flatMap((v, k) => [...(k ? [op("+")] : []), partial(L(), z(v)), op("⋅"), nameMath(v.names[u.j])]), op("="), num(total)));
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
