// The equations with the present numbers in them: the network and its boundary, and the loss of the free weights.

import { h, m, renew, toggle } from "./dom.js";
import { hasBias, isBias, outputsOf, weightNames } from "./formula.js";
import { absolute, apply, frac, freeNames, inlineMath, input, joint, line, linearForm, math, num, op, paren, row, square, sub, sum, sup } from "./mathml.js";
import { nameMath } from "./names.js";
import { value } from "./number.js";
import { applied, isShort, writtenCost } from "./written.js";

const SHOWN = 6;

/** @typedef {import("./state.js").State} State */

/** The strip at the top: the network as an equation.
 * @param {import("./page.js").Page} page */
export function createHero(page) {
  const equations = h("div", { class: "hero-equations", role: "group", tabindex: "0", "aria-label": "The network as an equation" });
  const figure = h("div", { class: "hero-loss" });
  const element = h("section", { class: "hero", "aria-label": "The network as an equation" }, equations, figure);
  /** @param {import("./derived.js").Derived} derived */
  function update({ state, loss }) {
    renew(equations, JSON.stringify([state.weights, state.free, state.layers, state.inputs, state.written]), () => networkEquations(state));
    renew(figure, state.points.length ? String(loss) : "none", () =>
      state.points.length ? [h("span", { class: "soft" }, "loss now"), inlineMath(row(m("mi", "L"), op("="), num(loss, 6)))] : [h("span", { class: "soft" }, "no points, no loss")]);
  }
  return { element, update };
}

/** @param {State} state */
function networkEquations(state) {
  const units = unitForms(state), single = units.length === 1, top = units.filter((u) => u.isLast), softmax = top[0].activation === "softmax";
  /** @type {Element[]} */ const lines = units.map((u) => math(row(softmax && u.isLast ? sub(m("mi", "z"), m("mn", String(u.j))) : u.left, op("="),
    softmax && u.isLast ? sum(u.form) : applied(u.form, u.activation, state.written && single))));
  if (softmax) lines.push(math(row(sub(m("mi", "a"), m("mi", "j")), op("="), frac(exponential(m("mi", "j")), row(...top.flatMap(({ j }) => [...(j ? [op("+")] : []), exponential(m("mn", String(j)))]))))));
  if (single && top[0].activation === "sigmoid") {
    const changing = linearForm(top[0].names, top[0].sources, state);
    lines.push(h("p", { class: "boundary-line" }, h("span", { class: "soft" }, "boundary, where "), inlineMath(row(m("mi", "a"), op("="), frac(m("mn", "1"), m("mn", "2")))), h("span", { class: "soft" }, ": "), inlineMath(row(sum(changing), op("="), m("mn", "0")))));
  } else if (top.length > 1) {
    lines.push(h("p", { class: "boundary-line soft" }, `the largest output wins; ${top.map(({ j }) => `output ${j} is for ${state.classes?.[j] ?? `label ${j}`}`).join(", ")}`));
  }
  return lines;
}

/** e^z with an index.
 * @param {Node} index */
export function exponential(index) {
  return sup(m("mi", "e"), sub(m("mi", "z"), index));
}

/** Every unit with its name, its weights and the names of what it sees.
 * @param {State} state */
export function unitForms(state) {
  const { inputs, layers } = state, all = weightNames(state), outputs = outputsOf(state);
  let sources = inputs.map((name) => /** @type {Node} */ (input(name))), place = 0;
  return layers.flatMap((layer, l) => {
    const isLast = l === layers.length - 1, seen = sources;
    const units = Array.from({ length: layer.units }, (_, j) => {
      const names = all.slice(place, (place += seen.length + (hasBias(layer) ? 1 : 0)));
      const name = !isLast ? sub(m("mi", "hgk"[l] ?? "h"), m("mn", String(j))) : outputs === 1 ? m("mi", "a") : sub(m("mi", "a"), m("mn", String(j)));
      return { l, j, names, sources: seen, form: linearForm(names, seen, state), activation: layer.activation, name, left: isLast && outputs === 1 ? apply(m("mi", "a"), ...freeInputs(inputs)) : name.cloneNode(true), isLast };
    });
    sources = units.map(({ name }) => name.cloneNode(true));
    return units;
  });
}

/** @param {string[]} inputs @returns {Node[]} */
function freeInputs(inputs) {
  if (inputs.length > 6) return [...freeInputs(inputs.slice(0, 2)), op(","), m("mo", "⋯"), op(","), input(inputs[inputs.length - 1])];
  return inputs.flatMap((name, i) => [...(i ? [op(",")] : []), /** @type {Node} */ (input(name))]);
}

/** The loss as an equation.
 * @param {import("./page.js").Page} page */
export function createLossEquation(page) {
  const body = h("div", { class: "equation-scroll", tabindex: "0", role: "group", "aria-label": "The loss as an equation" });
  const knob = toggle("σ written out", (on) => page.act({ type: "written", on }));
  const element = h("div", { class: "loss-equation" }, body, h("div", { class: "tools end" }, h("span", { class: "soft" }, "σ written out"), knob.element));
  /** @param {import("./derived.js").Derived} derived */
  function update({ state, loss }) {
    knob.show(state.written);
    const shown = isShort(state) ? state.points.slice(0, SHOWN) : [];
    renew(body, JSON.stringify([state.weights, state.free, state.layers, state.inputs, state.loss, state.penalty, state.weighted, state.written, shown, state.points.length, loss]), () =>
      state.points.length ? [lossEquation(state, loss)] : [h("p", { class: "soft" }, "With a point on the plane, its loss stands here.")]);
  }
  return { element, update };
}

/** L = 1/n [ (σ(…) − ℓ)² + … ] + λ Σ w² = number, broken between its terms; of many points the sum, and the first ones.
 * @param {State} state @param {number} loss */
function lossEquation(state, loss) {
  const n = state.points.length, at = state.inputs.length + 1, few = state.free.length > 0 && state.free.length <= 4, cross = state.loss === "cross-entropy";
  const left = [few ? apply(m("mi", "L"), ...freeNames(state.free)) : m("mi", "L"), op("=")];
  const now = few ? [m("mrow", { class: "now" }, m("mtext", "\u2003now\u00A0"), num(loss, 6))] : [op("="), num(loss, 6)];
  const minus = () => (cross ? [m("mo", { form: "prefix" }, "−")] : []), count = state.weighted ? state.points.reduce((t, p) => t + value(p[at]), 0) : n;
  const share = () => [...minus(), ...(count === 1 ? [] : [frac(m("mn", "1"), num(count))])], penalty = value(state.penalty) ? [[joint("+"), ...penaltyTerm(state)]] : [];
  const first = state.points.slice(0, n > SHOWN ? 3 : SHOWN).map((point) => writtenCost(state, point));
  if (first.some((cost) => cost === null)) return line([...left, ...share(), total(state)], ...penalty, now);
  const size = state.written ? "2.6em" : "1.5em", bracket = (/** @type {string} */ sign) => (n === 1 && !cross ? [] : [m("mo", { stretchy: "true", minsize: size, maxsize: size, symmetric: "true" }, sign)]);
  const weighed = (/** @type {Node | null} */ cost, /** @type {number} */ i) => [...(state.weighted ? [num(value(state.points[i][at])), op("⋅")] : []), /** @type {Node} */ (cost)];
  const terms = first.map((cost, i) => [...(i ? [joint("+")] : [...share(), ...bracket("[")]), ...weighed(cost, i)]);
  if (n > SHOWN) terms.push([joint("+"), m("mo", "⋯")], [joint("+"), ...weighed(writtenCost(state, state.points[n - 1]), n - 1)]);
  terms[terms.length - 1].push(...bracket("]"));
  const head = n > SHOWN ? [[...left, ...share(), total(state)], [op("="), ...terms[0]]] : [[...left, ...terms[0]]];
  return line(...head, ...terms.slice(1), ...penalty, now);
}

/** λ times the squares of the weights that are no biases; those of the fixed ones are one number.
 * @param {State} state @returns {Node[]} */
function penaltyTerm(state) {
  const names = Object.keys(state.weights).filter((name) => !isBias(name)), free = names.filter((name) => state.free.includes(name));
  const fixed = names.reduce((t, name) => t + (state.free.includes(name) ? 0 : value(state.weights[name]) ** 2), 0), many = free.length > 6;
  const squares = many ? [m("mo", "∑"), sup(m("mi", "w"), m("mn", "2"))] : free.flatMap((name, k) => [...(k ? [op("+")] : []), sup(paren(nameMath(name)), m("mn", "2"))]);
  const rest = many || (!fixed && free.length) ? [] : [...(free.length ? [op("+")] : []), num(fixed)];
  return [num(value(state.penalty)), op("\u2062"), paren(...squares, ...rest)];
}

/** What all points cost, as a sum: Σ (a(x_i, …) − ℓ_i)² and its like.
 * @param {State} state */
function total(state) {
  const i = () => m("mi", "i"), many = outputsOf(state) > 1, softmax = state.layers[state.layers.length - 1].activation === "softmax";
  const label = () => sub(m("mi", many ? "t" : "ℓ"), many ? row(i(), m("mi", "k")) : i());
  const place = () => (state.inputs.length > 3 ? [sub(m("mi", "x"), i())] : state.inputs.flatMap((name, k) => [...(k ? [op(",")] : []), sub(input(name), i())]));
  const a = () => apply(many ? sub(m("mi", "a"), m("mi", "k")) : m("mi", "a"), ...place());
  const over = (/** @type {string} */ index, /** @type {number} */ from, /** @type {number} */ to) => m("munderover", op("∑"), row(m("mi", index), op("="), m("mn", String(from))), m("mn", String(to)));
  const log = (/** @type {Node} */ inside) => apply(m("mi", "ln"), inside), rest = (/** @type {Node} */ part) => row(m("mn", "1"), op("−"), part);
  /** @type {Record<State["loss"], () => Node>} */ const costs = {
    mse: () => square(a(), op("−"), label()),
    mae: () => absolute(a(), op("−"), label()),
    "cross-entropy": () => (softmax ? row(label(), op("\u2062"), log(a())) : paren(label(), op("\u2062"), log(a()), op("+"), paren(rest(label())), op("\u2062"), log(rest(a())))),
  };
  return row(over("i", 1, state.points.length), ...(many ? [over("k", 0, outputsOf(state) - 1)] : []), ...(state.weighted ? [sub(m("mi", "c"), i()), op("\u2062")] : []), costs[state.loss]());
}
