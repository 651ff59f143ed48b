// Descent on the page: run, step and rewind from one start. The state holds only the start and the number of steps;
// the paths are computed from them, so undo and a shared link bring the same run back.

import { createPath, OPTIMISERS, sentence } from "./descent.js";
import { fill, h, newId, renew, say, set } from "./dom.js";
import { show, value } from "./number.js";
import { METHODS } from "./reading.js";

const MOST = 5000;

/** The paths that a state describes, kept as long as nothing but the number of steps changes. */
export function createRacer() {
  /** @type {any[]} */ let madeFor = [];
  /** @type {import("./descent.js").Path[]} */ let paths = [];
  return (/** @type {import("./derived.js").Derived} */ { state, network, rows, free }) => {
    const { start, methods, rate, step } = state.descent;
    const now = [start, methods.join(), rate, rows, network, state.free];
    if (now.some((part, i) => part !== madeFor[i])) {
      madeFor = now;
      const setting = start && rows.length && free.length ? { network, start: Float64Array.from(network.names, (n) => start[n]), free, points: rows, rate } : null;
      paths = setting ? methods.map((method) => createPath(method, setting)) : [];
    }
    paths.forEach((path) => path.at(step));
    return paths;
  };
}

/** @param {import("./page.js").Page} page */
export function createRace(page) {
  const { store } = page;
  let running = false, run = 0, speed = 1, counted = 0;
  const runButton = h("button", { type: "button", class: "primary", onclick: () => (running ? stop() : start()) }, "Run");
  const stepButton = h("button", { type: "button", onclick: () => { stop(); advance(1, `step-${++run}`); } }, "Step");
  const rewind = h("button", { type: "button", onclick: () => { stop(); back(); } }, "Rewind");
  const rateId = newId("rate"), speedId = newId("speed");
  const rate = h("input", { type: "range", id: rateId, min: "-2", max: "1.5", step: "0.05", oninput: () => page.act({ type: "settings", settings: { rate: Number((10 ** Number(rate.value)).toPrecision(2)) } }, "rate") });
  const rateText = h("span", { class: "figure" });
  const pace = h("select", { id: speedId, onchange: () => (speed = Number(pace.value)) }, ...[1, 10, 100].map((n) => h("option", { value: n }, `${n} a frame`)));
  const boxes = METHODS.map((method) => {
    const box = h("input", { type: "checkbox", onchange: () => page.act({ type: "settings", settings: { methods: METHODS.filter((x) => (x === method ? box.checked : store.state.descent.methods.includes(x))) } }) });
    return { method, box, label: h("label", { class: `method ${method}` }, box, h("span", { class: "swatch", "aria-hidden": "true" }), OPTIMISERS[method].title) };
  });
  const count = h("span", { class: "figure steps-count" });
  const ends = h("ul", { class: "ends", "aria-live": "polite" });
  const element = h("div", { class: "race" },
    h("div", { class: "tools" }, runButton, stepButton, rewind, count),
    h("div", { class: "methods", role: "group", "aria-label": "Methods" }, ...boxes.map((b) => b.label)),
    h("div", { class: "tools" }, h("label", { for: rateId }, "Learning rate"), rate, rateText, h("span", { class: "pair" }, h("label", { for: speedId }, "Steps"), pace)), ends);

  /** @param {number} steps @param {string} gesture */
  function advance(steps, gesture) {
    const { state } = store;
    if (!state.points.length || !state.free.length) return page.say("There is nothing to descend on: free a weight and put a point.");
    const start = state.descent.start ?? Object.fromEntries(Object.entries(state.weights).map(([name, w]) => [name, value(w)]));
    const step = Math.min(state.descent.start ? state.descent.step + steps : steps, MOST);
    // The reducer is pure; the weights after these steps come from the same paths the picture draws.
    const ahead = page.race({ ...state, descent: { ...state.descent, start, step } })[0];
    const { free } = ahead.at(step);
    const weights = Object.fromEntries(state.free.map((name, i) => [name, free[i]]));
    if (Object.values(weights).every((w) => Number.isFinite(w) && Math.abs(w) < 1e100)) page.act({ type: "descend", step, start, weights }, gesture);
  }

  function back() {
    const { start } = store.state.descent;
    if (start) page.act({ type: "descend", step: 0, start, weights: Object.fromEntries(store.state.free.map((n) => [n, start[n]])) });
  }

  function start() {
    running = true;
    const gesture = `run-${++run}`;
    const tick = () => {
      if (!running || !element.isConnected) return stop();
      const { state } = store, paths = page.race(state);
      counted++;
      if (state.descent.start && (state.descent.step >= MOST || (paths.length && paths.every((p) => p.ended() && state.descent.step >= p.places.length - 1)))) return stop();
      advance(speed, gesture);
      if (!store.state.descent.start) return stop();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    set(runButton, { "aria-pressed": "true" });
    say(runButton, "Pause");
  }

  function stop() {
    running = false;
    set(runButton, { "aria-pressed": "false" });
    say(runButton, "Run");
    page.refresh();
  }

  /** @param {import("./derived.js").Derived} derived */
  function update({ state }) {
    const { methods, rate: now, step, start: from } = state.descent;
    boxes.forEach(({ method, box }) => {
      box.checked = methods.includes(method);
      box.disabled = methods.length === 1 && box.checked;
    });
    fill(rate, String(Math.round(Math.log10(now) * 20) / 20));
    set(rate, { "aria-valuetext": show(now) });
    say(rateText, show(now));
    set(rewind, { disabled: !from || step === 0 });
    say(count, from ? `${step} step${step === 1 ? "" : "s"}` : "");
    const paths = page.race(state), minimum = page.provedMinimum();
    if (running && counted % 12) return; // the sentences keep still enough to be read
    renew(ends, JSON.stringify([methods, step, minimum?.why ?? "", paths.length, now, state.points.length]), () =>
      from && step ? paths.map((path) => h("li", { class: path.method }, h("span", { class: "swatch", "aria-hidden": "true" }), h("span", {}, h("strong", {}, OPTIMISERS[path.method].title), ` ${sentence(path, step, minimum, state.free, show)}`)))
        : [h("li", { class: "soft" }, h("span", {}, "Every method starts where the weights stand now. The picture of the loss shows the way."))]);
  }

  return { element, update };
}
