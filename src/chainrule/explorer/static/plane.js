// The plane: points to drag, over the network's output as colours and its boundary where the output is ½.

import { drawAxes, follow, nameText, place, scales } from "./axes.js";
import { h, renew, segmented, set, svg } from "./dom.js";
import { output, preactivation } from "./formula.js";
import { levelPath, makeGrid, paint, sample } from "./grid.js";
import { show, snap, value } from "./number.js";

const FRAME = { width: 400, height: 400, left: 30, right: 8, top: 8, bottom: 26 };
const SHAPES = { one: "M0-7.5A7.5 7.5 0 1 1 0 7.5A7.5 7.5 0 1 1 0-7.5Z", zero: "M0-9L9 0L0 9L-9 0Z", between: "M-6.5-6.5H6.5V6.5H-6.5Z" };
const ARROWS = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {import("./page.js").Page} page */
export function createPlane(page) {
  const { store } = page;
  const canvas = h("canvas", { class: "heat", "aria-hidden": "true" });
  const under = svg("g"), boundary = svg("path", { class: "boundary" }), dots = svg("g");
  const help = "Click an empty place to add a point. A focused point moves with the arrow keys, with Shift in bigger steps; Enter flips its label, Delete removes it.";
  const picture = svg("svg", { viewBox: `0 0 ${FRAME.width} ${FRAME.height}`, class: "plane-picture", role: "group", "aria-label": "Labelled points in the plane" },
    under, svg("g", { "clip-path": "inset(0)" }, boundary), dots);
  const hint = h("p", { class: "hint empty-hint" }, "Click anywhere to put the first point.");
  const brush = segmented("New points get", [["1", "label 1"], ["0", "label 0"]], (label) => page.act({ type: "brush", label: Number(label) }));
  const element = h("div", { class: "plane" },
    h("div", { class: "plot square" }, canvas, picture, hint),
    h("div", { class: "tools" }, h("span", { class: "soft" }, "Click adds"), brush.element,
      h("button", { type: "button", onclick: () => addAtCentre() }, "Add a point"),
      h("button", { type: "button", class: "quiet", onclick: () => page.act({ type: "view", view: null }), title: "Show all points" }, "Fit")));
  const grid = makeGrid(81, 81);
  const inner = { width: FRAME.width - FRAME.left - FRAME.right, height: FRAME.height - FRAME.top - FRAME.bottom };
  set(boundary, { transform: `translate(${FRAME.left} ${FRAME.top})` });
  /** @type {import("./axes.js").Scales} */ let s = scales(FRAME, [-5, 5], [-5, 5]);
  let drawnFor = /** @type {any[]} */ ([]);
  let gesture = 0;

  const isWide = () => store.state.inputs.length > 1;
  const spans = () => [s.xs[1] - s.xs[0], s.ys[1] - s.ys[0]];

  /** @param {number} x @param {number} y */
  function add(x, y) {
    const { state } = store, chosen = state.points[state.chosen];
    const others = state.inputs.slice(2).map((_, k) => (chosen ? chosen[k + 2] : 0));
    page.act({ type: "add", point: isWide() ? [x, y, ...others, state.brush] : [x, state.brush] });
  }

  function addAtCentre() {
    const middle = [(s.xs[0] + s.xs[1]) / 2, (s.ys[0] + s.ys[1]) / 2];
    add(snap(middle[0], spans()[0]), snap(middle[1], spans()[1]));
    focus(store.state.chosen);
  }

  /** @param {number} index */
  function focus(index) {
    page.flush();
    /** @type {SVGElement | undefined} */ (dots.children[index])?.focus();
  }

  /** @param {number} index @param {number} x @param {number} y @param {string | null} key */
  function move(index, x, y, key) {
    const point = [...store.state.points[index]];
    point[0] = snap(Math.min(Math.max(x, s.xs[0]), s.xs[1]), spans()[0]);
    if (isWide()) point[1] = snap(Math.min(Math.max(y, s.ys[0]), s.ys[1]), spans()[1]);
    page.act({ type: "point", index, point }, key);
  }

  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const dot = /** @type {Element} */ (event.target).closest?.(".point");
    const [px, py] = place(picture, event, FRAME);
    if (!dot) {
      if (px < FRAME.left || py > FRAME.height - FRAME.bottom) return;
      event.preventDefault();
      add(snap(s.toX(px), spans()[0]), snap(s.toY(py), spans()[1]));
      page.flush();
    }
    const index = dot ? Number(dot.getAttribute("data-index")) : store.state.chosen;
    const target = /** @type {SVGElement} */ (dots.children[index]);
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    const [x0, y0] = position(store.state.points[index]);
    const key = `drag-${++gesture}`;
    follow(event, target, (e) => {
      const [qx, qy] = place(picture, e, FRAME);
      move(index, s.toX(s.x(x0) + qx - px), s.toY(s.y(y0) + qy - py), key);
    });
  });
  picture.addEventListener("dblclick", (event) => {
    const dot = /** @type {Element} */ (event.target).closest?.(".point");
    if (dot) page.act({ type: "flip", index: Number(dot.getAttribute("data-index")) });
  });
  // On the HTML element: an SVG element that listens to focus becomes a stop of the Tab key itself.
  element.addEventListener("focusin", (event) => {
    const dot = /** @type {Element} */ (event.target), index = Number(dot.getAttribute("data-index"));
    if (dot.classList.contains("point") && index !== store.state.chosen) page.act({ type: "choose", index });
  });
  dots.addEventListener("keydown", (event) => {
    const index = Number(/** @type {Element} */ (event.target).getAttribute("data-index"));
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow) {
      const step = event.shiftKey ? 0.05 : 0.01;
      const [x, y] = position(store.state.points[index]);
      move(index, x + arrow[0] * step * spans()[0], y + arrow[1] * step * spans()[1], `keys-${index}`);
    } else if (event.key === "Enter" || event.key === " ") page.act({ type: "flip", index });
    else if (event.key === "Delete" || event.key === "Backspace") {
      page.act({ type: "delete", index });
      focus(store.state.chosen);
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      const count = store.state.points.length;
      focus((index + (event.key === "PageDown" ? 1 : count - 1)) % count);
    } else return;
    event.preventDefault();
  });

  /** @param {import("./number.js").Num[]} point */
  function position(point) {
    return [value(point[0]), value(point[1])]; // with one input the label is the height
  }

  /** @param {import("./derived.js").Derived} derived */
  function drawHeat({ state, network, weights }) {
    const chosen = state.points[state.chosen];
    const input = new Float64Array(state.inputs.length);
    state.inputs.forEach((_, k) => { if (k > 1 && chosen) input[k] = value(chosen[k]); });
    const last = network.dense[network.dense.length - 1];
    const isSigmoid = last.activation === "sigmoid"; // its preactivation is smoother, which makes a sharper boundary
    sample(grid, s.xs, s.ys, (x, y) => {
      input[0] = x;
      if (input.length > 1) input[1] = y;
      const a = output(network, weights, input);
      return isSigmoid ? preactivation(last, 0, weights, network.values[network.dense.length - 1]) : a - 0.5;
    });
    set(boundary, { d: levelPath(grid, 0, inner.width, inner.height) });
    const color = page.colors().output;
    paint(canvas, grid, isSigmoid ? (z) => color(1 / (1 + Math.exp(-z))) : (a) => color(a + 0.5));
  }

  /** @param {import("./derived.js").Derived} derived */
  function update(derived) {
    const { state } = derived;
    brush.show(String(state.brush));
    hint.hidden = state.points.length > 0;
    const frameKey = JSON.stringify([state.view, state.inputs]);
    s = scales(FRAME, state.view.x, state.view.y);
    renew(under, frameKey, () => [drawAxes(FRAME, s, { x: 6, y: isWide() ? 6 : 3 }),
      nameText(state.inputs[0], { x: FRAME.width - 16, y: FRAME.height - FRAME.bottom - 8, "text-anchor": "end" }),
      nameText(isWide() ? state.inputs[1] : "label", { x: FRAME.left + 8, y: FRAME.top + 16 })]);
    const now = [state.weights, state.layers, state.view, page.theme(), state.inputs.length > 2 ? state.points[state.chosen] : null];
    if (now.some((part, i) => part !== drawnFor[i])) {
      drawnFor = now;
      drawHeat(derived);
    }
    drawDots(state);
  }

  /** @param {import("./state.js").State} state */
  function drawDots(state) {
    while (dots.children.length > state.points.length) dots.lastChild?.remove();
    while (dots.children.length < state.points.length) dots.append(svg("g", { class: "point", role: "button", "data-index": dots.children.length, "aria-description": help }, svg("circle", { class: "halo", r: 15 }), svg("path")));
    const few = state.points.length <= 20; // of many points only the chosen one is a stop of the Tab key
    state.points.forEach((point, i) => {
      const dot = dots.children[i], [x, y] = position(point), label = value(point[point.length - 1]);
      const kind = label === 1 ? "one" : label === 0 ? "zero" : "between";
      set(dot, {
        transform: `translate(${s.x(x).toFixed(2)} ${s.y(y).toFixed(2)})`,
        class: `point ${kind}${i === state.chosen ? " chosen" : ""}`,
        tabindex: few || i === state.chosen ? 0 : -1,
        "aria-label": `Point ${i + 1} of ${state.points.length}: ${state.inputs.map((name, k) => `${name} ${show(point[k])}`).join(", ")}, label ${show(label)}`,
      });
      set(/** @type {Element} */ (dot.lastChild), { d: SHAPES[kind] });
    });
  }

  return { element, update };
}
