// What follows from the state: the network ready to compute, the points as doubles, the loss and its derivative.
// A row is the inputs, the label and the point's share of the mean, c_i·n/Σc.
// Parts whose source did not change are kept, so that a frame costs only what moved.

import { build, gradient } from "./formula.js";
import { value } from "./number.js";

/** @typedef {import("./state.js").State} State */

/** @typedef {{state: State, network: import("./formula.js").Network, weights: Float64Array, rows: Float64Array[],
 *   loss: number, slopes: Float64Array, free: number[]}} Derived */

export function createDeriver() {
  /** @type {Derived | null} */
  let last = null;
  return (/** @type {State} */ state) => {
    if (last?.state === state) return last;
    const same = last && last.state.layers === state.layers && last.state.inputs === state.inputs && last.state.loss === state.loss && last.state.penalty === state.penalty;
    const network = last && same ? last.network : build({ ...state, penalty: value(state.penalty) });
    const rows = last?.state.points === state.points ? last.rows : rowsOf(state);
    const weights = last && same && last.state.weights === state.weights ? last.weights : Float64Array.from(network.names, (n) => value(state.weights[n]));
    const known = last && same && rows === last.rows && weights === last.weights ? last : null;
    const { loss, slopes } = known ?? gradient(network, weights, rows);
    const free = state.free.map((name) => /** @type {number} */ (network.index.get(name)));
    last = { state, network, weights, rows, loss, slopes, free };
    return last;
  };
}

/** @param {State} state */
function rowsOf({ points, inputs, weighted }) {
  const at = inputs.length + 1, total = weighted ? points.reduce((sum, p) => sum + value(p[at]), 0) : points.length;
  return points.map((p) => Float64Array.from({ length: at + 1 }, (_, k) => (k < at ? value(p[k]) : ((weighted ? value(p[at]) : 1) * points.length) / total)));
}
