// Small builders of MathML: numbers with a true minus, sums with their signs, σ collapsed or written out.

import { h, m } from "./dom.js";
import { nameMath, word } from "./names.js";
import { show, value } from "./number.js";

/** @typedef {Node} Piece */
/** One term of a sum: a sign and what follows it.
 * @typedef {{negative: boolean, body: Node[]}} Term */

export const op = (/** @type {string} */ sign) => m("mo", sign);
/** A sign that begins a line broken off a formula, spaced as inside it. */
export const joint = (/** @type {string} */ sign) => m("mo", { form: "infix" }, sign);
export const num = (/** @type {number} */ x, digits = 5) => {
  const text = show(x, digits);
  return text.startsWith("−") ? m("mrow", op("−"), digitsNode(text.slice(1))) : digitsNode(text);
};
export const row = (/** @type {Node[]} */ ...parts) => m("mrow", ...parts);
export const paren = (/** @type {Node[]} */ ...parts) => m("mrow", op("("), ...parts, op(")"));
export const frac = (/** @type {Node} */ over, /** @type {Node} */ under) => m("mfrac", over, under);
export const sup = (/** @type {Node} */ base, /** @type {Node} */ power) => m("msup", base, power);
export const sub = (/** @type {Node} */ base, /** @type {Node} */ below) => m("msub", base, below);
export const square = (/** @type {Node[]} */ ...parts) => sup(paren(...parts), m("mn", "2"));
export const absolute = (/** @type {Node[]} */ ...parts) => m("mrow", m("mo", { form: "prefix", stretchy: "true" }, "|"), ...parts, m("mo", { form: "postfix", stretchy: "true" }, "|"));
export const sigma = () => m("mi", "σ");
export const apply = (/** @type {Node} */ f, /** @type {Node[]} */ ...parts) => row(f, op("\u2061"), paren(...parts));
export const partial = (/** @type {Node} */ over, /** @type {Node} */ under) => frac(row(m("mi", "∂"), over), row(m("mi", "∂"), under));

/** @param {string} text */
function digitsNode(text) {
  const cut = text.indexOf("·10");
  if (cut < 0) return m("mn", text);
  const power = [...text.slice(cut + 3)].map((c) => (c === "⁻" ? "−" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)))).join("");
  return row(m("mn", text.slice(0, cut)), op("⋅"), sup(m("mn", "10"), m("mn", power)));
}

/** A whole formula.
 * @param {Node[]} parts */
export function math(...parts) {
  return m("math", { display: "block" }, ...parts);
}

/** @param {Node[]} parts */
export function inlineMath(...parts) {
  return m("math", ...parts);
}

/** A formula that may be broken between its parts.
 * @param {Node[][]} parts */
export function line(...parts) {
  return h("span", { class: "formula" }, ...parts.map((part) => m("math", ...part)));
}

/** An input's or a unit's name: x, x₁, h with an index.
 * @param {string} name */
export function input(name) {
  const cut = name.indexOf("_");
  const digits = /^([^\d_]+)(\d+)$/.exec(name);
  if (cut > 0) return sub(m("mi", name.slice(0, cut)), word(name.slice(cut + 1)));
  return digits ? sub(m("mi", digits[1]), m("mn", digits[2])) : m("mi", name);
}

/** A number times something; 1 is left out.
 * @param {number} factor @param {Node | null} what @param {string} [kind] @returns {Term} */
export function term(factor, what, kind = "") {
  const size = Math.abs(factor), digits = num(size);
  const body = what === null ? [digits] : size === 1 && kind !== "free" ? [what] : [digits, op("\u2062"), what];
  if (kind) /** @type {Element} */ (digits).setAttribute("class", kind);
  return { negative: factor < 0, body };
}

/** Terms with their signs between them; nothing at all is 0.
 * @param {Term[]} terms */
export function sum(terms) {
  if (!terms.length) return row(m("mn", "0"));
  return row(...terms.flatMap(({ negative, body }, i) => [...(i ? [op(negative ? "−" : "+")] : negative ? [m("mo", { form: "prefix" }, "−")] : []), ...body]));
}

/** σ of a form, or 1/(1 + e^(−form))
 * @param {Term[]} terms @param {boolean} written */
export function sigmaOf(terms, written) {
  if (!written) return apply(sigma(), sum(terms));
  const flipped = terms.map(({ negative, body }) => ({ negative: !negative, body }));
  const power = sum(flipped), e = m("mi", "e");
  return frac(m("mn", "1"), row(m("mn", "1"), op("+"), power.textContent === "1" ? e : sup(e, power)));
}

/** The linear form of one unit with the present numbers: fixed weights as numbers, free ones as numbers in colour.
 * @param {string[]} names the weights' names, the bias last @param {Node[]} sources @param {import("./state.js").State} state */
export function linearForm(names, sources, state) {
  return names.flatMap((name, k) => {
    const w = value(state.weights[name]), isFree = state.free.includes(name);
    if (w === 0 && !isFree) return [];
    return [term(w, k < sources.length ? sources[k].cloneNode(true) : null, isFree ? "free" : "")];
  });
}

/** @param {string[]} free */
export function freeNames(free) {
  return free.flatMap((name, i) => [...(i ? [op(",")] : []), nameMath(name)]);
}
