// Weights' names as people write them: w with its index below, the layer's number above, b for a bias.

import { h, m } from "./dom.js";
import { split } from "./axes.js";

/** In running text.
 * @param {string} name */
export function nameNode(name) {
  return h("span", { class: "name" }, m("math", nameMath(name)));
}

/** In a formula.
 * @param {string} name */
export function nameMath(name) {
  const [letter, below, above] = split(name);
  if (!below) return m("mi", letter);
  const low = m("mrow", ...below.split(",").flatMap((part, k) => (k ? [m("mo", { separator: "true" }, ","), word(part)] : [word(part)])));
  return above ? m("msubsup", m("mi", letter), low, m("mrow", m("mo", { stretchy: "false" }, "("), m("mn", above), m("mo", { stretchy: "false" }, ")"))) : m("msub", m("mi", letter), low);
}

/** @param {string} text */
export function word(text) {
  return m(/^\d+$/.test(text) ? "mn" : "mi", text);
}

/** For a screen reader.
 * @param {string} name */
export function nameSpoken(name) {
  if (name === "bias") return "bias";
  const layered = /^([wb])(\d+)\[(.*)\]$/.exec(name);
  if (!layered) return name.replace("_", " ");
  const [unit, source] = layered[3].split(",");
  return layered[1] === "b" ? `bias of unit ${unit} of layer ${layered[2]}` : `weight of unit ${unit} of layer ${layered[2]} from ${source}`;
}
