// Ways downhill from one start, side by side. With g the gradient and η the learning rate:
//   gradient descent  θ ← θ − ηg                     momentum  v ← 0.9v + g,  θ ← θ − ηv
//   Adam              Kingma & Ba 2015, rate η/10, because its steps are about as long as its rate
//   Newton            θ ← θ − (H + λI)⁻¹g with the least λ of 0, 10⁻³, 10⁻², … that makes it positive definite

import { gradient } from "./formula.js";

/** @typedef {import("./formula.js").Network} Network */
/** @typedef {{free: Float64Array, loss: number, slope: number}} Place slope is the largest |∂L/∂w| */
/** @typedef {{network: Network, start: Float64Array, free: number[], points: ArrayLike<number>[], rate: number}} Setting */
/** @typedef {(g: Float64Array, step: number, at: Float64Array) => ArrayLike<number>} Mover the change to subtract */

export const ARRIVED = 1e-7;
export const FAR = 1e6;

/** @type {Record<string, {title: string, make: (setting: Setting, slopesAt: (at: Float64Array) => Float64Array) => Mover}>} */
export const OPTIMISERS = {
  gradient: { title: "Gradient descent", make: ({ rate }) => (g) => g.map((x) => rate * x) },
  momentum: {
    title: "Momentum",
    make: ({ rate, free }) => {
      const v = new Float64Array(free.length);
      return (g) => v.map((x, i) => rate * (v[i] = 0.9 * x + g[i]));
    },
  },
  adam: {
    title: "Adam",
    make: ({ rate, free }) => {
      const mean = new Float64Array(free.length), square = new Float64Array(free.length);
      return (g, step) => g.map((x, i) => {
        mean[i] = 0.9 * mean[i] + 0.1 * x;
        square[i] = 0.999 * square[i] + 0.001 * x * x;
        return ((rate / 10) * (mean[i] / (1 - 0.9 ** step))) / (Math.sqrt(square[i] / (1 - 0.999 ** step)) + 1e-8);
      });
    },
  },
  newton: {
    title: "Newton",
    make: (_, slopesAt) => (g, _step, at) => {
      const n = g.length, h = 1e-5;
      const columns = Array.from({ length: n }, (_unused, j) => {
        const up = slopesAt(at.map((x, i) => (i === j ? x + h : x))), down = slopesAt(at.map((x, i) => (i === j ? x - h : x)));
        return up.map((x, i) => (x - down[i]) / (2 * h));
      });
      for (let shift = 0; shift < 1e6; shift = shift ? shift * 10 : 1e-3) {
        const move = solve(columns, g, shift);
        if (move && Math.hypot(...move) < 10) return move;
      }
      return g;
    },
  },
};

/** (H + λI)x = g by Cholesky, or null where the matrix is not positive definite.
 * @param {Float64Array[]} H @param {Float64Array} g @param {number} shift */
function solve(H, g, shift) {
  const n = g.length, L = H.map(() => new Float64Array(n)), x = Float64Array.from(g);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (H[i][j] + H[j][i]) / 2 + (i === j ? shift : 0);
      for (let k = 0; k < j; k++) sum -= L[i][k] * L[j][k];
      if (i === j && !(sum > 1e-12)) return null;
      L[i][j] = i === j ? Math.sqrt(sum) : sum / L[j][j];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= L[i][k] * x[k];
    x[i] /= L[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L[k][i] * x[k];
    x[i] /= L[i][i];
  }
  return x;
}

/** A path that grows on demand: `at(step)` is where the method is after so many steps; it stays where it has arrived.
 * @param {string} method @param {Setting} setting */
export function createPath(method, setting) {
  const weights = Float64Array.from(setting.start);
  const slopesAt = (/** @type {Float64Array} */ at) => {
    setting.free.forEach((w, i) => (weights[w] = at[i]));
    const { loss, slopes } = gradient(setting.network, weights, setting.points);
    lastLoss = loss;
    return Float64Array.from(setting.free, (w) => slopes[w]);
  };
  let lastLoss = 0;
  const move = OPTIMISERS[method].make(setting, slopesAt);
  /** @type {Place[]} */ const places = [];
  let g = visit(Float64Array.from(setting.free, (w) => setting.start[w]));

  /** @param {Float64Array} at */
  function visit(at) {
    const slopes = slopesAt(at);
    places.push({ free: at, loss: lastLoss, slope: Math.max(...slopes.map(Math.abs)) });
    return slopes;
  }

  const ended = () => {
    const { slope, free, loss } = places[places.length - 1];
    return slope < ARRIVED || !Number.isFinite(loss) || Math.max(...free.map(Math.abs)) > FAR;
  };

  return {
    method, places, ended,
    /** @param {number} step */
    at(step) {
      while (places.length <= step && !ended()) {
        const at = places[places.length - 1].free, change = move(g, places.length, at);
        g = visit(at.map((x, i) => x - change[i]));
      }
      return places[Math.min(step, places.length - 1)];
    },
  };
}

/** @typedef {ReturnType<typeof createPath>} Path */

/** How it ended, or stands, in a sentence.
 * @param {Path} path @param {number} step @param {any} minimum the proved verdict, or null
 * @param {string[]} names @param {(x: number) => string} show */
export function sentence(path, step, minimum, names, show) {
  const here = path.at(step), first = path.places[0], taken = Math.min(step, path.places.length - 1);
  const steps = `${taken} step${taken === 1 ? "" : "s"}`, size = Math.max(...here.free.map(Math.abs));
  if (!Number.isFinite(here.loss) || size > FAR) return `threw the weights beyond a million after ${steps}: the learning rate is too large.`;
  if (here.slope < ARRIVED) {
    if (minimum?.kind === "attained") {
      const box = minimum.domain === "all reals" ? null : minimum.domain, where = box ? "lowest loss in the box" : "global minimum";
      if (box && !names.every((name, i) => Number(box[name][0]) <= here.free[i] && here.free[i] <= Number(box[name][1]))) return `arrived after ${steps}, outside the box that the verdict is about; the loss here is ${show(here.loss)}.`;
      const near = here.loss <= Number(minimum.value[1]) + 1e-9;
      return near ? `arrived after ${steps}, at the ${where} that is ${minimum.trust}.` : `came to rest after ${steps}, but not at the ${where}: the loss here is ${show(here.loss)}.`;
    }
    if (minimum?.kind === "not-attained") return `stopped after ${steps} because the ground is flat to seven digits; it is not a minimum, there is none.`;
    return `arrived after ${steps}: the slope is below 10⁻⁷.`;
  }
  const before = path.places.slice(Math.max(taken - 20, 0), taken + 1);
  const rises = before.filter((p, i) => i && p.loss > before[i - 1].loss).length;
  const mean = (/** @type {typeof before} */ places) => places.reduce((t, p) => t + p.loss / places.length, 0);
  if (taken > 20 && rises > 6 && here.slope > 0.01 && mean(before.slice(10)) > 0.999 * mean(before.slice(0, 10))) return `jumps back and forth after ${steps}: the learning rate is too large.`;
  if (here.loss > first.loss + 1e-9 && taken > 5) return `is higher than where it began after ${steps}: the learning rate is too large.`;
  if (taken >= 20 && minimum?.kind === "not-attained") return `is still falling after ${steps} and always will: the infimum lies at infinity.`;
  return `is on its way after ${steps}; the slope is ${show(here.slope)}.`;
}
