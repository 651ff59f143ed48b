// The picture of the network: every unit shows what it computes over the plane; layers, units and activations are chosen here.

import { h, newId, renew, set, svg } from "./dom.js";
import { ACTIVATIONS, hasBias, outputs } from "./formula.js";
import { makeGrid, paint } from "./grid.js";
import { nameSpoken } from "./names.js";
import { LIMITS } from "./reading.js";
import { show, value } from "./number.js";

const WIDTH = 340, NODE = 38, GAP = 54;
const MOST_INPUTS = 8; // of more the first seven are drawn, and how many are left
const NEW = { units: 2, activation: /** @type {const} */ ("tanh"), bias: true };

/** @param {import("./page.js").Page} page */
export function createNetwork(page) {
  const { store } = page;
  const layersBar = h("div", { class: "layers" });
  const picture = svg("svg", { class: "network-picture", role: "img" });
  const element = h("div", { class: "network" }, picture, layersBar);
  const grid = makeGrid(25, 25);
  /** @type {{canvas: HTMLCanvasElement, l: number, j: number}[]} */ let nodes = [];
  /** @type {{line: SVGPathElement, name: string}[]} */ let edges = [];
  /** @type {any[]} */ let drawnFor = [];

  /** @param {import("./formula.js").Layer[]} layers */
  const change = (layers) => page.act({ type: "layers", layers });

  /** @param {import("./state.js").State} state */
  function build({ inputs, layers }) {
    const drawn = inputs.length > MOST_INPUTS ? MOST_INPUTS - 1 : inputs.length, left = inputs.length - drawn;
    const sizes = [drawn + (left ? 1 : 0), ...layers.map((l) => l.units)];
    const tallest = Math.max(...sizes), height = Math.max(tallest * GAP, 2 * GAP) + 10;
    const x = (/** @type {number} */ l) => 26 + ((WIDTH - 56) * l) / (sizes.length - 1);
    const y = (/** @type {number} */ l, /** @type {number} */ k) => height / 2 + (k - (sizes[l] - 1) / 2) * GAP;
    set(picture, { viewBox: `0 0 ${WIDTH} ${height}` });
    const lines = svg("g", { class: "edges" }), boxes = svg("g");
    edges = [];
    nodes = [];
    const names = page.derive().network.names;
    let n = 0;
    for (let l = 1; l < sizes.length; l++) {
      for (let j = 0; j < sizes[l]; j++) {
        for (let k = 0; k < (l > 1 ? sizes[l - 1] : inputs.length); k++, n++) {
          if (l === 1 && k >= drawn) continue;
          const [x0, y0, x1, y1] = [x(l - 1) + NODE / 2, y(l - 1, k), x(l) - NODE / 2, y(l, j)], bend = (x1 - x0) * 0.45;
          const line = svg("path", { d: `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}` }, svg("title"));
          edges.push({ line, name: names[n] });
          lines.append(line);
        }
        if (!hasBias(layers[l - 1])) continue;
        const line = svg("path", { d: `M${x(l) - NODE / 2} ${y(l, j) + NODE / 2}h0`, class: "bias" }, svg("title"));
        edges.push({ line, name: names[n++] });
        lines.append(line);
      }
    }
    sizes.forEach((size, l) => {
      for (let k = 0; k < (l ? size : drawn); k++) boxes.append(makeNode(l, k, x(l), y(l, k)));
    });
    inputs.slice(0, drawn).forEach((name, k) => boxes.append(svg("text", { x: x(0) + NODE / 2 + 8, y: y(0, k) - 8, class: "name" }, name.length > 8 ? `${name.slice(0, 7)}…` : name)));
    if (left) boxes.append(svg("text", { x: x(0) - NODE / 2, y: y(0, drawn), class: "more" }, `… ${left} more inputs`));
    const biases = svg("g", { class: "edges" }, ...edges.filter(({ line }) => line.classList.contains("bias")).map(({ line }) => line));
    return [lines, boxes, biases];
  }

  /** @param {number} l @param {number} j @param {number} cx @param {number} cy */
  function makeNode(l, j, cx, cy) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    nodes.push({ canvas, l, j });
    const [x, y] = [cx - NODE / 2, cy - NODE / 2];
    const holder = svg("foreignObject", { x, y, width: NODE, height: NODE });
    holder.append(canvas);
    return svg("g", { class: "node" }, holder, svg("rect", { x, y, width: NODE, height: NODE, rx: 7 }));
  }

  /** @param {import("./state.js").State} state */
  function buildBar({ layers }) {
    const rows = layers.map((layer, l) => {
      const last = l === layers.length - 1, id = newId("activation");
      const put = (/** @type {Partial<import("./formula.js").Layer>} */ part) => change(layers.map((x, i) => (i === l ? { ...x, ...part } : x)));
      const kinds = [...Object.keys(ACTIVATIONS), ...(last && layer.units > 1 ? ["softmax"] : [])], place = last ? "the output layer" : `layer ${l + 1}`;
      const select = h("select", { id, "aria-label": `${last ? "Output" : `Layer ${l + 1}`}: activation`, onchange: () => {
        put({ activation: /** @type {any} */ (select.value) });
        select.value = store.state.layers[l]?.activation ?? ""; // what was refused is not shown
      } }, ...kinds.map((name) => h("option", { value: name, selected: name === layer.activation }, name)));
      const resize = (/** @type {number} */ units) => put({ units, ...(units === 1 && layer.activation === "softmax" ? { activation: /** @type {const} */ ("sigmoid") } : {}) });
      const units = h("span", { class: "units" },
        h("button", { type: "button", class: "small", "aria-label": `One unit less in ${place}`, disabled: layer.units <= 1, onclick: () => resize(layer.units - 1) }, "−"),
        h("span", { class: "count" }, layer.units, h("span", { class: "unseen" }, layer.units === 1 ? " unit" : " units")),
        h("button", { type: "button", class: "small", "aria-label": `One unit more in ${place}`, disabled: layer.units >= LIMITS.units, onclick: () => resize(layer.units + 1) }, "+"));
      const bias = h("input", { type: "checkbox", "aria-label": `${last ? "Output" : `Layer ${l + 1}`}: bias`, onchange: () => put({ bias: bias.checked }) });
      bias.checked = hasBias(layer);
      const remove = last ? null : h("button", { type: "button", class: "small quiet", "aria-label": `Remove layer ${l + 1}`, onclick: () => change(layers.filter((_, i) => i !== l)) }, "×");
      return h("div", { class: "layer" }, h("span", { class: "soft layer-name" }, last ? "Output" : `Hidden ${l + 1}`), units, select, h("label", { class: "bias-switch soft" }, bias, "bias"), remove);
    });
    const more = h("button", { type: "button", class: "quiet", disabled: layers.length >= LIMITS.layers, onclick: () => change([...layers.slice(0, -1), NEW, ...layers.slice(-1)]) }, "+ hidden layer");
    return [...rows, more];
  }

  /** @param {import("./derived.js").Derived} derived */
  function update({ state, network, weights }) {
    const key = JSON.stringify([state.layers, state.inputs]);
    renew(picture, key, () => build(state));
    renew(layersBar, JSON.stringify(state.layers), () => buildBar(state));
    const now = [state.weights, state.free, key, state.view, state.axes, state.inputs.length > 2 ? state.points[state.chosen] : null, page.theme()];
    if (!now.some((part, i) => part !== drawnFor[i])) return;
    drawnFor = now;
    set(picture, { "aria-label": `A network from ${state.inputs.join(", ")} through ${state.layers.map((l) => `${l.units} ${l.activation}`).join(", ")}` });
    for (const { line, name } of edges) {
      const w = value(state.weights[name]);
      set(line, { "stroke-width": ((line.classList.contains("bias") ? 6 : 1) + 3.5 * Math.tanh(Math.abs(w) / 3)).toFixed(2), class: `${w < 0 ? "negative" : "positive"}${state.free.includes(name) ? " free" : ""}${line.classList.contains("bias") ? " bias" : ""}` });
      /** @type {Element} */ (line.firstChild).textContent = `${nameSpoken(name)} = ${show(w)}${state.free.includes(name) ? ", free" : ", fixed"}`;
    }
    drawNodes(state, network, weights);
  }

  /** @param {import("./state.js").State} state @param {import("./formula.js").Network} network @param {Float64Array} weights */
  function drawNodes(state, network, weights) {
    const { columns, rows } = grid, { x: xs, y: ys } = state.view;
    const values = nodes.map(() => new Float64Array(columns * rows));
    const chosen = state.points[state.chosen], [across, up] = state.inputs.length > 1 ? state.axes : [0, 0];
    const input = Float64Array.from(state.inputs, (_, k) => (chosen ? value(chosen[k]) : 0));
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, i++) {
        input[across] = xs[0] + ((xs[1] - xs[0]) * c) / (columns - 1);
        if (input.length > 1) input[up] = ys[0] + ((ys[1] - ys[0]) * r) / (rows - 1);
        outputs(network, weights, input);
        nodes.forEach(({ l, j }, n) => (values[n][i] = network.values[l][j]));
      }
    }
    const color = page.colors().output;
    nodes.forEach(({ canvas, l }, n) => {
      const kind = l === 0 ? "input" : state.layers[l - 1].activation;
      const most = kind === "input" || kind === "relu" || kind === "softplus" || kind === "identity" ? Math.max(...values[n].map(Math.abs), 1e-12) : 1;
      paint(canvas, { columns, rows, values: values[n] }, kind === "sigmoid" || kind === "softmax" ? color : (a) => color(0.5 + a / most / 2));
    });
  }

  return { element, update };
}
