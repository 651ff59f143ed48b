// The picture of the loss: a curve for one free weight, the true surface for two, a curve each for three or more; and
// which loss it is.

import { createContour } from "./contour.js";
import { createCurve } from "./curve.js";
import { fill, h, newId, renew } from "./dom.js";
import { LOSSES } from "./formula.js";
import { exactText } from "./number.js";

const MOST_CURVES = 12;
const TITLES = { mse: "mean squared error", mae: "mean absolute error", "cross-entropy": "cross-entropy" };

/** @param {import("./page.js").Page} page */
export function createLossView(page) {
  const holder = h("div", { class: "loss-view" });
  const zoom = (/** @type {number} */ by) => () => page.zoom(by);
  const note = h("span", { class: "soft view-note" });
  const { store } = page, kindId = newId("loss"), penaltyId = newId("penalty");
  const kinds = h("select", { id: kindId, onchange: () => {
    page.act({ type: "loss", loss: kinds.value });
    kinds.value = store.state.loss; // what was refused is not shown
  } }, ...LOSSES.map((name) => h("option", { value: name }, TITLES[name])));
  const penalty = h("input", { id: penaltyId, type: "text", class: "number", autocomplete: "off", spellcheck: "false", title: "λ times the squares of all weights but biases is added to the loss",
    onchange: () => {
      page.act({ type: "loss", penalty: penalty.value });
      penalty.value = exactText(store.state.penalty);
    }, onblur: () => page.refresh() });
  const choice = h("div", { class: "tools loss-kind" }, h("label", { for: kindId, class: "unseen" }, "Kind of loss"), kinds, h("span", { class: "pair" }, h("label", { for: penaltyId, class: "soft" }, "penalty λ"), penalty));
  const element = h("div", {}, choice, holder, h("div", { class: "tools below" }, note, h("span", { class: "spring" }),
    h("button", { type: "button", class: "small", "aria-label": "See a shorter range of the weights", onclick: zoom(-1) }, "+"), h("button", { type: "button", class: "small", "aria-label": "See a longer range of the weights", onclick: zoom(1) }, "−")));
  /** @type {{element: Element, update: (derived: any, answer: any) => void}[]} */ let views = [];

  /** @param {import("./derived.js").Derived} derived */
  function update(derived) {
    const { state } = derived, { free, points } = state;
    kinds.value = state.loss;
    fill(penalty, exactText(state.penalty));
    const kind = !points.length ? "no points" : !free.length ? "no weights" : free.join();
    renew(holder, kind, () => {
      views = [];
      if (kind === "no points") return [h("p", { class: "blank" }, "The loss is a mean over points.", h("br"), "Put one on the plane and its curve appears.")];
      if (kind === "no weights") return [h("p", { class: "blank" }, "Every weight is fixed.", h("br"), "Free one to see the loss as a curve, two for a surface.")];
      if (free.length === 2) views = [createContour(page, [free[0], free[1]])];
      else views = free.slice(0, MOST_CURVES).map((name) => createCurve(page, name, free.length > 1));
      return free.length < 3 ? views.map((v) => v.element) : [h("div", { class: "many" }, ...views.map((v) => v.element))];
    });
    renew(note, kind, () => [free.length === 0 || !points.length ? "" : free.length === 1 ? "the whole loss, one weight free" : free.length === 2 ? "the true surface, low is dark" : `each weight alone, the others where they stand${free.length > MOST_CURVES ? ` (the first ${MOST_CURVES})` : ""}`]);
    views.forEach((view) => view.update(derived, page.proof.answer));
  }

  return { element, update };
}
