// The state of the page: one frozen JSON value of a stated version, changed only by `reduce`.
// Everything on the page is derived from it, so undo, the URL, the saved page and the notebook come for free.

import { ACTIVATIONS, weightNames } from "./formula.js";
import { quote, readNumber, value } from "./number.js";

/** @typedef {import("./number.js").Num} Num */
/** @typedef {import("./formula.js").Layer} Layer */
/** @typedef {{methods: string[], rate: number, step: number, start: Record<string, number> | null}} Descent */
/** @typedef {{v: 1, title: string, inputs: string[], classes: [string, string] | null, points: Num[][], layers: Layer[], weights: Record<string, Num>,
 *   free: string[], chosen: number, brush: 0 | 1, view: {x: [number, number], y: [number, number]},
 *   written: boolean, descent: Descent}} State */
/** @typedef {{type: string, [key: string]: any}} Action */

export const LIMITS = { points: 1000, inputs: 10, layers: 4, units: 8, weights: 200, text: 200 };
export const METHODS = ["gradient", "momentum", "adam", "newton"];
const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,39}$/u;
const RESERVED = ["e", "bias", "label", "exp", "log", "v"];

/** @type {State} */
const BLANK = {
  v: 1, title: "", inputs: ["x", "y"], classes: null, points: [], layers: [{ units: 1, activation: "sigmoid" }],
  weights: { w_x: 0.5, w_y: 1, bias: -1 }, free: ["w_x"], chosen: 0, brush: 1, view: { x: [-5, 5], y: [-5, 5] },
  written: false, descent: { methods: ["gradient"], rate: 1, step: 0, start: null },
};

/** A state from parts of one that may come from anywhere; throws a readable Error.
 * @param {any} parts @returns {State} */
export function makeState(parts) {
  need(parts && typeof parts === "object" && !Array.isArray(parts), "the state is no JSON object");
  need(parts.v === undefined || parts.v === 1, `the state has version ${quote(parts.v)}; this page reads version 1`);
  const inputs = list(parts.inputs ?? BLANK.inputs, "inputs", LIMITS.inputs).map((name) => {
    need(typeof name === "string" && NAME.test(name) && !RESERVED.includes(name), `${quote(name)} cannot name an input`);
    return name;
  });
  need(inputs.length > 0 && new Set(inputs).size === inputs.length, "the inputs need different names, at least one");
  const layers = list(parts.layers ?? BLANK.layers, "layers", LIMITS.layers).map(readLayer);
  need(layers.length > 0 && layers[layers.length - 1].units === 1, "the last layer needs exactly one unit");
  const names = weightNames({ inputs, layers });
  need(names.length <= LIMITS.weights, `the network has ${names.length} weights; at most ${LIMITS.weights} are shown`);
  const points = list(parts.points ?? [], "points", LIMITS.points).map((row, i) => readPoint(row, inputs, i));
  const given = parts.weights ?? {};
  need(typeof given === "object", "the weights are no JSON object");
  for (const name of Object.keys(given)) need(names.includes(name), `there is no weight ${quote(name)} in this network`);
  const weights = Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(given, name) ? readNumber(given[name], name) : firstValue(name)]));
  const free = list(parts.free ?? names, "free weights", LIMITS.weights);
  for (const name of free) need(names.includes(name), `there is no weight ${quote(name)} to be free`);
  return freeze({
    v: 1, title: text(parts.title), inputs, classes: readClasses(parts.classes), points, layers, weights, free: names.filter((name) => free.includes(name)),
    chosen: whole(parts.chosen, Math.max(points.length - 1, 0)), brush: parts.brush === 0 ? 0 : 1,
    view: readView(parts.view) ?? fitted(points, inputs.length), written: parts.written === true, descent: readDescent(parts.descent, names),
  });
}

/** The next state.
 * @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  const { points, weights } = state;
  switch (action.type) {
    case "add": {
      need(points.length < LIMITS.points, `there are ${points.length} points already, the most this page draws`);
      return data(state, [...points, readPoint(action.point, state.inputs, points.length)], points.length);
    }
    case "point": return data(state, points.map((p, i) => (i === action.index ? readPoint(action.point, state.inputs, i) : p)), action.index);
    case "flip": return data(state, points.map((p, i) => (i === action.index ? flipped(p) : p)), action.index);
    case "delete": return data(state, points.filter((_, i) => i !== action.index), Math.max(Math.min(state.chosen, points.length - 2), 0));
    case "clear": return data(state, [], 0);
    case "data": return makeState({ ...state, ...renamed(state, action.inputs), points: action.points, classes: action.classes ?? null, chosen: 0, view: null, descent: rest(state) });
    case "choose": return freeze({ ...state, chosen: action.index });
    case "brush": return freeze({ ...state, brush: action.label });
    case "weight": return freeze({ ...state, weights: { ...weights, [action.name]: readNumber(action.value, action.name) }, descent: rest(state) });
    case "free": {
      const free = Object.keys(weights).filter((name) => (name === action.name ? action.on : state.free.includes(name)));
      return freeze({ ...state, free, descent: rest(state) });
    }
    case "layers": return makeState({ ...state, ...keptWeights(state, action.layers), descent: rest(state) });
    case "view": return freeze({ ...state, view: action.view ?? fitted(points, state.inputs.length) });
    case "written": return freeze({ ...state, written: action.on });
    case "settings": return freeze({ ...state, descent: { ...state.descent, ...action.settings, step: 0, start: null } });
    case "descend": return freeze({ ...state, descent: { ...state.descent, step: action.step, start: action.start }, weights: { ...weights, ...action.weights } });
    case "load": return makeState(action.state);
    default: throw new Error(`unknown action ${quote(action.type)}`);
  }
}

/** New points; a descent on the old ones is over.
 * @param {State} state @param {Num[][]} points @param {number} chosen */
function data(state, points, chosen) {
  return freeze({ ...state, points, chosen, descent: rest(state) });
}

/** @param {State} state @returns {Descent} */
function rest(state) {
  return state.descent.start === null ? state.descent : { ...state.descent, step: 0, start: null };
}

/** @param {Num[]} point */
function flipped(point) {
  const label = value(point[point.length - 1]);
  return [...point.slice(0, -1), label === 0 || label === 1 ? 1 - label : label < 0.5 ? 1 : 0];
}

/** @param {State} state @param {string[]} inputs */
function renamed(state, inputs) {
  if (inputs.join() === state.inputs.join()) return {};
  return { inputs, weights: {}, free: undefined };
}

/** Weights whose names survive keep their values.
 * @param {State} state @param {Layer[]} layers */
function keptWeights(state, layers) {
  const names = weightNames({ inputs: state.inputs, layers });
  const kept = names.filter((name) => name in state.weights);
  return {
    layers,
    weights: Object.fromEntries(kept.map((name) => [name, state.weights[name]])),
    free: names.filter((name) => !(name in state.weights) || state.free.includes(name)),
  };
}

/** A start for a weight nobody has set, the same every time, unequal between units so that they can part:
 * the fractional part of multiples of the golden ratio, spread over [−1, 1].
 * @param {string} name */
function firstValue(name) {
  let seed = 7;
  for (const letter of name) seed = (seed * 31 + letter.charCodeAt(0)) % 9973;
  return Number((((seed * 0.6180339887) % 1) * 2 - 1).toFixed(2)) + 0;
}

/** The two words that labels 0 and 1 stand for, where they came as words.
 * @param {any} classes @returns {[string, string] | null} */
function readClasses(classes) {
  return Array.isArray(classes) && classes.length === 2 && classes.every((c) => typeof c === "string") ? [text(classes[0]), text(classes[1])] : null;
}

/** @param {any} layer @returns {Layer} */
function readLayer(layer) {
  need(layer && Object.hasOwn(ACTIVATIONS, layer.activation), `the activation ${quote(layer?.activation)} is none of ${Object.keys(ACTIVATIONS).join(", ")}`);
  need(Number.isInteger(layer.units) && layer.units >= 1 && layer.units <= LIMITS.units, `a layer has 1 to ${LIMITS.units} units; found ${quote(layer.units)}`);
  return { units: layer.units, activation: layer.activation };
}

/** @param {any} row @param {string[]} inputs @param {number} i @returns {Num[]} */
function readPoint(row, inputs, i) {
  need(Array.isArray(row) && row.length === inputs.length + 1, `point ${i + 1} needs ${inputs.length + 1} numbers: ${inputs.join(", ")}, label`);
  const point = row.map((/** @type {unknown} */ x, /** @type {number} */ k) => readNumber(x, `point ${i + 1}, ${k < inputs.length ? inputs[k] : "label"}`));
  const label = value(point[inputs.length]);
  need(label >= 0 && label <= 1, `point ${i + 1}: the label is ${quote(label)}; needed a number from 0 to 1`);
  return point;
}

/** @param {any} view @returns {State["view"] | null} */
function readView(view) {
  const fine = (/** @type {any} */ ends) =>
    Array.isArray(ends) && ends.length === 2 && ends.every(Number.isFinite) && ends[1] - ends[0] > 1e-9 && Math.abs(ends[0]) + Math.abs(ends[1]) < 1e12;
  return view && fine(view.x) && fine(view.y) ? { x: [view.x[0], view.x[1]], y: [view.y[0], view.y[1]] } : null;
}

/** The window on the plane: −5 to 5 where the points suit it, else what they span with some room around.
 * @param {Num[][]} points @param {number} inputs @returns {State["view"]} */
export function fitted(points, inputs) {
  const axes = (inputs > 1 ? [0, 1] : [0]).map((k) => points.map((p) => value(p[k])));
  const largest = Math.max(0, ...axes.flat().map(Math.abs));
  const usual = !points.length || (largest >= 0.8 && largest <= 4.6);
  const size = Math.max(...axes.map((xs) => Math.max(...xs) - Math.min(...xs))) || largest || 5;
  const windows = axes.map((xs) => {
    if (usual) return /** @type {[number, number]} */ ([-5, 5]);
    const low = Math.min(...xs), high = Math.max(...xs), half = 1.3 * Math.max((high - low) / 2, size / 4);
    return /** @type {[number, number]} */ ([(low + high) / 2 - half, (low + high) / 2 + half]);
  });
  return { x: windows[0], y: windows[1] ?? [-0.25, 1.25] };
}

/** @param {any} descent @param {string[]} names @returns {Descent} */
function readDescent(descent, names) {
  const methods = METHODS.filter((m) => (Array.isArray(descent?.methods) ? descent.methods.includes(m) : m === "gradient"));
  const rate = Number(descent?.rate);
  const start = descent?.start && typeof descent.start === "object" && names.every((n) => Number.isFinite(descent.start[n]))
    ? Object.fromEntries(names.map((n) => [n, descent.start[n]])) : null;
  return { methods: methods.length ? methods : ["gradient"], rate: rate >= 1e-4 && rate <= 100 ? rate : 1, step: start ? whole(descent.step, 5000) : 0, start };
}

/** @param {any} items @param {string} what @param {number} most @returns {any[]} */
function list(items, what, most) {
  need(Array.isArray(items), `the ${what} are no list`);
  need(items.length <= most, `there are ${items.length} ${what}; at most ${most} fit on this page`);
  return items;
}

/** @param {unknown} n @param {number} most */
function whole(n, most) {
  return Number.isInteger(n) && Number(n) >= 0 ? Math.min(Number(n), most) : 0;
}

/** @param {unknown} source */
function text(source) {
  return typeof source === "string" ? source.slice(0, LIMITS.text) : "";
}

/** @param {unknown} truth @param {string} message */
function need(truth, message) {
  if (!truth) throw new Error(message);
}

/** @template T @param {T} item @returns {T} */
function freeze(item) {
  if (item && typeof item === "object" && !Object.isFrozen(item)) {
    Object.freeze(item);
    Object.values(item).forEach(freeze); // parts taken over from the last state are frozen already and end the walk
  }
  return item;
}
