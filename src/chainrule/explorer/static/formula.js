// The network and its loss, the only place in the page that knows them:
//   a_j = activation(Σ_k w_jk a_k + b_j), layer by layer;   softmax: a_j = e^z_j / Σ_k e^z_k
//   loss = Σ_i c_i cost_i / Σ_i c_i + λ Σ w²   with the case weights c_i (1 where none are stated), the penalty λ, no biases in Σ w²
//   cost: mse Σ_k (a_k − t_k)², mae Σ_k |a_k − t_k|, cross-entropy −Σ_k t_k ln a_k, for sigmoid with −(1 − t_k) ln(1 − a_k) too
// The target of one output is the label; of K outputs the label is the number of a class, and t_k is 1 for it, else 0.
// The derivative comes from reverse mode: δ_j = ∂L/∂z_j, ∂L/∂w_jk = δ_j a_k, ∂L/∂b_j = δ_j.
// Python's chainrule.formula is the same formula; tests/explorer/cases.json holds the two together.

/** @typedef {"sigmoid" | "tanh" | "relu" | "softplus" | "identity" | "softmax"} Activation */
/** @typedef {"mse" | "mae" | "cross-entropy"} Loss */
/** @typedef {{units: number, activation: Activation, bias?: boolean}} Layer without a bias where it is false */
/** @typedef {{inputs: string[], layers: Layer[], loss?: Loss, penalty?: number}} Shape */
/** @typedef {{size: number, activation: Activation, below: number, offset: number, stride: number, bias: boolean}} Dense */
/**
 * A network ready to compute: weights live in one array, unit by unit, each unit's bias last. `values` are the units' a, `pre`
 * their z, `deltas` their ∂L/∂z, layer by layer, the inputs first. `inner` are the places of the weights that are no biases.
 * A point is its inputs, its label and its share of the mean, c_i·n/Σc, which is 1 where it is missing.
 * @typedef {{names: string[], index: Map<string, number>, dense: Dense[], values: Float64Array[], pre: Float64Array[], deltas: Float64Array[],
 *   targets: Float64Array, loss: Loss, penalty: number, inner: number[]}} Network
 */

/** Softmax takes all units together, so it stands apart.
 * @type {Record<Exclude<Activation, "softmax">, {at: (z: number) => number, slope: (a: number) => number}>} */
export const ACTIVATIONS = {
  sigmoid: { at: sigmoid, slope: (a) => a * (1 - a) },
  tanh: { at: Math.tanh, slope: (a) => 1 - a * a },
  relu: { at: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  softplus: { at: softplus, slope: (a) => -Math.expm1(-a) },
  identity: { at: (z) => z, slope: () => 1 },
};

/** @type {Loss[]} */
export const LOSSES = ["mse", "mae", "cross-entropy"];

/** @param {number} z */
export function sigmoid(z) {
  const small = Math.exp(-Math.abs(z)); // at most 1: cannot overflow
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** ln(1 + e^z).
 * @param {number} z */
function softplus(z) {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** One neuron has w_x, w_y, …, bias; with several units, weight w{l}[{j},{k}] and bias b{l}[{j}], units from 0.
 * @param {{inputs: string[], layers: Layer[]}} shape */
export function weightNames(shape) {
  if (isNeuron(shape)) return [...shape.inputs.map((name) => `w_${name}`), ...(hasBias(shape.layers[0]) ? ["bias"] : [])];
  const names = [];
  let below = shape.inputs;
  for (const [l, layer] of shape.layers.entries()) {
    for (let j = 0; j < layer.units; j++) {
      names.push(...below.map((source) => `w${l + 1}[${j},${source}]`), ...(hasBias(layer) ? [`b${l + 1}[${j}]`] : []));
    }
    below = Array.from({ length: layer.units }, (_, k) => String(k));
  }
  return names;
}

/** @param {{layers: Layer[]}} shape */
export function isNeuron(shape) {
  return shape.layers.length === 1 && shape.layers[0].units === 1;
}

/** Whether a weight of that name is a bias.
 * @param {string} name */
export function isBias(name) {
  return name === "bias" || /^b\d+\[/.test(name);
}

/** @param {Layer} layer */
export function hasBias(layer) {
  return layer.bias !== false;
}

/** How many outputs the network has.
 * @param {{layers: Layer[]}} shape */
export function outputsOf({ layers }) {
  return layers[layers.length - 1].units;
}

/** @param {Shape} shape @returns {Network} */
export function build(shape) {
  const names = weightNames(shape);
  /** @type {Dense[]} */
  const dense = [];
  /** @type {number[]} */
  const inner = [];
  let below = shape.inputs.length;
  let offset = 0;
  for (const layer of shape.layers) {
    const bias = hasBias(layer), stride = below + (bias ? 1 : 0);
    dense.push({ size: layer.units, activation: layer.activation, below, offset, stride, bias });
    for (let j = 0; j < layer.units; j++) for (let k = 0; k < below; k++) inner.push(offset + j * stride + k);
    offset += layer.units * stride;
    below = layer.units;
  }
  const sizes = [shape.inputs.length, ...shape.layers.map((layer) => layer.units)], arrays = () => sizes.map((n) => new Float64Array(n));
  return {
    names, index: new Map(names.map((name, i) => [name, i])), dense, values: arrays(), pre: arrays(), deltas: arrays(),
    targets: new Float64Array(below), loss: shape.loss ?? "mse", penalty: shape.penalty ?? 0, inner,
  };
}

/** `z` of one unit, from the values of the layer below.
 * @param {Dense} layer @param {number} unit @param {ArrayLike<number>} weights @param {ArrayLike<number>} below */
export function preactivation(layer, unit, weights, below) {
  let place = layer.offset + unit * layer.stride;
  let z = 0;
  for (let k = 0; k < layer.below; k++) z += below[k] * weights[place++];
  return layer.bias ? z + weights[place] : z;
}

/** All outputs for one point; `network.values` and `network.pre` then hold every unit's a and z. The array is the network's own.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>} point */
export function outputs(network, weights, point) {
  const { values, pre, dense } = network;
  for (let k = 0; k < values[0].length; k++) values[0][k] = point[k];
  for (let l = 0; l < dense.length; l++) {
    const { size, activation } = dense[l], z = pre[l + 1], a = values[l + 1];
    for (let j = 0; j < size; j++) z[j] = preactivation(dense[l], j, weights, values[l]);
    if (activation === "softmax") softmax(z, a);
    else for (let j = 0, { at } = ACTIVATIONS[activation]; j < size; j++) a[j] = at(z[j]);
  }
  return values[dense.length];
}

/** The first output for one point.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>} point */
export function output(network, weights, point) {
  return outputs(network, weights, point)[0];
}

/** @param {Float64Array} z @param {Float64Array} a */
function softmax(z, a) {
  const most = Math.max(...z);
  let total = 0;
  for (let j = 0; j < z.length; j++) total += a[j] = Math.exp(z[j] - most);
  for (let j = 0; j < z.length; j++) a[j] /= total;
}

/** What each output should be, in `network.targets`.
 * @param {Network} network @param {number} label */
export function aim({ targets }, label) {
  if (targets.length === 1) targets[0] = label;
  else if (targets.length === 2) { // a label between 0 and 1 is the share of class 1
    targets[0] = 1 - label;
    targets[1] = label;
  } else targets.forEach((_, k) => (targets[k] = k === label ? 1 : 0));
  return targets;
}

/** What a point costs, after `outputs` and `aim`.
 * @param {Network} network */
export function cost({ values, pre, dense, targets, loss: kind }) {
  const top = dense.length, a = values[top], z = pre[top];
  let total = 0;
  if (kind === "cross-entropy" && dense[top - 1].activation === "softmax") {
    const most = Math.max(...z); // ln Σ e^z_k − Σ t_k z_k
    let sum = 0;
    for (let k = 0; k < z.length; k++) {
      sum += Math.exp(z[k] - most);
      total -= targets[k] * (z[k] - most);
    }
    return total + Math.log(sum);
  }
  for (let k = 0; k < a.length; k++) {
    const error = a[k] - targets[k];
    if (kind === "mse") total += error * error;
    else if (kind === "mae") total += Math.abs(error);
    else total += (targets[k] && targets[k] * softplus(-z[k])) + (targets[k] === 1 ? 0 : (1 - targets[k]) * softplus(z[k]));
  }
  return total;
}

/** @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>} point */
function costAt(network, weights, point) {
  outputs(network, weights, point);
  aim(network, point[network.values[0].length]);
  return cost(network) * (point[network.values[0].length + 1] ?? 1);
}

/** @param {Network} network @param {ArrayLike<number>} weights */
function penaltyAt({ penalty, inner }, weights) {
  return penalty === 0 ? 0 : penalty * inner.reduce((sum, i) => sum + weights[i] * weights[i], 0);
}

/** @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>[]} points */
export function loss(network, weights, points) {
  let total = 0;
  for (const point of points) total += costAt(network, weights, point);
  return total / points.length + penaltyAt(network, weights);
}

/** The loss and its derivative by every weight, by reverse mode.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>[]} points */
export function gradient(network, weights, points) {
  const slopes = new Float64Array(network.names.length);
  let total = 0;
  for (const point of points) {
    total += costAt(network, weights, point);
    backward(network, weights, (point[network.values[0].length + 1] ?? 1) / points.length, slopes);
  }
  if (network.penalty !== 0) for (const i of network.inner) slopes[i] += 2 * network.penalty * weights[i];
  return { loss: total / points.length + penaltyAt(network, weights), slopes };
}

/** ∂cost/∂a of one output.
 * @param {Loss} kind @param {number} error a − t */
export function costSlope(kind, error) {
  return kind === "mae" ? Math.sign(error) : 2 * error;
}

/** Add one point's share to `slopes`, after `outputs` and `aim`; `network.deltas` then holds every ∂L/∂z.
 * @param {Network} network @param {ArrayLike<number>} weights @param {number} share what the point's cost counts
 * @param {Float64Array} slopes */
export function backward(network, weights, share, slopes) {
  const { values, deltas, dense, targets, loss: kind } = network, top = dense.length, a = values[top];
  const last = dense[top - 1].activation, delta = deltas[top];
  if (kind === "cross-entropy") for (let k = 0; k < a.length; k++) delta[k] = share * (a[k] - targets[k]); // for sigmoid and softmax alike
  else {
    let mean = 0; // Σ a_k ∂cost/∂a_k, which softmax takes off every output's share
    for (let k = 0; k < a.length; k++) {
      delta[k] = share * costSlope(kind, a[k] - targets[k]);
      mean += a[k] * delta[k];
    }
    for (let k = 0; k < a.length; k++) delta[k] = last === "softmax" ? a[k] * (delta[k] - mean) : delta[k] * ACTIVATIONS[last].slope(a[k]);
  }
  for (let l = top - 1; l >= 0; l--) {
    const { size, below, offset, stride, bias } = dense[l];
    deltas[l].fill(0);
    for (let j = 0; j < size; j++) {
      const own = deltas[l + 1][j];
      let place = offset + j * stride;
      for (let k = 0; k < below; k++, place++) {
        slopes[place] += own * values[l][k];
        deltas[l][k] += own * weights[place];
      }
      if (bias) slopes[place] += own;
    }
    const { activation } = dense[l - 1] ?? {};
    if (activation && activation !== "softmax") for (let k = 0; k < below; k++) deltas[l][k] *= ACTIVATIONS[activation].slope(values[l][k]);
  }
}
