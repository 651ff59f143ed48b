// The state of the page: one frozen JSON value of a stated version, changed only by `reduce`.
// Everything on the page is derived from it, so undo, the URL, the saved page and the notebook come for free.

import { ACTIVATIONS, LOSSES, outputsOf, weightNames } from "./formula.js";
import { quote, readNumber, value } from "./number.js";

/** @typedef {import("./number.js").Num} Num */
/** @typedef {import("./formula.js").Layer} Layer */
/** @typedef {{methods: string[], rate: number, step: number, start: Record<string, number> | null}} Descent */
/**
 * A point is its inputs, its label and, where the points are `weighted`, its case weight; `axes` are the inputs that the plane shows.
 * @typedef {{v: 1, title: string, inputs: string[], classes: string[] | null, points: Num[][], weighted: boolean, layers: Layer[],
 *   loss: import("./formula.js").Loss, penalty: Num, weights: Record<string, Num>, free: string[], chosen: number, brush: number,
 *   axes: [number, number], view: {x: [number, number], y: [number, number]}, written: boolean, descent: Descent}} State
 */
/** @typedef {{type: string, [key: string]: any}} Action */

export const LIMITS = { points: 2000, inputs: 40, layers: 4, units: 8, weights: 400, text: 200 };
export const METHODS = ["gradient", "momentum", "adam", "newton"];
const NAME = /^[\p{L}_][\p{L}\p{N}_]{0,39}$/u;
const RESERVED = ["e", "bias", "label", "exp", "log", "v"];

/** @type {State} */
const BLANK = {
  v: 1, title: "", inputs: ["x", "y"], classes: null, points: [], weighted: false, layers: [{ units: 1, activation: "sigmoid", bias: true }],
  loss: "mse", penalty: 0, weights: { w_x: 0.5, w_y: 1, bias: -1 }, free: ["w_x"], chosen: 0, brush: 1, axes: [0, 1], view: { x: [-5, 5], y: [-5, 5] },
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
  const layers = list(parts.layers ?? BLANK.layers, "layers", LIMITS.layers).map(readLayer), outputs = outputsOf(/** @type {any} */ ({ layers: layers.length ? layers : BLANK.layers }));
  need(layers.length > 0, "the network needs at least one layer");
  const last = layers[layers.length - 1].activation, loss = parts.loss ?? "mse";
  need(LOSSES.includes(loss), `the loss ${quote(loss)} is none of ${LOSSES.join(", ")}`);
  need(loss !== "cross-entropy" || last === "sigmoid" || last === "softmax", `cross-entropy needs outputs between 0 and 1; give the output layer sigmoid or softmax instead of ${last}`);
  need(last !== "softmax" || outputs > 1, "softmax over one unit is always 1; give the output layer a unit for each class, or sigmoid");
  need(!layers.slice(0, -1).some((layer) => layer.activation === "softmax"), "only the output layer can have softmax");
  const penalty = readNumber(parts.penalty ?? 0, "penalty"), weighted = parts.weighted === true;
  need(value(penalty) >= 0, `the penalty is ${quote(penalty)}; needed 0 or more`);
  const names = weightNames({ inputs, layers });
  need(names.length <= LIMITS.weights, `the network has ${names.length} weights; at most ${LIMITS.weights} are shown`);
  const points = list(parts.points ?? [], "points", LIMITS.points).map((row, i) => readPoint(row, { inputs, weighted, layers }, i));
  const given = parts.weights ?? {};
  need(typeof given === "object", "the weights are no JSON object");
  for (const name of Object.keys(given)) need(names.includes(name), `there is no weight ${quote(name)} in this network`);
  const weights = Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(given, name) ? readNumber(given[name], name) : firstValue(name)]));
  const free = list(parts.free ?? names, "free weights", LIMITS.weights);
  for (const name of free) need(names.includes(name), `there is no weight ${quote(name)} to be free`);
  const axes = readAxes(parts.axes, inputs.length);
  needWeight({ weighted, inputs }, points);
  return freeze({
    v: 1, title: text(parts.title), inputs, classes: readClasses(parts.classes, outputs), points, weighted, layers, loss, penalty, weights, free: names.filter((name) => free.includes(name)),
    chosen: whole(parts.chosen, Math.max(points.length - 1, 0)), brush: parts.brush === undefined ? 1 : whole(parts.brush, Math.max(outputs, 2) - 1), axes,
    view: readView(parts.view) ?? fitted(points, inputs.length > 1 ? axes : [0]), written: parts.written === true, descent: readDescent(parts.descent, names),
  });
}

/** The next state.
 * @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  const { points, weights } = state;
  switch (action.type) {
    case "add": {
      need(points.length < LIMITS.points, `there are ${points.length} points already, the most this page draws`);
      return data(state, [...points, readPoint(action.point, state, points.length)], points.length);
    }
    case "point": return data(state, points.map((p, i) => (i === action.index ? readPoint(action.point, state, i) : p)), action.index);
    case "flip": return data(state, points.map((p, i) => (i === action.index ? flipped(state, p) : p)), action.index);
    case "delete": return data(state, points.filter((_, i) => i !== action.index), Math.max(Math.min(state.chosen, points.length - 2), 0));
    case "clear": return data(state, [], 0);
    case "data": return makeState({ ...state, ...renamed(state, action.inputs), ...suited(state, action), points: action.points, weighted: action.weighted === true, classes: action.classes ?? null, chosen: 0, view: null, axes: null, descent: rest(state) });
    case "weighted": return makeState({ ...state, weighted: action.on, points: points.map((p) => [...p.slice(0, state.inputs.length + 1), ...(action.on ? [1] : [])]), descent: rest(state) });
    case "loss": return makeState({ ...state, loss: action.loss ?? state.loss, penalty: action.penalty ?? state.penalty, descent: rest(state) });
    case "axes": return makeState({ ...state, axes: action.axes, view: null });
    case "choose": return freeze({ ...state, chosen: action.index });
    case "brush": return freeze({ ...state, brush: action.label });
    case "weight": return freeze({ ...state, weights: { ...weights, [action.name]: readNumber(action.value, action.name) }, descent: rest(state) });
    case "free": {
      const free = Object.keys(weights).filter((name) => (name === action.name ? action.on : state.free.includes(name)));
      return freeze({ ...state, free, descent: rest(state) });
    }
    case "layers": return makeState({ ...state, ...keptWeights(state, action.layers), descent: rest(state) });
    case "view": return freeze({ ...state, view: action.view ?? fitted(points, state.inputs.length > 1 ? state.axes : [0]) });
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
  needWeight(state, points);
  return freeze({ ...state, points, chosen, descent: rest(state) });
}

/** @param {{weighted: boolean, inputs: string[]}} state @param {Num[][]} points */
function needWeight({ weighted, inputs }, points) {
  need(!weighted || !points.length || points.some((p) => value(p[inputs.length + 1]) > 0), "all case weights are 0; needed at least one point that counts");
}

/** @param {State} state @returns {Descent} */
function rest(state) {
  return state.descent.start === null ? state.descent : { ...state.descent, step: 0, start: null };
}

/** The next class; of a label between 0 and 1 the further end.
 * @param {State} state @param {Num[]} point */
function flipped(state, point) {
  const at = state.inputs.length, label = value(point[at]), count = Math.max(outputsOf(state), 2);
  return point.map((x, k) => (k !== at ? x : Number.isInteger(label) ? (label + 1) % count : label < 0.5 ? 1 : 0));
}

/** A network whose outputs fit the classes of new data; three or more classes want softmax.
 * @param {State} state @param {Action} action */
function suited(state, { inputs, points, classes }) {
  const largest = Math.max(0, ...points.map((/** @type {Num[]} */ p) => value(p[inputs.length]))), count = classes?.length ?? (largest > 1 ? largest + 1 : 2);
  const now = outputsOf(state), last = state.layers[state.layers.length - 1];
  if (Math.max(now, 2) === count || !Number.isInteger(count)) return {};
  need(count <= LIMITS.units, `there are ${count} classes; at most ${LIMITS.units} fit on this page`);
  /** @type {Layer} */ const output = count > 2 ? { ...last, units: count, activation: "softmax" } : { ...last, units: 1, activation: "sigmoid" };
  const layers = [...state.layers.slice(0, -1), output];
  const kept = inputs.join() === state.inputs.join() ? keptWeights(state, layers) : { layers, weights: {}, free: undefined };
  return { ...kept, loss: count > 2 ? "cross-entropy" : state.loss };
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

/** The words that labels 0, 1, … stand for, where they came as words and fit the outputs.
 * @param {any} classes @param {number} outputs @returns {string[] | null} */
function readClasses(classes, outputs) {
  return Array.isArray(classes) && classes.length === Math.max(outputs, 2) && classes.every((c) => typeof c === "string") ? classes.map(text) : null;
}

/** Which inputs the plane shows.
 * @param {any} axes @param {number} count @returns {[number, number]} */
function readAxes(axes, count) {
  const fine = Array.isArray(axes) && axes.length === 2 && axes[0] !== axes[1] && axes.every((k) => Number.isInteger(k) && k >= 0 && k < count);
  return fine ? [axes[0], axes[1]] : [0, 1];
}

/** @param {any} layer @returns {Layer} */
function readLayer(layer) {
  const known = [...Object.keys(ACTIVATIONS), "softmax"];
  need(layer && known.includes(layer.activation), `the activation ${quote(layer?.activation)} is none of ${known.join(", ")}`);
  need(Number.isInteger(layer.units) && layer.units >= 1 && layer.units <= LIMITS.units, `a layer has 1 to ${LIMITS.units} units; found ${quote(layer.units)}`);
  return { units: layer.units, activation: layer.activation, bias: layer.bias !== false };
}

/** @param {any} row @param {{inputs: string[], weighted: boolean, layers: Layer[]}} shape @param {number} i @returns {Num[]} */
function readPoint(row, { inputs, weighted, layers }, i) {
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
function readView(view) {
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
