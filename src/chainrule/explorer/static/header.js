// The head of the page: presets, undo and redo, sharing and saving, light and dark.

import { h, newId, set } from "./dom.js";
import { PRESETS } from "./presets.js";
import { problemOf, tomlOf } from "./problem.js";
import { pack } from "./url.js";

/** @param {import("./page.js").Page} page */
export function createHeader(page) {
  const { store, host } = page, id = newId("preset");
  const preset = h("select", { id, onchange: () => {
    const chosen = PRESETS[Number(preset.value)];
    if (chosen) page.act({ type: "load", state: chosen.state });
    preset.value = "";
  } }, h("option", { value: "" }, "Start from…"), ...PRESETS.map((p, i) => h("option", { value: i }, `${p.name} — ${p.note}`)));
  const undo = h("button", { type: "button", class: "icon", "aria-label": "Undo", title: "Undo (Ctrl Z)", onclick: () => store.undo() }, "↶");
  const redo = h("button", { type: "button", class: "icon", "aria-label": "Redo", title: "Redo (Ctrl Shift Z)", onclick: () => store.redo() }, "↷");
  const theme = h("button", { type: "button", class: "icon", onclick: () => page.switchTheme() }, "◐");
  const menu = h("details", { class: "menu" }, h("summary", {}, "Share"), h("div", { class: "menu-list" },
    host.address ? item("Copy a link to this state", copyLink) : null,
    item("Download the problem (TOML)", () => download(tomlOf(store.state), "toml", "application/toml")),
    item("Download the problem (JSON)", () => download(JSON.stringify(problemOf(store.state), null, 2), "json", "application/json")),
    host.savePage ? item("Save this page as one file", savePage) : null));
  const element = h("header", { class: "head" }, h("h1", {}, "Chainrule", h("span", { class: "tagline" }, "drag a point, free a weight, watch the proof follow")),
    h("nav", { class: "head-tools", "aria-label": "Page" }, h("label", { for: id, class: "unseen" }, "Start from a preset"), preset, undo, redo, menu, theme));

  /** @param {string} text @param {() => void} action */
  function item(text, action) {
    return h("button", { type: "button", onclick: () => { menu.open = false; action(); } }, text);
  }

  async function copyLink() {
    const link = `${location.href.split("#")[0]}#${await pack(store.state)}`;
    try {
      await navigator.clipboard.writeText(link);
      page.say("The link is in the clipboard; it holds the whole state.");
    } catch {
      page.say("The browser did not let the link into the clipboard; copy the address of this page, which holds the whole state.");
    }
  }

  /** @param {string | Blob} content @param {string} ending @param {string} type */
  function download(content, ending, type) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const name = (store.state.title || "problem").replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 40) || "problem";
    h("a", { href: url, download: `${name}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  async function savePage() {
    try {
      download(await /** @type {any} */ (host).savePage(store.state), "html", "text/html");
    } catch (error) {
      page.say(error instanceof Error ? error.message : "The page could not be saved.");
    }
  }

  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget))) setTimeout(() => { if (!menu.contains(/** @type {Document | ShadowRoot} */ (menu.getRootNode()).activeElement)) menu.open = false; }, 150);
  });

  function update() {
    set(undo, { disabled: !store.canUndo });
    set(redo, { disabled: !store.canRedo });
    set(theme, { "aria-label": page.theme() === "dark" ? "Switch to light" : "Switch to dark", title: page.theme() === "dark" ? "Light" : "Dark" });
  }

  return { element, update };
}
