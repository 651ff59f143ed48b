// The chosen point as numbers to type, and all points as text to paste, edit or load from a CSV file.

import { readCsv, writeCsv } from "./csv.js";
import { fill, h, newId, renew, say, set } from "./dom.js";
import { outputsOf } from "./formula.js";
import { exactText } from "./number.js";

/** @param {import("./page.js").Page} page */
export function createPoints(page) {
  const { store } = page;
  const fields = h("div", { class: "fields" });
  const title = h("span", { class: "point-title" });
  const flip = h("button", { type: "button", onclick: () => page.act({ type: "flip", index: store.state.chosen }) }, "Flip label");
  const remove = h("button", { type: "button", class: "quiet", onclick: () => page.act({ type: "delete", index: store.state.chosen }) }, "Delete");
  const weighted = h("input", { type: "checkbox", onchange: () => page.act({ type: "weighted", on: weighted.checked }) });
  const all = h("button", { type: "button", onclick: open }, "All points, CSV…");
  const element = h("div", { class: "points" }, h("div", { class: "tools" }, title, fields), h("div", { class: "tools" }, flip, remove, h("label", { class: "pair soft" }, weighted, "case weights"), h("span", { class: "spring" }), all));
  /** @type {HTMLInputElement[]} */ let inputs = [];

  const textId = newId("csv"), errorId = newId("csv-error");
  const text = h("textarea", { id: textId, rows: 12, spellcheck: "false", "aria-describedby": errorId });
  const error = h("p", { id: errorId, class: "error", role: "alert" });
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", "aria-label": "Load a CSV file", onchange: loadFile });
  const dialog = h("dialog", { class: "dialog", "aria-label": "All points" },
    h("h2", {}, "All points"), h("p", { class: "soft" }, "One point a line: the inputs, then the label, a number or a word. Paste a table here, edit it, or load a CSV file; a column named case_weight says how much each point counts."),
    h("label", { for: textId, class: "unseen" }, "Points"), text, error,
    h("div", { class: "tools" }, file, h("span", { class: "spring" }), h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"), h("button", { type: "button", class: "primary", onclick: use }, "Use these points")));
  element.append(dialog);

  function open() {
    text.value = store.state.points.length ? writeCsv(store.state) : "x, y, label\n";
    error.textContent = "";
    dialog.showModal();
    text.focus();
  }

  async function loadFile() {
    const chosen = file.files?.[0];
    if (!chosen) return;
    if (chosen.size > 500_000) return void (error.textContent = `${chosen.name} has ${chosen.size} bytes; at most 500000 are read here. Use chainrule explore FILE.`);
    text.value = await chosen.text();
    error.textContent = "";
    file.value = "";
  }

  function use() {
    try {
      const table = readCsv(text.value), { classes } = table, before = outputsOf(store.state);
      store.dispatch({ type: "data", ...table });
      dialog.close();
      const outputs = outputsOf(store.state), changed = outputs === before ? [] : [outputs > 1 ? `The output layer has softmax over ${outputs} units, one for each class.` : "The output layer has one unit."];
      const said = [...(classes ? [`${classes.map((name, k) => `${k ? "l" : "L"}abel ${k} is ${name}`).join(", ")}.`] : []), ...changed];
      if (said.length) page.say(said.join(" "));
    } catch (problem) {
      error.textContent = problem instanceof Error ? problem.message : String(problem);
    }
  }

  /** @param {number} k */
  function commit(k) {
    const point = [...store.state.points[store.state.chosen]];
    if (point.length && exactText(point[k]) !== inputs[k].value.replace("−", "-")) {
      point[k] = inputs[k].value;
      page.act({ type: "point", index: store.state.chosen, point });
    }
    page.refresh();
  }

  /** @param {import("./derived.js").Derived} derived */
  function update({ state }) {
    const names = [...state.inputs, "label", ...(state.weighted ? ["case weight"] : [])], point = state.points[state.chosen];
    renew(fields, names.join(), () => {
      inputs = names.map((name, k) => h("input", { type: "text", class: "number", autocomplete: "off", spellcheck: "false", "aria-label": `${name} of the chosen point`,
        onchange: () => commit(k), onblur: () => update(page.derive()) }));
      return names.map((name, k) => h("label", { class: "field" }, h("span", { class: k < state.inputs.length ? "name" : "soft" }, k < state.inputs.length ? h("i", {}, name) : name), inputs[k]));
    });
    say(title, point ? `Point ${state.chosen + 1} of ${state.points.length}` : "No point yet");
    weighted.checked = state.weighted;
    inputs.forEach((field, k) => {
      set(field, { disabled: !point });
      fill(field, point ? exactText(point[k]).replace(/^-/, "−").slice(0, 16) : "");
    });
    set(flip, { disabled: !point });
    set(remove, { disabled: !point });
  }

  return { element, update };
}
