// The page: builds the panels, and once a frame lets each of them follow the state.

import { COLORS } from "./colors.js";
import { createDeriver } from "./derived.js";
import { h, set } from "./dom.js";
import { createHero, createLossEquation } from "./equations.js";
import { createHeader } from "./header.js";
import { createLossView } from "./lossview.js";
import { createNetwork } from "./network.js";
import { isPlace, value } from "./number.js";
import { createPlane } from "./plane.js";
import { createPoints } from "./points.js";
import { createProof } from "./proof.js";
import { createRace, createRacer } from "./race.js";
import { makeState } from "./state.js";
import { createSteps } from "./steps.js";
import { createStore } from "./store.js";
import { createVerdict } from "./verdict.js";
import { createWeights } from "./weights.js";

/** @typedef {{prove?: (problem: any, signal: AbortSignal) => Promise<any>, savePage?: (state: any) => Promise<string>,
 *   address?: boolean, changed?: (state: import("./state.js").State) => void}} Host */
/** @typedef {ReturnType<typeof mount>} Page */

const SLOW = 125; // milliseconds
const REACHES = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Put the page into an element.
 * @param {HTMLElement} root @param {any} start @param {Host} host @param {{key: string, answer: any} | null} stored */
export function mount(root, start, host, stored) {
  const store = createStore(makeState(start)), derive = createDeriver(), racer = createRacer();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {"light" | "dark" | null} */ let chosenTheme = null;
  let zoomed = 3, scheduled = 0, slowAt = -SLOW;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let slowTimer;
  const toast = h("p", { class: "toast", role: "alert" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let toastTimer;

  const page = {
    store, host,
    proof: createProof(host, stored, schedule),
    derive: () => derive(store.state),
    race: (/** @type {import("./state.js").State} */ state) => racer(derive(state)),
    provedMinimum: () => page.proof.answer?.minimum ?? null,
    theme: () => chosenTheme ?? (dark.matches ? "dark" : "light"),
    colors: () => COLORS[page.theme()],
    /** Change the state; a refusal is told and changes nothing.
     * @param {import("./state.js").Action} action @param {string | null} [gesture] */
    act(action, gesture = null) {
      try {
        store.dispatch(action, gesture);
      } catch (error) {
        page.say(error instanceof Error ? error.message : String(error));
      }
    },
    /** @param {string} message */
    say(message) {
      toast.textContent = message;
      clearTimeout(toastTimer);
      toastTimer = setTimeout(() => (toast.textContent = ""), 8000);
    },
    switchTheme() {
      chosenTheme = page.theme() === "dark" ? "light" : "dark";
      schedule();
    },
    /** How far the pictures of weights reach from 0: the zoom, or more where something of interest lies beyond. */
    reach() {
      const { state } = store, at = page.proof.answer?.minimum?.at ?? {};
      const far = Math.max(...state.free.map((name) => Math.abs(value(state.weights[name])) * 1.05), ...state.free.map((name) => (at[name] && isPlace(at[name]) ? Math.min(Math.abs(Number(at[name][0])) * 1.2, 1000) || 0 : 0)), 0);
      return REACHES.find((r, i) => i >= zoomed && r >= far) ?? far;
    },
    /** @param {number} by */
    zoom(by) {
      zoomed = Math.min(Math.max(zoomed + by, 0), REACHES.length - 1);
      schedule();
    },
    refresh: schedule,
    /** Draw now. */
    flush() {
      draw();
    },
  };

  const header = createHeader(page), hero = createHero(page), plane = createPlane(page), points = createPoints(page), network = createNetwork(page), weights = createWeights(page);
  const lossView = createLossView(page), verdict = createVerdict(page), equation = createLossEquation(page), steps = createSteps(page), race = createRace(page);
  const panels = [header, hero, plane, points, network, weights, lossView, verdict, race], slowPanels = [equation, steps];
  const frame = h("div", { class: "chainrule" }, header.element, h("main", { class: "main" }, hero.element,
    card("plane", "Points", plane.element, points.element),
    card("weights", "Network", network.element, weights.element),
    card("loss", "Loss", lossView.element, verdict.element),
    card("equation", "The loss as an equation", equation.element),
    card("steps", "Derivative, step by step", steps.element),
    card("descent", "Descent", race.element)), toast);
  root.append(frame);

  function schedule() {
    scheduled ||= requestAnimationFrame(draw);
  }

  /** Long formulas follow eight times a second, which is as fast as they can be read; the last state always arrives. */
  function slowly() {
    if (slowTimer !== undefined) return;
    const wait = Math.max(0, slowAt + SLOW - performance.now());
    if (wait === 0) return drawSlow();
    slowTimer = setTimeout(drawSlow, wait);
  }

  function drawSlow() {
    slowTimer = undefined;
    slowAt = performance.now();
    const derived = page.derive();
    for (const panel of slowPanels) panel.update(derived);
  }

  function draw() {
    cancelAnimationFrame(scheduled);
    scheduled = 0;
    if (frame.getAttribute("data-theme") !== page.theme()) set(frame, { "data-theme": page.theme() });
    void page.proof.update(store.state);
    const derived = page.derive();
    for (const panel of panels) panel.update(derived);
    slowly();
  }

  store.subscribe(() => {
    schedule();
    host.changed?.(store.state);
  });
  dark.addEventListener("change", schedule);
  frame.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || /** @type {Element} */ (event.target).matches("input[type=text], textarea")) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) store.undo();
    else if ((key === "z" && event.shiftKey) || key === "y") store.redo();
    else return;
    event.preventDefault();
  });
  draw();
  return page;
}

/** @param {string} name @param {string} title @param {Element[]} content */
function card(name, title, ...content) {
  return h("section", { class: `card ${name}-card`, "aria-label": title }, h("h2", {}, title), ...content);
}
