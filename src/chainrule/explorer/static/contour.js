// The loss over two free weights: its true surface as colours and level lines, the paths of descent, the place now.

import { drawAxes, follow, nameText, place, scales } from "./axes.js";
import { h, newId, renew, say, set, svg } from "./dom.js";
import { markPath } from "./curve.js";
import { loss } from "./formula.js";
import { levelPath, makeGrid, paint, sample } from "./grid.js";
import { nameSpoken } from "./names.js";
import { isPlace, show, showInterval, value } from "./number.js";

const FRAME = { width: 460, height: 400, left: 40, right: 10, top: 10, bottom: 30 };
const LEVELS = 14;

/** @param {import("./page.js").Page} page @param {[string, string]} names */
export function createContour(page, names) {
  const canvas = h("canvas", { class: "heat", "aria-hidden": "true" });
  const axes = svg("g"), lines = svg("path", { class: "levels", transform: `translate(${FRAME.left} ${FRAME.top})` });
  const proved = svg("g", { class: "marks" }), paths = svg("g", { class: "paths" }), id = newId("clip");
  const grip = svg("g", { class: "grip", role: "button", tabindex: "0", "aria-description": "Arrow keys move along the surface, with Shift in bigger steps" }, svg("circle", { class: "halo", r: 15 }), svg("circle", { class: "here", r: 7 }));
  const picture = svg("svg", { viewBox: `0 0 ${FRAME.width} ${FRAME.height}`, role: "group", "aria-label": `The loss over ${names.map(nameSpoken).join(" and ")}` },
    svg("clipPath", { id }, svg("rect", { x: FRAME.left, y: FRAME.top, width: FRAME.width - FRAME.left - FRAME.right, height: FRAME.height - FRAME.top - FRAME.bottom })),
    axes, lines, svg("g", { "clip-path": `url(#${id})` }, paths, proved), grip);
  const element = h("div", { class: "plot contour" }, canvas, picture);
  let grid = makeGrid(61, 53), gesture = 0;
  /** @type {import("./axes.js").Scales} */ let s = scales(FRAME, [-5, 5], [-5, 5]);
  /** @type {any[]} */ let drawnFor = [];

  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [px, py] = place(picture, event, FRAME);
    if (px < FRAME.left || py > FRAME.height - FRAME.bottom) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    const key = `contour-${++gesture}`;
    const go = (/** @type {PointerEvent} */ e) => {
      const [qx, qy] = place(picture, e, FRAME);
      put(s.toX(qx), s.toY(qy), key);
    };
    go(event);
    follow(event, picture, go);
  });
  grip.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = event.shiftKey ? 0.5 : 0.05, { weights } = page.store.state;
    put(value(weights[names[0]]) + way[0] * step, value(weights[names[1]]) + way[1] * step, "contour-keys");
  });

  /** @param {number} u @param {number} v @param {string} key */
  function put(u, v, key) {
    [u, v].forEach((w, i) => page.act({ type: "weight", name: names[i], value: Number(Math.min(Math.max(w, s.xs[0]), s.xs[1]).toFixed(3)) + 0 }, key));
  }

  /** @param {import("./derived.js").Derived} derived @param {any} answer */
  function update(derived, answer) {
    const { state, network, rows } = derived, reach = page.reach();
    s = scales(FRAME, [-reach, reach], [-reach, reach]);
    renew(axes, String(reach), () => [drawAxes(FRAME, s, { x: 6, y: 6 }, false),
      nameText(names[0], { x: FRAME.width - 18, y: FRAME.height - FRAME.bottom - 9, "text-anchor": "end" }), nameText(names[1], { x: FRAME.left + 9, y: FRAME.top + 18 })]);
    const [i, j] = names.map((name) => /** @type {number} */ (network.index.get(name)));
    const fixed = network.names.map((n) => (names.includes(n) ? 0 : state.weights[n])).join();
    const now = [rows, network, fixed, reach, page.theme()];
    if (now.some((part, k) => part !== drawnFor[k])) {
      drawnFor = now;
      if (rows.length * 3233 > 2e5 !== (grid.columns === 41)) grid = rows.length * 3233 > 2e5 ? makeGrid(41, 36) : makeGrid(61, 53);
      const weights = Float64Array.from(derived.weights);
      sample(grid, s.xs, s.ys, (u, v) => {
        weights[i] = u;
        weights[j] = v;
        return loss(network, weights, rows);
      });
      drawSurface();
    }
    drawAnswer(answer);
    drawPaths(state);
    const [u, v] = names.map((name) => value(state.weights[name]));
    set(grip, { transform: `translate(${s.x(u).toFixed(2)} ${s.y(v).toFixed(2)})`, "aria-label": `${nameSpoken(names[0])} ${show(u)}, ${nameSpoken(names[1])} ${show(v)}, loss ${show(derived.loss)}` });
  }

  function drawSurface() {
    let low = Infinity, high = -Infinity;
    for (const v of grid.values) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
    const size = Math.max(high - low, 1e-12), color = page.colors().surface;
    paint(canvas, grid, (v) => color(Math.sqrt((v - low) / size)));
    let d = "";
    // Squares of even steps: lines lie closer where the surface is low and flat.
    for (let k = 1; k < LEVELS; k++) d += levelPath(grid, low + size * (k / LEVELS) ** 2, s.wide, s.high);
    set(lines, { d });
  }

  /** @param {any} answer */
  function drawAnswer(answer) {
    const stationary = (answer?.stationary ?? []).filter((/** @type {any} */ p) => p.kind !== "unknown" && p.kind !== "plateau");
    const at = answer?.minimum?.kind === "attained" && answer.minimum.at && !stationary.length ? [{ kind: "minimum", at: answer.minimum.at }] : stationary;
    const way = answer?.minimum?.direction;
    renew(proved, JSON.stringify([at, way, page.reach()]), () => [
      ...at.map((/** @type {any} */ p) => {
        if (!names.every((name) => isPlace(p.at[name]))) return region(p.at);
        const [x, y] = [s.x(Number(p.at[names[0]][0])), s.y(Number(p.at[names[1]][0]))];
        return svg("g", { class: `mark proved ${p.kind}` }, svg("circle", { cx: x, cy: y, r: 5.5 }), svg("text", { x, y: y - 13, "text-anchor": "middle" }, `${showInterval(p.at[names[0]], 4)}, ${showInterval(p.at[names[1]], 4)}`));
      }),
      way && arrow(Number(way[names[0]] ?? 0), Number(way[names[1]] ?? 0)),
    ]);
  }

  /** All that may hold the minimum, where that is more than a place.
   * @param {any} at */
  function region(at) {
    const [[x0, x1], [y0, y1]] = names.map((name) => at[name].map(Number));
    return svg("rect", { class: "region", x: s.x(x0), y: s.y(y1), width: s.x(x1) - s.x(x0), height: s.y(y0) - s.y(y1) });
  }

  /** Towards where the loss falls for ever.
   * @param {number} u @param {number} v */
  function arrow(u, v) {
    const size = Math.max(Math.abs(u), Math.abs(v)) || 1, r = s.xs[1] * 0.93;
    const [x, y] = [s.x((u / size) * r), s.y((v / size) * r)], turn = (Math.atan2(-v, u) * 180) / Math.PI;
    return svg("g", { class: "escape", transform: `translate(${x} ${y}) rotate(${turn})` }, svg("path", { d: "M-34 0H-2M-11-7L0 0L-11 7" }));
  }

  /** @param {import("./state.js").State} state */
  function drawPaths(state) {
    const racers = page.race(state);
    while (paths.children.length > racers.length) paths.lastChild?.remove();
    while (paths.children.length < racers.length) paths.append(svg("g", {}, svg("path", { class: "trail" }), svg("path", { class: "runner" })));
    racers.forEach((path, i) => {
      const step = Math.min(state.descent.step, path.places.length - 1), group = paths.children[i];
      const skip = Math.max(1, Math.floor(step / 300));
      const trail = path.places.slice(0, step + 1).filter((_, k) => k % skip === 0 || k === step);
      const spots = trail.map(({ free }) => `${s.x(free[0]).toFixed(1)} ${s.y(free[1]).toFixed(1)}`);
      set(group, { class: path.method });
      set(group.children[0], { d: `M${spots.join("L")}` });
      set(group.children[1], { d: i === 0 ? "" : markPath(path.method), transform: `translate(${spots[spots.length - 1].replace(" ", ",")})` });
    });
  }

  return { element, update };
}
