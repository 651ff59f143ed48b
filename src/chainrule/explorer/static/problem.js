// The problem that the state states, as the mapping of schema 1 and as the TOML file that the command line reads.

import { hasBias, isNeuron } from "./formula.js";
import { exactText, value } from "./number.js";

/** @typedef {import("./state.js").State} State */

/** Every number as exact text.
 * @param {State} state */
export function problemOf(state) {
  const { layers, inputs } = state, layered = !isNeuron(state) || layers[0].activation !== "sigmoid";
  return {
    schema: 1,
    ...(state.title ? { title: state.title } : {}),
    inputs,
    ...(layered ? { layers: layers.map((l) => l.units), activation: layers.map((l) => l.activation) } : {}),
    ...(layers.every(hasBias) ? {} : { bias: layers.map(hasBias) }),
    ...(state.loss === "mse" ? {} : { loss: state.loss }),
    ...(value(state.penalty) ? { penalty: exactText(state.penalty) } : {}),
    weights: Object.fromEntries(
      Object.entries(state.weights).map(([name, w]) => [name, state.free.includes(name) ? "free" : exactText(w)])),
    data: {
      ...(state.classes ? { classes: state.classes } : {}),
      ...(state.weighted ? { case_weights: state.points.map((point) => exactText(point[inputs.length + 1])) } : {}),
      points: state.points.map((point) => point.slice(0, inputs.length + 1).map(exactText)),
    },
  };
}

/** What a proof is about: the data, the network and the fixed weights, and nothing else.
 * @param {State} state */
export function proofKey(state) {
  return JSON.stringify({ ...problemOf(state), title: "" });
}

/** @param {State} state */
export function tomlOf(state) {
  const form = problemOf(state);
  const list = (/** @type {any[]} */ items, /** @type {(x: any) => string} */ write) => `[${items.map(write).join(", ")}]`;
  return [
    "schema = 1",
    ...(form.title ? [`title = ${quoted(form.title)}`] : []),
    `inputs = ${list(form.inputs, quoted)}`,
    ...(form.layers ? [`layers = ${list(form.layers, String)}`, `activation = ${list(form.activation ?? [], quoted)}`] : []),
    ...(form.bias ? [`bias = ${list(form.bias, String)}`] : []),
    ...(form.loss ? [`loss = ${quoted(form.loss)}`] : []),
    ...(form.penalty ? [`penalty = ${number(form.penalty)}`] : []),
    "", "[weights]",
    ...Object.entries(form.weights).map(([name, w]) => `${/^[\w-]+$/.test(name) ? name : quoted(name)} = ${number(w)}`),
    "", "[data]",
    ...(form.data.classes ? [`classes = ${list(form.data.classes, quoted)}`] : []),
    ...(form.data.case_weights ? [`case_weights = ${list(form.data.case_weights, number)}`] : []),
    "points = [",
    ...form.data.points.map((point) => `    ${list(point, number)},`),
    "]", "",
  ].join("\n");
}

/** A JSON string is a TOML basic string, except that JSON leaves DEL as it is.
 * @param {string} text */
function quoted(text) {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** A number as TOML writes it, where TOML's grammar has it; otherwise its text in quotes.
 * @param {string} text */
function number(text) {
  return /^[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : quoted(text);
}
