// The weights: each with a slider, a number to type, a free/fixed switch, and the derivative of the loss by it.

import { fill, h, renew, say, set, toggle } from "./dom.js";
import { exactText, show, value } from "./number.js";
import { nameNode, nameSpoken } from "./names.js";

/** @param {import("./page.js").Page} page */
export function createWeights(page) {
  const body = h("div", { class: "weights-list", role: "group", "aria-label": "Weights" });
  const element = h("div", { class: "weights" },
    h("div", { class: "weights-head soft", "aria-hidden": "true" }, h("span"), h("span"), h("span", {}, "value"), h("span", {}, "slope"), h("span", {}, "free")), body);
  /** @type {Map<string, {slider: HTMLInputElement, input: HTMLInputElement, slope: HTMLElement, free: any, row: HTMLElement}>} */
  const rows = new Map();

  /** @param {string} name */
  function makeRow(name) {
    const spoken = nameSpoken(name);
    let gesture = 0;
    const slider = h("input", { type: "range", "aria-label": `${spoken}, slider`, step: "0.01",
      onpointerdown: () => gesture++, oninput: () => page.act({ type: "weight", name, value: Number(slider.value) }, `slide-${name}-${gesture}`) });
    const input = h("input", { type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", class: "number", "aria-label": `${spoken}, value`,
      onchange: () => { if (input.value !== shown(name)) page.act({ type: "weight", name, value: input.value }); input.value = shown(name); },
      onkeydown: (/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter") input.dispatchEvent(new Event("change")); },
      onfocus: () => (input.value = shown(name)), onblur: () => page.refresh() });
    const slope = h("span", { class: "slope", title: `slope of the loss along ${spoken}` });
    const free = toggle(`${spoken} is free`, (on) => page.act({ type: "free", name, on }));
    const row = h("div", { class: "weight" }, h("span", { class: "weight-name", title: spoken }, nameNode(name)), slider, input, slope, free.element);
    rows.set(name, { slider, input, slope, free, row });
    return row;
  }

  /** @param {string} name */
  const shown = (name) => exactText(page.store.state.weights[name]).replace(/^-/, "−");

  /** @param {import("./derived.js").Derived} derived */
  function update({ state, network, slopes }) {
    renew(body, network.names.join(), () => { rows.clear(); return network.names.map(makeRow); });
    set(element, { class: state.inputs.some((name) => name.length > 5) ? "weights long" : "weights" });
    network.names.forEach((name, i) => {
      const row = rows.get(name);
      if (!row) return;
      const isFree = state.free.includes(name), w = value(state.weights[name]), reach = Math.max(page.reach(), Math.abs(w));
      set(row.row, { class: isFree ? "weight free" : "weight" });
      set(row.slider, { min: -reach, max: reach, "aria-valuetext": show(w) });
      fill(row.slider, String(w));
      row.slider.style.setProperty("--share", `${((w + reach) / (2 * reach)) * 100}%`);
      fill(row.input, show(w, 5));
      row.free.show(isFree);
      say(row.slope, Number.isFinite(slopes[i]) ? show(Number(Math.abs(slopes[i]) < 1 ? slopes[i].toFixed(3) : slopes[i]), 3) : "–");
    });
  }

  return { element, update };
}
