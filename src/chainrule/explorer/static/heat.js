// The network's output over the plane: as colours, with its boundary where the output is ½. Of several outputs the colour is
// the winning class's, stronger where it wins more clearly, and the boundary is where the winner changes.

import { mixed } from "./colors.js";
import { h, set } from "./dom.js";
import { outputs } from "./formula.js";
import { levelPath, makeGrid, paint, sample } from "./grid.js";
import { value } from "./number.js";

const SIDE = 81;

/** @param {import("./page.js").Page} page @param {SVGPathElement} boundary @param {number} width @param {number} height of the picture that the boundary is drawn on */
export function createHeat(page, boundary, width, height) {
  const canvas = h("canvas", { class: "heat", "aria-hidden": "true" }), grid = makeGrid(SIDE, SIDE);
  /** @type {import("./grid.js").Grid[]} */ const margins = []; // of each class over the best of the others

  /** @param {import("./derived.js").Derived} derived @param {[number, number]} xs @param {[number, number]} ys the window */
  function draw({ state, network, weights }, xs, ys) {
    const chosen = state.points[state.chosen], top = network.dense.length, { activation, size } = network.dense[top - 1];
    const input = Float64Array.from(state.inputs, (_, k) => (chosen ? value(chosen[k]) : 0)), [across, up] = state.inputs.length > 1 ? state.axes : [0, -1];
    // The preactivation is smoother than the output, which makes a sharper boundary.
    const smooth = activation === "sigmoid" || activation === "softmax";
    const at = (/** @type {number} */ x, /** @type {number} */ y) => {
      input[across] = x;
      if (up >= 0) input[up] = y;
      const a = outputs(network, weights, input);
      return smooth ? network.pre[top] : a;
    };
    if (size > 1) return drawClasses(xs, ys, at, network.values[top], activation === "softmax");
    const level = smooth ? 0 : 0.5, color = page.colors().output;
    sample(grid, xs, ys, (x, y) => at(x, y)[0] - level);
    set(boundary, { d: levelPath(grid, 0, width, height) });
    paint(canvas, grid, smooth ? (z) => color(1 / (1 + Math.exp(-z))) : (a) => color(a + 0.5));
  }

  /** @param {[number, number]} xs @param {[number, number]} ys @param {(x: number, y: number) => Float64Array} at what the winner is chosen by @param {Float64Array} values the outputs there @param {boolean} shares */
  function drawClasses(xs, ys, at, values, shares) {
    const count = values.length, chance = shares ? 1 / count : 0;
    while (margins.length < count) margins.push(makeGrid(SIDE, SIDE));
    let i = 0;
    sample(grid, xs, ys, (x, y) => {
      const scores = at(x, y);
      let first = 0, second = -Infinity;
      for (let k = 1; k < count; k++) if (scores[k] > scores[first]) first = k;
      for (let k = 0; k < count; k++) if (k !== first && scores[k] > second) second = scores[k];
      for (let k = 0; k < count; k++) margins[k].values[i] = scores[k] - (k === first ? second : scores[first]);
      i++;
      return first + 0.999 * Math.min(Math.max((values[first] - chance) / (1 - chance), 0), 1); // the class, and how sure
    });
    set(boundary, { d: margins.slice(0, count).map((grid) => levelPath(grid, 0, width, height)).join("") });
    const { classes, paper } = page.colors();
    paint(canvas, grid, (v) => mixed(paper, classes[Math.floor(v)], 0.1 + 0.7 * (v - Math.floor(v))));
  }

  return { canvas, draw };
}
