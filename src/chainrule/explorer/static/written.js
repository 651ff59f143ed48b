// One point put into the network: what does not depend on a free weight has become a number, what does stands as a formula.

import { m } from "./dom.js";
import { ACTIVATIONS, hasBias, isNeuron, weightNames } from "./formula.js";
import { absolute, apply, frac, op, paren, row, sigmaOf, sum, sup, term } from "./mathml.js";
import { nameMath } from "./names.js";
import { value } from "./number.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./mathml.js").Term} Term */
/** A sum of terms that hold free weights, and of everything else as one number.
 * @typedef {{terms: Term[], constant: number}} Form */

const MOST_PARTS = 64; // units written out for one point

/** Whether a point's network is short enough to be written out: every unit writes out all that it sees.
 * @param {State} state */
export function isShort({ layers }) {
  return layers.reduce((parts, layer) => parts * layer.units, 1) <= MOST_PARTS;
}

/** The preactivation of each output.
 * @param {State} state @param {import("./number.js").Num[]} point @returns {Form[]} */
export function outputForms(state, point) {
  const { layers, inputs } = state, names = weightNames(state), free = new Set(state.free);
  let place = 0;
  const units = layers.map((layer, l) => Array.from({ length: layer.units }, () => {
    const begin = place;
    place += (l === 0 ? inputs.length : layers[l - 1].units) + (hasBias(layer) ? 1 : 0);
    return names.slice(begin, place);
  }));

  /** @param {number} l @param {number} j @returns {Form} */
  function form(l, j) {
    const below = l === 0 ? inputs.map((_, k) => value(point[k])) : units[l - 1].map((_, k) => activated(form(l - 1, k), layers[l - 1].activation, state.written));
    let constant = 0;
    /** @type {Term[]} */ const terms = [];
    units[l][j].forEach((name, k) => {
      const x = k < below.length ? below[k] : 1, w = value(state.weights[name]);
      if (typeof x === "number" && !free.has(name)) constant += x * w;
      else if (typeof x === "number") x !== 0 && terms.push(term(x, nameMath(name)));
      else if (!free.has(name)) w !== 0 && terms.push(term(w, x));
      else terms.push({ negative: false, body: [nameMath(name), op("\u2062"), x] });
    });
    return { terms, constant: Number(constant.toPrecision(12)) }; // 0.1 + 0.2 is to read 0.3; computed, like all numbers in the page
  }
  return units[layers.length - 1].map((_, j) => form(layers.length - 1, j));
}

/** The terms of a form, its number last; nothing at all is 0.
 * @param {Form} form @returns {Term[]} */
export function termsOf({ terms, constant }) {
  return constant !== 0 || !terms.length ? [...terms, term(constant, null)] : terms;
}

/** What a hidden unit gives: a number where nothing in it is free.
 * @param {Form} form @param {string} activation @param {boolean} written */
function activated(form, activation, written) {
  const { terms, constant } = form;
  if (!terms.length) return Number(ACTIVATIONS[/** @type {keyof typeof ACTIVATIONS} */ (activation)].at(constant).toPrecision(12));
  return activation === "identity" ? paren(sum(termsOf(form))) : applied(termsOf(form), activation, written);
}

/** An activation, but softmax, of a sum.
 * @param {Term[]} terms @param {string} activation @param {boolean} written */
export function applied(terms, activation, written) {
  if (activation === "sigmoid") return sigmaOf(terms, written);
  return activation === "identity" ? sum(terms) : apply(m("mi", activation), sum(terms));
}

/** e^form of each output, for softmax; the exponential of nothing is 1.
 * @param {Term[]} terms */
export function power(terms) {
  const inside = sum(terms);
  return inside.textContent === "0" ? m("mn", "1") : sup(m("mi", "e"), inside);
}

/** What one point costs, over its written outputs, or for cross-entropy its negative; null where it is too long to be written.
 * @param {State} state @param {import("./number.js").Num[]} point */
export function writtenCost(state, point) {
  const { layers, loss, written } = state, label = value(point[state.inputs.length]), { activation } = layers[layers.length - 1];
  if (!isShort(state)) return null;
  const forms = outputForms(state, point).map(termsOf);
  if (activation === "softmax") {
    if (loss !== "cross-entropy" || !Number.isInteger(label)) return null;
    return log(frac(power(forms[label]), row(...outputForms(state, point).flatMap((form, k) => [...(k ? [op("+")] : []), power(termsOf(form))]))));
  }
  if (forms.length > 1) return null;
  const inside = applied(forms[0], activation, written), bare = activation === "sigmoid" && !written;
  if (loss === "cross-entropy") {
    const missed = () => row(m("mn", "1"), op("−"), applied(termsOf(outputForms(state, point)[0]), activation, written));
    if (label === 1) return log(inside);
    if (label === 0) return log(missed());
    return row(...term(label, null).body, op("\u2062"), log(inside), op("+"), ...term(1 - label, null).body, op("\u2062"), log(missed()));
  }
  const error = label === 0 ? [inside] : [inside, op("−"), ...term(label, null).body];
  if (loss === "mae") return absolute(...error);
  return sup(label === 0 && bare && isNeuron(state) ? paren(inside) : paren(...error), m("mn", "2"));
}

/** @param {Node} inside */
function log(inside) {
  return apply(m("mi", "ln"), inside);
}
