// A plot's frame: numbers on its edges, a light grid, and the way from values to pixels and back.

import { svg } from "./dom.js";
import { show, ticks } from "./number.js";

/** @typedef {{width: number, height: number, left: number, right: number, top: number, bottom: number}} Frame */

/** @param {Frame} frame @param {[number, number]} xs @param {[number, number]} ys */
export function scales(frame, xs, ys) {
  const wide = frame.width - frame.left - frame.right, high = frame.height - frame.top - frame.bottom;
  return {
    x: (/** @type {number} */ v) => frame.left + ((v - xs[0]) / (xs[1] - xs[0])) * wide,
    y: (/** @type {number} */ v) => frame.top + ((ys[1] - v) / (ys[1] - ys[0])) * high,
    toX: (/** @type {number} */ px) => xs[0] + ((px - frame.left) / wide) * (xs[1] - xs[0]),
    toY: (/** @type {number} */ px) => ys[1] - ((px - frame.top) / high) * (ys[1] - ys[0]),
    wide, high, xs, ys,
  };
}

/** @typedef {ReturnType<typeof scales>} Scales */

/** Grid lines and numbers; the zero lines are darker.
 * @param {Frame} frame @param {Scales} s @param {{x: number, y: number}} count @param {boolean} [lines] */
export function drawAxes(frame, s, count, lines = true) {
  const group = svg("g", { class: "axes", "aria-hidden": "true" });
  const bottom = frame.height - frame.bottom, right = frame.width - frame.right;
  for (const t of ticks(s.xs[0], s.xs[1], count.x)) {
    const x = s.x(t);
    if (lines) group.append(svg("line", { x1: x, x2: x, y1: frame.top, y2: bottom, class: t === 0 ? "zero" : "" }));
    group.append(svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, show(t)));
  }
  for (const t of ticks(s.ys[0], s.ys[1], count.y)) {
    const y = s.y(t);
    if (lines) group.append(svg("line", { x1: frame.left, x2: right, y1: y, y2: y, class: t === 0 ? "zero" : "" }));
    group.append(svg("text", { x: frame.left - 7, y: y + 4, "text-anchor": "end" }, show(t)));
  }
  return group;
}

/** A weight's or an input's name as SVG text: w with its index below.
 * @param {string} name @param {Record<string, any>} props */
export function nameText(name, props) {
  const [letter, index, layer] = split(name);
  const text = svg("text", { class: "name", ...props }, svg("tspan", { class: "letter" }, letter + (layer ? "¹²³⁴"[Number(layer) - 1] : "")));
  if (index) text.append(svg("tspan", { dy: "0.3em", class: "index" }, index));
  return text;
}

/** Letter, index and layer: `w_x` is w with index x, `w1[0,x]` w with index 0,x in layer 1, bias is b.
 * @param {string} name */
export function split(name) {
  if (name === "bias") return ["b", "", ""];
  const layered = /^([wb])(\d+)\[(.*)\]$/.exec(name);
  if (layered) return [layered[1], layered[3], layered[2]];
  const cut = name.indexOf("_");
  return cut > 0 ? [name.slice(0, cut), name.slice(cut + 1), ""] : [name, "", ""];
}

/** The place of a pointer in an SVG's own units.
 * @param {SVGSVGElement} element @param {{clientX: number, clientY: number}} event @param {Frame} frame */
export function place(element, event, frame) {
  const box = element.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * frame.width, ((event.clientY - box.top) / box.height) * frame.height];
}

/** Follow a pointer from press to release.
 * @param {PointerEvent} down @param {Element} target
 * @param {(event: PointerEvent) => void} move @param {(event: PointerEvent) => void} [end] */
export function follow(down, target, move, end) {
  const element = /** @type {HTMLElement} */ (target);
  try {
    element.setPointerCapture(down.pointerId);
  } catch { /* a pointer that has gone already */ }
  const stop = (/** @type {PointerEvent} */ event) => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", stop);
    element.removeEventListener("pointercancel", stop);
    end?.(event);
  };
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", stop);
  element.addEventListener("pointercancel", stop);
}
