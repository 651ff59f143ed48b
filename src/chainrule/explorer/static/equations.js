// The equations with the present numbers in them: the network and its boundary, and the loss of the free weights.

import { h, m, renew, toggle } from "./dom.js";
import { isNeuron } from "./formula.js";
import { apply, frac, freeNames, inlineMath, input, joint, line, linearForm, math, num, op, paren, row, sigmaOf, square, sub, sum, sup, term } from "./mathml.js";
import { nameMath } from "./names.js";
import { value } from "./number.js";

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
  const units = unitForms(state), lines = units.map(({ left, form, activation }) => math(row(left, op("="), activated(form, activation, state.written && units.length === 1))));
  const last = units[units.length - 1];
  if (last.activation === "sigmoid" && isNeuron(state)) {
    const changing = linearForm(last.names, last.sources, state);
    lines.push(h("p", { class: "boundary-line" }, h("span", { class: "soft" }, "boundary, where "), inlineMath(row(m("mi", "a"), op("="), frac(m("mn", "1"), m("mn", "2")))), h("span", { class: "soft" }, ": "), inlineMath(row(sum(changing), op("="), m("mn", "0")))));
  }
  return lines;
}

/** Every unit with its name, its weights and the names of what it sees.
 * @param {State} state */
export function unitForms(state) {
  const { inputs, layers } = state, single = isNeuron(state);
  let sources = inputs.map((name) => /** @type {Node} */ (input(name)));
  return layers.flatMap((layer, l) => {
    const isLast = l === layers.length - 1, seen = sources;
    const units = Array.from({ length: layer.units }, (_, j) => {
      const names = single ? [...inputs.map((n) => `w_${n}`), "bias"]
        : [...seen.map((_s, k) => `w${l + 1}[${j},${l === 0 ? inputs[k] : k}]`), `b${l + 1}[${j}]`];
      const name = isLast ? m("mi", "a") : sub(m("mi", "hgk"[l] ?? "h"), m("mn", String(j)));
      return { l, j, names, sources: seen, form: linearForm(names, seen, state), activation: layer.activation, name, left: isLast ? apply(m("mi", "a"), ...freeInputs(inputs)) : name.cloneNode(true), isLast };
    });
    sources = units.map(({ name }) => name.cloneNode(true));
    return units;
  });
}

/** @param {string[]} inputs */
function freeInputs(inputs) {
  return inputs.flatMap((name, i) => [...(i ? [op(",")] : []), /** @type {Node} */ (input(name))]);
}

/** @param {import("./mathml.js").Term[]} form @param {string} activation @param {boolean} written */
export function activated(form, activation, written) {
  if (activation === "sigmoid") return sigmaOf(form, written);
  return activation === "identity" ? sum(form) : apply(m("mi", activation), sum(form));
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
    const shown = isNeuron(state) ? state.points.slice(0, SHOWN) : [];
    renew(body, JSON.stringify([state.weights, state.free, state.layers, state.inputs, state.written, shown, state.points.length, loss]), () =>
      state.points.length ? [lossEquation(state, loss)] : [h("p", { class: "soft" }, "With a point on the plane, its loss stands here.")]);
  }
  return { element, update };
}

/** L = 1/n [ (σ(…) − ℓ)² + … ] = number, broken between its terms; of many points the sum, and the first ones.
 * @param {State} state @param {number} loss */
function lossEquation(state, loss) {
  const n = state.points.length, share = n === 1 ? [] : [frac(m("mn", "1"), m("mn", String(n)))];
  const few = state.free.length > 0 && state.free.length <= 4;
  const left = [few ? apply(m("mi", "L"), ...freeNames(state.free)) : m("mi", "L"), op("=")];
  const now = few ? [m("mrow", { class: "now" }, m("mtext", "\u2003now\u00A0"), num(loss, 6))] : [op("="), num(loss, 6)];
  if (!isNeuron(state) || state.layers[0].activation !== "sigmoid") return line([...left, ...share, total(state)], now);
  const size = state.written ? "2.6em" : "1.5em", bracket = (/** @type {string} */ sign) => (n === 1 ? [] : [m("mo", { stretchy: "true", minsize: size, maxsize: size, symmetric: "true" }, sign)]);
  const terms = state.points.slice(0, n > SHOWN ? 3 : SHOWN).map((point, i) => [...(i ? [joint("+")] : [...share, ...bracket("[")]), squared(state, point)]);
  if (n > SHOWN) terms.push([joint("+"), m("mo", "⋯")], [joint("+"), squared(state, state.points[n - 1])]);
  terms[terms.length - 1].push(...bracket("]"));
  const head = n > SHOWN ? [[...left, ...share.map((s) => s.cloneNode(true)), total(state)], [op("="), ...terms[0]]] : [[...left, ...terms[0]]];
  return line(...head, ...terms.slice(1), now);
}

/** Σ (a(x_i, …) − ℓ_i)²
 * @param {State} state */
function total(state) {
  const error = square(apply(m("mi", "a"), ...state.inputs.flatMap((name, k) => [...(k ? [op(",")] : []), indexed(name)])), op("−"), sub(m("mi", "ℓ"), m("mi", "i")));
  return row(m("munderover", op("∑"), row(m("mi", "i"), op("="), m("mn", "1")), m("mn", String(state.points.length))), error);
}

/** @param {string} name */
function indexed(name) {
  return sub(/** @type {Node} */ (input(name)), m("mi", "i"));
}

/** (σ(form of the free weights) − label)²
 * @param {State} state @param {import("./number.js").Num[]} point */
function squared(state, point) {
  const label = value(point[point.length - 1]), inside = sigmaOf(pointForm(state, point), state.written);
  if (label !== 0) return square(inside, op("−"), num(label));
  return state.written ? square(inside) : sup(inside.firstChild ? paren(inside) : inside, m("mn", "2"));
}

/** What one point makes of the free weights: its inputs as their factors, everything fixed as one number.
 * @param {State} state @param {import("./number.js").Num[]} point */
export function pointForm(state, point) {
  let constant = 0;
  /** @type {import("./mathml.js").Term[]} */ const terms = [];
  [...state.inputs.map((name) => `w_${name}`), "bias"].forEach((name, k) => {
    const x = k < state.inputs.length ? value(point[k]) : 1;
    if (!state.free.includes(name)) constant += x * value(state.weights[name]);
    else if (x !== 0) terms.push(term(x, nameMath(name)));
  });
  constant = Number(constant.toPrecision(12)); // 0.1 + 0.2 is to read 0.3; computed, like all numbers in the page
  return constant !== 0 || !terms.length ? [...terms, term(constant, null)] : terms;
}
