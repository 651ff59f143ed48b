// The plane: points to drag, over the network's output as colours and its boundary.

import { drawAxes, follow, nameText, place, scales } from "./axes.js";
import { h, renew, segmented, set, svg } from "./dom.js";
import { outputsOf } from "./formula.js";
import { createHeat } from "./heat.js";
import { show, snap, value } from "./number.js";

const FRAME = { width: 400, height: 400, left: 30, right: 8, top: 8, bottom: 26 };
/** Diamond, circle, triangle, square, hexagon, plus, star, drop: a class has a shape as well as a colour. */
const SHAPES = [
  "M0-9L9 0L0 9L-9 0Z", "M0-7.5A7.5 7.5 0 1 1 0 7.5A7.5 7.5 0 1 1 0-7.5Z", "M0-9L8.5 6.5H-8.5Z", "M-6.5-6.5H6.5V6.5H-6.5Z", "M-4-7H4L8 0L4 7H-4L-8 0Z",
  "M-3-8H3V-3H8V3H3V8H-3V3H-8V-3H-3Z", "M0-9L2.5-3L9-2.5L4 1.5L5.5 8L0 4.5L-5.5 8L-4 1.5L-9-2.5L-2.5-3Z", "M0 9A7 7 0 0 1-5-2L0-9L5-2A7 7 0 0 1 0 9Z",
];
const BETWEEN = "M-6.5-6.5H6.5V6.5H-6.5Z";
const ARROWS = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @param {import("./page.js").Page} page */
export function createPlane(page) {
  const { store } = page;
  const under = svg("g"), boundary = svg("path", { class: "boundary" }), dots = svg("g");
  const inner = { width: FRAME.width - FRAME.left - FRAME.right, height: FRAME.height - FRAME.top - FRAME.bottom };
  const heat = createHeat(page, boundary, inner.width, inner.height);
  const help = "Click an empty place to add a point. A focused point moves with the arrow keys, with Shift in bigger steps; Enter flips its label, Delete removes it.";
  const picture = svg("svg", { viewBox: `0 0 ${FRAME.width} ${FRAME.height}`, class: "plane-picture", role: "group", "aria-label": "Labelled points in the plane" },
    under, svg("g", { "clip-path": "inset(0)" }, boundary), dots);
  const hint = h("p", { class: "hint empty-hint" }, "Click anywhere to put the first point.");
  const brushes = h("span", {}), axisPicker = h("span", { class: "pair axes-picker" });
  /** @type {ReturnType<typeof segmented>} */ let brush;
  const element = h("div", { class: "plane" },
    h("div", { class: "plot square" }, heat.canvas, picture, hint),
    h("div", { class: "tools" }, h("span", { class: "soft" }, "Click adds"), brushes,
      h("button", { type: "button", onclick: () => addAtCentre() }, "Add a point"),
      h("button", { type: "button", class: "quiet", onclick: () => page.act({ type: "view", view: null }), title: "Show all points" }, "Fit"), axisPicker));
  set(boundary, { transform: `translate(${FRAME.left} ${FRAME.top})` });
  /** @type {import("./axes.js").Scales} */ let s = scales(FRAME, [-5, 5], [-5, 5]);
  let drawnFor = /** @type {any[]} */ ([]);
  let gesture = 0;
  /** @type {{point: import("./number.js").Num[], isChosen: boolean}[]} */ let dotsDrawn = [];
  let dotsFor = "";

  const isWide = () => store.state.inputs.length > 1;
  const spans = () => [s.xs[1] - s.xs[0], s.ys[1] - s.ys[0]];

  /** @param {number} x @param {number} y */
  function add(x, y) {
    const { state } = store, chosen = state.points[state.chosen];
    const point = state.inputs.map((_, k) => (chosen ? chosen[k] : 0)); // inputs that the plane does not show are the chosen point's
    put(point, x, y);
    page.act({ type: "add", point: [...point, state.brush, ...(state.weighted ? [1] : [])] });
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

  /** @param {import("./number.js").Num[]} point @param {number} x @param {number} y */
  function put(point, x, y) {
    const [across, up] = store.state.axes;
    point[isWide() ? across : 0] = x;
    if (isWide()) point[up] = y;
  }

  /** @param {number} index @param {number} x @param {number} y @param {string | null} key */
  function move(index, x, y, key) {
    const point = [...store.state.points[index]];
    put(point, snap(Math.min(Math.max(x, s.xs[0]), s.xs[1]), spans()[0]), snap(Math.min(Math.max(y, s.ys[0]), s.ys[1]), spans()[1]));
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
    const [across, up] = isWide() ? store.state.axes : [0, 1]; // with one input the label is the height
    return [value(point[across]), value(point[up])];
  }

  /** @param {import("./derived.js").Derived} derived */
  function update(derived) {
    const { state } = derived;
    const count = Math.max(outputsOf(state), 2);
    renew(brushes, JSON.stringify([count, state.classes]), () => {
      brush = segmented("New points get", Array.from({ length: count }, (_, k) => [String(k), state.classes ? state.classes[k].slice(0, 12) : `label ${k}`]), (label) => page.act({ type: "brush", label: Number(label) }));
      return [brush.element];
    });
    brush.show(String(state.brush));
    renew(axisPicker, JSON.stringify([state.inputs, state.axes]), () => (state.inputs.length > 2 ? pickers(state) : []));
    hint.hidden = state.points.length > 0;
    const frameKey = JSON.stringify([state.view, state.inputs, state.axes]), [across, up] = isWide() ? state.axes : [0, 0];
    s = scales(FRAME, state.view.x, state.view.y);
    renew(under, frameKey, () => [drawAxes(FRAME, s, { x: 6, y: isWide() ? 6 : 3 }),
      nameText(state.inputs[across], { x: FRAME.width - 16, y: FRAME.height - FRAME.bottom - 8, "text-anchor": "end" }),
      nameText(isWide() ? state.inputs[up] : "label", { x: FRAME.left + 8, y: FRAME.top + 16 })]);
    const now = [state.weights, state.layers, state.view, state.axes, page.theme(), state.inputs.length > 2 ? state.points[state.chosen] : null];
    if (now.some((part, i) => part !== drawnFor[i])) {
      drawnFor = now;
      heat.draw(derived, s.xs, s.ys);
    }
    drawDots(state);
  }

  /** Which inputs the plane shows, where there are more than two.
   * @param {import("./state.js").State} state */
  function pickers({ inputs, axes }) {
    return ["across", "up"].map((way, place) => {
      const select = h("select", { "aria-label": `Input shown ${way}`, onchange: () => {
        const chosen = Number(select.value);
        page.act({ type: "axes", axes: axes[1 - place] === chosen ? [axes[1], axes[0]] : axes.map((k, i) => (i === place ? chosen : k)) });
      } }, ...inputs.map((name, k) => h("option", { value: k, selected: k === axes[place] }, name)));
      return h("label", { class: "pair" }, h("span", { class: "soft" }, way), select);
    });
  }

  /** @param {import("./state.js").State} state */
  function drawDots(state) {
    while (dots.children.length > state.points.length) dots.lastChild?.remove();
    while (dots.children.length < state.points.length) dots.append(svg("g", { class: "point", role: "button", "data-index": dots.children.length, "aria-description": help }, svg("circle", { class: "halo", r: 15 }), svg("path")));
    const few = state.points.length <= 20, at = state.inputs.length; // of many points only the chosen one is a stop of the Tab key
    const mean = state.weighted ? state.points.reduce((sum, p) => sum + value(p[at + 1]), 0) / state.points.length : 1;
    const shown = JSON.stringify([state.view, state.axes, state.inputs, state.classes, state.points.length, mean]);
    if (shown !== dotsFor) dotsDrawn = [];
    dotsFor = shown;
    state.points.forEach((point, i) => {
      const isChosen = i === state.chosen, before = dotsDrawn[i];
      if (before && before.point === point && before.isChosen === isChosen) return; // a drag moves one point of many
      dotsDrawn[i] = { point, isChosen };
      const dot = dots.children[i], [x, y] = position(point), label = value(point[at]), whole = Number.isInteger(label);
      const kind = whole ? `class-${label}` : "between", weight = state.weighted ? value(point[at + 1]) : 1;
      set(dot, {
        transform: `translate(${s.x(x).toFixed(2)} ${s.y(y).toFixed(2)})`,
        class: `point ${kind}${isChosen ? " chosen" : ""}`,
        tabindex: few || isChosen ? 0 : -1,
        "aria-label": `Point ${i + 1} of ${state.points.length}: ${state.inputs.map((name, k) => `${name} ${show(point[k])}`).join(", ")}, label ${(whole && state.classes?.[label]) || show(label)}${state.weighted ? `, case weight ${show(weight)}` : ""}`,
      });
      // The area of a dot is its share.
      set(/** @type {Element} */ (dot.lastChild), { d: whole ? SHAPES[label] : BETWEEN, transform: state.weighted ? `scale(${Math.min(Math.max(Math.sqrt(weight / mean), 0.4), 1.8).toFixed(2)})` : null });
    });
  }

  return { element, update };
}
