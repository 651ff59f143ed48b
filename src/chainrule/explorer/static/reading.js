// Parts of a state that may come from anywhere: each is read, or refused with a sentence that says what was needed.

import { ACTIVATIONS, outputsOf } from "./formula.js";
import { quote, readNumber, value } from "./number.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./number.js").Num} Num */
/** @typedef {import("./formula.js").Layer} Layer */

export const LIMITS = { points: 2000, inputs: 40, layers: 4, units: 8, weights: 400, text: 200 };
export const METHODS = ["gradient", "momentum", "adam", "newton"];
export const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,39}$/u;
export const RESERVED = ["e", "bias", "label", "exp", "log", "v"];

/** The words that labels 0, 1, … stand for, where they came as words and fit the outputs.
 * @param {any} classes @param {number} outputs @returns {string[] | null} */
export function readClasses(classes, outputs) {
  return Array.isArray(classes) && classes.length === Math.max(outputs, 2) && classes.every((c) => typeof c === "string") ? classes.map(text) : null;
}

/** Which inputs the plane shows.
 * @param {any} axes @param {number} count @returns {[number, number]} */
export function readAxes(axes, count) {
  const fine = Array.isArray(axes) && axes.length === 2 && axes[0] !== axes[1] && axes.every((k) => Number.isInteger(k) && k >= 0 && k < count);
  return fine ? [axes[0], axes[1]] : [0, 1];
}

/** @param {any} layer @returns {Layer} */
export function readLayer(layer) {
  const known = [...Object.keys(ACTIVATIONS), "softmax"];
  need(layer && known.includes(layer.activation), `the activation ${quote(layer?.activation)} is none of ${known.join(", ")}`);
  need(Number.isInteger(layer.units) && layer.units >= 1 && layer.units <= LIMITS.units, `a layer has 1 to ${LIMITS.units} units; found ${quote(layer.units)}`);
  return { units: layer.units, activation: layer.activation, bias: layer.bias !== false };
}

/** @param {any} row @param {{inputs: string[], weighted: boolean, layers: Layer[]}} shape @param {number} i @returns {Num[]} */
export function readPoint(row, { inputs, weighted, layers }, i) {
  const names = [...inputs, "label", ...(weighted ? ["case weight"] : [])], outputs = outputsOf({ layers });
  need(Array.isArray(row) && row.length === names.length, `point ${i + 1} needs ${names.length} numbers: ${names.join(", ")}`);
  const point = row.map((/** @type {unknown} */ x, /** @type {number} */ k) => readNumber(x, `point ${i + 1}, ${names[k]}`));
  const label = value(point[inputs.length]);
  if (outputs > 2) need(Number.isInteger(label) && label >= 0 && label < outputs, `point ${i + 1}: the label is ${quote(label)}; with ${outputs} outputs it is the number of a class, 0 to ${outputs - 1}`);
  else need(label >= 0 && label <= 1, `point ${i + 1}: the label is ${quote(label)}; needed a number from 0 to 1`);
  if (weighted) need(value(point[inputs.length + 1]) >= 0, `point ${i + 1}: the case weight is ${quote(point[inputs.length + 1])}; needed 0 or more`);
  return point;
}

/** @param {any} view @returns {State["view"] | null} */
export function readView(view) {
  const fine = (/** @type {any} */ ends) =>
    Array.isArray(ends) && ends.length === 2 && ends.every(Number.isFinite) && ends[1] - ends[0] > 1e-9 && Math.abs(ends[0]) + Math.abs(ends[1]) < 1e12;
  return view && fine(view.x) && fine(view.y) ? { x: [view.x[0], view.x[1]], y: [view.y[0], view.y[1]] } : null;
}

/** The window on the plane: −5 to 5 where the points suit it, else what they span with some room around.
 * @param {Num[][]} points @param {number[]} shown the inputs on the axes @returns {State["view"]} */
export function fitted(points, shown) {
  const axes = shown.map((k) => points.map((p) => value(p[k])));
  const largest = Math.max(0, ...axes.flat().map(Math.abs));
  const usual = !points.length || (largest >= 0.8 && largest <= 4.6);
  const size = Math.max(...axes.map((xs) => Math.max(...xs) - Math.min(...xs))) || largest || 5;
  const windows = axes.map((xs) => {
    if (usual) return /** @type {[number, number]} */ ([-5, 5]);
    const low = Math.min(...xs), high = Math.max(...xs), half = 1.3 * Math.max((high - low) / 2, size / 4);
    return /** @type {[number, number]} */ ([(low + high) / 2 - half, (low + high) / 2 + half]);
  });
  const tallest = Math.max(1, ...points.map((p) => value(p[1])));
  return { x: windows[0], y: windows[1] ?? [-0.25, tallest + 0.25] }; // of one input the label is the height
}

/** @param {any} descent @param {string[]} names @returns {State["descent"]} */
export function readDescent(descent, names) {
  const methods = METHODS.filter((m) => (Array.isArray(descent?.methods) ? descent.methods.includes(m) : m === "gradient"));
  const rate = Number(descent?.rate);
  const start = descent?.start && typeof descent.start === "object" && names.every((n) => Number.isFinite(descent.start[n]))
    ? Object.fromEntries(names.map((n) => [n, descent.start[n]])) : null;
  return { methods: methods.length ? methods : ["gradient"], rate: rate >= 1e-4 && rate <= 100 ? rate : 1, step: start ? whole(descent.step, 5000) : 0, start };
}

/** @param {any} items @param {string} what @param {number} most @returns {any[]} */
export function list(items, what, most) {
  need(Array.isArray(items), `the ${what} are no list`);
  need(items.length <= most, `there are ${items.length} ${what}; at most ${most} fit on this page`);
  return items;
}

/** @param {unknown} n @param {number} most */
export function whole(n, most) {
  return Number.isInteger(n) && Number(n) >= 0 ? Math.min(Number(n), most) : 0;
}

/** @param {unknown} source */
export function text(source) {
  return typeof source === "string" ? source.slice(0, LIMITS.text) : "";
}

/** @param {unknown} truth @param {string} message */
export function need(truth, message) {
  if (!truth) throw new Error(message);
}
