// The network and its loss, the only place in the page that knows them:
//   a_j = activation(Σ_k w_jk a_k + b_j), layer by layer;   loss = mean over the points of (a − label)².
// The derivative comes from reverse mode: δ_j = ∂L/∂z_j, ∂L/∂w_jk = δ_j a_k, ∂L/∂b_j = δ_j.
// Python's chainrule.formula is the same formula; tests/explorer/cases.json holds the two together.

/** @typedef {"sigmoid" | "tanh" | "relu" | "softplus" | "identity"} Activation */
/** @typedef {{units: number, activation: Activation}} Layer */
/** @typedef {{inputs: string[], layers: Layer[]}} Shape */
/** @typedef {{size: number, activation: Activation, below: number, offset: number}} Dense */
/**
 * A network ready to compute: weights live in one array, unit by unit, each unit's bias last.
 * @typedef {{names: string[], index: Map<string, number>, dense: Dense[], values: Float64Array[], deltas: Float64Array[]}} Network
 */

/** @type {Record<Activation, {at: (z: number) => number, slope: (a: number) => number}>} */
export const ACTIVATIONS = {
  sigmoid: { at: sigmoid, slope: (a) => a * (1 - a) },
  tanh: { at: Math.tanh, slope: (a) => 1 - a * a },
  relu: { at: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  softplus: { at: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: (a) => -Math.expm1(-a) },
  identity: { at: (z) => z, slope: () => 1 },
};

/** @param {number} z */
export function sigmoid(z) {
  const small = Math.exp(-Math.abs(z)); // at most 1: cannot overflow
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** One neuron has w_x, w_y, …, bias; with several units, weight w{l}[{j},{k}] and bias b{l}[{j}], units from 0.
 * @param {Shape} shape */
export function weightNames(shape) {
  if (isNeuron(shape)) return [...shape.inputs.map((name) => `w_${name}`), "bias"];
  const names = [];
  let below = shape.inputs;
  for (const [l, layer] of shape.layers.entries()) {
    for (let j = 0; j < layer.units; j++) {
      names.push(...below.map((source) => `w${l + 1}[${j},${source}]`), `b${l + 1}[${j}]`);
    }
    below = Array.from({ length: layer.units }, (_, k) => String(k));
  }
  return names;
}

/** @param {Shape} shape */
export function isNeuron(shape) {
  return shape.layers.length === 1 && shape.layers[0].units === 1;
}

/** @param {Shape} shape @returns {Network} */
export function build(shape) {
  const names = weightNames(shape);
  /** @type {Dense[]} */
  const dense = [];
  let below = shape.inputs.length;
  let offset = 0;
  for (const { units, activation } of shape.layers) {
    dense.push({ size: units, activation, below, offset });
    offset += units * (below + 1);
    below = units;
  }
  const sizes = [shape.inputs.length, ...shape.layers.map((layer) => layer.units)];
  return {
    names,
    index: new Map(names.map((name, i) => [name, i])),
    dense,
    values: sizes.map((n) => new Float64Array(n)),
    deltas: sizes.map((n) => new Float64Array(n)),
  };
}

/** `z` of one unit, from the values of the layer below.
 * @param {Dense} layer @param {number} unit @param {ArrayLike<number>} weights @param {ArrayLike<number>} below */
export function preactivation(layer, unit, weights, below) {
  let place = layer.offset + unit * (layer.below + 1);
  let z = 0;
  for (let k = 0; k < layer.below; k++) z += below[k] * weights[place++];
  return z + weights[place];
}

/** The output for one point; `network.values` then holds every unit's value, the inputs first.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>} point */
export function output(network, weights, point) {
  const { values, dense } = network;
  for (let k = 0; k < values[0].length; k++) values[0][k] = point[k];
  for (let l = 0; l < dense.length; l++) {
    const { at } = ACTIVATIONS[dense[l].activation];
    for (let j = 0; j < dense[l].size; j++) values[l + 1][j] = at(preactivation(dense[l], j, weights, values[l]));
  }
  return values[dense.length][0];
}

/** The mean squared error; a point is its inputs, then its label.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>[]} points */
export function loss(network, weights, points) {
  const d = network.values[0].length;
  let total = 0;
  for (const point of points) {
    const error = output(network, weights, point) - point[d];
    total += error * error;
  }
  return total / points.length;
}

/** The loss and its derivative by every weight, by reverse mode.
 * @param {Network} network @param {ArrayLike<number>} weights @param {ArrayLike<number>[]} points */
export function gradient(network, weights, points) {
  const d = network.values[0].length;
  const slopes = new Float64Array(network.names.length);
  let total = 0;
  for (const point of points) {
    const error = output(network, weights, point) - point[d];
    total += error * error;
    backward(network, weights, (2 * error) / points.length, slopes);
  }
  return { loss: total / points.length, slopes };
}

/** Add one point's share to `slopes`, after `output`; `network.deltas` then holds every ∂L/∂z.
 * @param {Network} network @param {ArrayLike<number>} weights @param {number} seed ∂L/∂a of the output
 * @param {Float64Array} slopes */
export function backward(network, weights, seed, slopes) {
  const { values, deltas, dense } = network;
  const top = dense.length;
  deltas[top].fill(0);
  deltas[top][0] = seed; // the loss sees the first unit of the last layer
  for (let l = top - 1; l >= 0; l--) {
    const { slope } = ACTIVATIONS[dense[l].activation];
    deltas[l].fill(0);
    for (let j = 0; j < dense[l].size; j++) {
      const delta = (deltas[l + 1][j] *= slope(values[l + 1][j]));
      let place = dense[l].offset + j * (dense[l].below + 1);
      for (let k = 0; k < dense[l].below; k++, place++) {
        slopes[place] += delta * values[l][k];
        deltas[l][k] += delta * weights[place];
      }
      slopes[place] += delta;
    }
  }
}
