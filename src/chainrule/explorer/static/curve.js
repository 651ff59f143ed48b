// The loss along one weight: the curve, its limits, its stationary points, the tangent where the weight stands.
// A hollow ring is a stationary point the page found by floating point; a filled one is proved.

import { drawAxes, follow, nameText, place, scales } from "./axes.js";
import { renew, say, set, svg } from "./dom.js";
import { loss } from "./formula.js";
import { nameSpoken } from "./names.js";
import { show, showInterval, value } from "./number.js";

const LARGE = { width: 460, height: 300, left: 46, right: 14, top: 14, bottom: 30 };
const SMALL = { width: 216, height: 140, left: 38, right: 8, top: 10, bottom: 24 };
const MARKS = /** @type {Record<string, string>} */ ({ gradient: "circle", momentum: "square", adam: "triangle", newton: "diamond" });

/** The shape of a method's mark, around (0, 0).
 * @param {string} method */
export function markPath(method) {
  return { circle: "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z", square: "M-4.5-4.5H4.5V4.5H-4.5Z", triangle: "M0-6L5.5 4.5H-5.5Z", diamond: "M0-6.5L6.5 0L0 6.5L-6.5 0Z" }[MARKS[method]];
}

/** @param {import("./page.js").Page} page @param {string} name @param {boolean} small */
export function createCurve(page, name, small) {
  const frame = small ? SMALL : LARGE;
  const axes = svg("g"), limits = svg("g", { class: "limits" }), line = svg("path", { class: "curve" }), tangent = svg("line", { class: "tangent" });
  const marks = svg("g", { class: "marks" }), paths = svg("g", { class: "paths" });
  const here = svg("circle", { class: "here", r: 7 });
  const grip = svg("g", { class: "grip", role: "slider", tabindex: "0" }, svg("circle", { class: "halo", r: 15 }), here);
  const id = `clip-${Math.random().toString(36).slice(2)}`;
  const element = svg("svg", { viewBox: `0 0 ${frame.width} ${frame.height}`, class: small ? "curve-picture small-curve" : "curve-picture", role: "group", "aria-label": `The loss along ${nameSpoken(name)}` },
    svg("clipPath", { id }, svg("rect", { x: frame.left, y: frame.top - 4, width: frame.width - frame.left - frame.right, height: frame.height - frame.top - frame.bottom + 8 })),
    axes, limits, svg("g", { "clip-path": `url(#${id})` }, line, tangent), paths, marks, grip);
  const most = small ? 121 : 241, samples = new Float64Array(most);
  /** @type {import("./axes.js").Scales} */ let s = scales(frame, [-5, 5], [0, 1]);
  /** @type {[number, number]} */ let span = [0, 1];
  let dragging = false, gesture = 0;

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [px, py] = place(element, event, frame);
    if (px < frame.left || py > frame.height - frame.bottom) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    dragging = true;
    const key = `curve-${name}-${++gesture}`;
    const go = (/** @type {PointerEvent} */ e) => put(s.toX(place(element, e, frame)[0]), key);
    go(event);
    follow(event, element, go, () => { dragging = false; page.refresh(); });
  });
  grip.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    put(value(page.store.state.weights[name]) + way * (event.shiftKey ? 0.5 : 0.05), `curve-keys-${name}`);
  });

  /** @param {number} w @param {string} key */
  function put(w, key) {
    page.act({ type: "weight", name, value: Number(Math.min(Math.max(w, s.xs[0]), s.xs[1]).toFixed(3)) + 0 }, key);
  }

  /** @param {import("./derived.js").Derived} derived @param {any} answer the proof for this data, or null */
  function update(derived, answer) {
    const { network, rows, slopes } = derived, index = /** @type {number} */ (network.index.get(name));
    const weights = Float64Array.from(derived.weights), w = weights[index], reach = page.reach();
    const at = (/** @type {number} */ v) => ((weights[index] = v), loss(network, weights, rows));
    // Of many points, weights and curves fewer samples, so that a frame stays a frame.
    const work = rows.length * weights.length * (small ? derived.free.length : 1), count = Math.min(most, Math.max(31, Math.floor(3e6 / work))), ys = samples.subarray(0, count);
    for (let i = 0; i < count; i++) ys[i] = at(-reach + (2 * reach * i) / (count - 1));
    const sides = answer?.limits?.[name] ? [Number(answer.limits[name]["-inf"][0]), Number(answer.limits[name]["+inf"][0])] : [];
    const low = Math.min(...ys, derived.loss), high = Math.max(...ys, derived.loss);
    const pad = Math.max((high - low) * 0.1, 1e-9);
    // While a hand moves along the curve, the frame stands still.
    if (!dragging || low < span[0] || high > span[1]) span = [Math.max(low - pad, Math.min(low, 0) - pad / 2), high + pad];
    s = scales(frame, [-reach, reach], span);
    const endsLow = ys[count - 1] < (span[0] + span[1]) / 2, nameY = endsLow ? frame.top + 14 : frame.height - frame.bottom - 8;  // where the curve is not
    renew(axes, `${span} ${reach} ${endsLow}`, () => [drawAxes(frame, s, { x: small ? 3 : 6, y: small ? 3 : 5 }), nameText(name, { x: frame.width - frame.right - 4, y: nameY, "text-anchor": "end" })]);
    let d = "";
    for (let i = 0; i < count; i++) d += `${i ? "L" : "M"}${s.x(-reach + (2 * reach * i) / (count - 1)).toFixed(1)} ${s.y(ys[i]).toFixed(1)}`;
    set(line, { d });
    drawTangent(w, derived.loss, slopes[index]);
    drawLimits(sides);
    drawMarks(found(ys, reach, at, work > 1e5 ? 10 : 30), answer, at);
    drawPaths(derived, at);
    set(grip, { transform: `translate(${s.x(w).toFixed(2)} ${s.y(derived.loss).toFixed(2)})`, "aria-label": nameSpoken(name), "aria-valuenow": w, "aria-valuemin": -reach, "aria-valuemax": reach,
      "aria-valuetext": `${show(w)}, loss ${show(derived.loss)}, slope ${show(slopes[index], 3)}` });
  }

  /** @param {number} w @param {number} y @param {number} slope */
  function drawTangent(w, y, slope) {
    const pixels = slope * (s.high / (s.ys[1] - s.ys[0])) * ((s.xs[1] - s.xs[0]) / s.wide);
    const dx = (small ? 26 : 52) / Math.hypot(1, pixels);
    set(tangent, { x1: s.x(w) - dx, x2: s.x(w) + dx, y1: s.y(y) + dx * pixels, y2: s.y(y) - dx * pixels });
  }

  /** @param {number[]} sides */
  function drawLimits(sides) {
    renew(limits, `${sides} ${span} ${frame.width}`, () => sides.flatMap((limit, k) => {
      if (!(limit >= span[0] && limit <= span[1])) return []; // beyond the frame, or infinite
      const y = s.y(limit), x = k ? frame.width - frame.right : frame.left;
      const label = small ? null : svg("text", { x: k ? x - 4 : x + 4, y: y < 14 ? y + 15 : y - 6, "text-anchor": k ? "end" : "start" }, `→ ${show(limit)}`);
      return [svg("line", { x1: x, x2: k ? x - s.wide * 0.22 : x + s.wide * 0.22, y1: y, y2: y }), label];
    }));
  }

  /** @param {{kind: string, at: number}[]} rough @param {any} answer @param {(v: number) => number} at */
  function drawMarks(rough, answer, at) {
    const proved = (answer?.stationary ?? []).filter((/** @type {any} */ p) => p.kind !== "unknown" && p.kind !== "plateau" && p.at[name]);
    const reach = s.xs[1];
    const all = proved.length ? proved.map((/** @type {any} */ p) => ({ kind: p.kind, at: Number(p.at[name][0]), text: showInterval(p.at[name], 6) })) : rough;
    const seen = all.filter((/** @type {any} */ p) => Math.abs(p.at) <= reach);
    while (marks.children.length > seen.length) marks.lastChild?.remove();
    while (marks.children.length < seen.length) marks.append(svg("g", {}, svg("line"), svg("circle", { r: small ? 4 : 5.5 }), svg("text", { "text-anchor": "middle" })));
    seen.forEach((/** @type {any} */ p, /** @type {number} */ i) => {
      const group = marks.children[i], x = s.x(p.at), y = s.y(at(p.at));
      set(group, { class: `mark ${p.kind}${proved.length ? " proved" : ""}` });
      set(group.children[0], { x1: x, x2: x, y1: y, y2: frame.height - frame.bottom });
      set(group.children[1], { cx: x, cy: y });
      const left = frame.left + 30, right = frame.width - frame.right - 30;
      set(group.children[2], { x: Math.min(Math.max(x, left), right), y: y < frame.top + 30 ? y + 24 : y - 13 });
      say(group.children[2], small || !p.text ? "" : p.text);
    });
  }

  /** @param {import("./derived.js").Derived} derived @param {(v: number) => number} at */
  function drawPaths(derived, at) {
    const { state } = derived, k = state.free.indexOf(name), racers = k < 0 ? [] : page.race(state);
    while (paths.children.length > racers.length) paths.lastChild?.remove();
    while (paths.children.length < racers.length) paths.append(svg("g", {}, svg("path", { class: "trail" }), svg("path", { class: "runner" })));
    racers.forEach((path, i) => {
      const step = Math.min(state.descent.step, path.places.length - 1), group = paths.children[i], from = Math.max(0, step - 200);
      const trail = path.places.slice(from, step + 1).map((p) => p.free[k]);
      const now = Math.min(Math.max(trail[trail.length - 1], s.xs[0]), s.xs[1]);
      set(group, { class: path.method });
      set(group.children[0], { d: state.free.length > 1 ? "" : trail.map((v) => `M${s.x(v).toFixed(1)} ${(s.y(at(v)) - 3).toFixed(1)}v6`).join("") });
      set(group.children[1], { d: i === 0 || state.free.length > 1 ? "" : markPath(path.method), transform: `translate(${s.x(now).toFixed(1)} ${s.y(at(now)).toFixed(1)})` });
    });
  }

  return { element, update };
}

/** Stationary points where the samples turn, by golden section: computed, not proved.
 * @param {Float64Array} ys @param {number} reach @param {(v: number) => number} at @param {number} steps */
function found(ys, reach, at, steps) {
  const points = [], n = ys.length, x = (/** @type {number} */ i) => -reach + (2 * reach * i) / (n - 1);
  for (let i = 1; i < n - 1; i++) {
    const side = ys[i] < ys[i - 1] && ys[i] <= ys[i + 1] ? 1 : ys[i] > ys[i - 1] && ys[i] >= ys[i + 1] ? -1 : 0;
    if (!side) continue;
    let a = x(i - 1), b = x(i + 1);
    for (let k = 0; k < steps; k++) {
      const c = b - (b - a) * 0.618034, d = a + (b - a) * 0.618034;
      if (side * at(c) < side * at(d)) b = d;
      else a = c;
    }
    points.push({ kind: side > 0 ? "minimum" : "maximum", at: (a + b) / 2 });
  }
  return points;
}
