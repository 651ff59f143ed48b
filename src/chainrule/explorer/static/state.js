// The state of the page: one frozen JSON value of a stated version, changed only by `reduce`.
// Everything on the page is derived from it, so undo, the URL, the saved page and the notebook come for free.

import { LOSSES, outputsOf, weightNames } from "./formula.js";
import { quote, readNumber, value } from "./number.js";
import { LIMITS, NAME, RESERVED, fitted, list, need, readAxes, readClasses, readDescent, readLayer, readPoint, readView, text, whole } from "./reading.js";

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

/** @template T @param {T} item @returns {T} */
function freeze(item) {
  if (item && typeof item === "object" && !Object.isFrozen(item)) {
    Object.freeze(item);
    Object.values(item).forEach(freeze); // parts taken over from the last state are frozen already and end the walk
  }
  return item;
}
