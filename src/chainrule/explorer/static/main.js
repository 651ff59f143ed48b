// The start in a browser: read the state from the address or the page, mount, and keep the address up to date.

import { mount } from "./page.js";
import { problemOf, proofKey } from "./problem.js";
import { PRESETS } from "./presets.js";
import { socketProver } from "./proof.js";
import { makeState } from "./state.js";
import { pack, unpack } from "./url.js";

/** @param {string} id */
function embedded(id) {
  const text = document.getElementById(id)?.textContent;
  return text ? JSON.parse(text) : null;
}

async function begin() {
  const root = /** @type {HTMLElement} */ (document.getElementById("root"));
  const isServed = document.documentElement.dataset.host === "served";
  let message = "", start = embedded("start");
  const answer = embedded("proof"); // of the state that the page was saved with
  const stored = answer && start ? { key: proofKey(makeState(start)), answer } : null;
  try {
    start = (await unpack(location.hash)) ?? start;
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  let written = location.hash;
  const page = mount(root, start ?? PRESETS[0].state, {
    address: true,
    ...(isServed ? { prove: socketProver(`ws://${location.host}/prove`), savePage } : {}),
    changed(state) {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        written = `#${await pack(state)}`;
        history.replaceState(null, "", written);
      }, 400);
    },
  }, stored);
  if (message) page.say(message);
  addEventListener("hashchange", async () => {
    if (location.hash === written) return;
    try {
      const state = await unpack(location.hash);
      if (state) page.act({ type: "load", state });
    } catch (error) {
      page.say(error instanceof Error ? error.message : String(error));
    }
  });
  /** @type {any} */ (globalThis).chainrulePage = page; // for those who look from the console
}

/** @param {import("./state.js").State} state */
async function savePage(state) {
  const answer = await fetch("/page", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ state, problem: problemOf(state) }) });
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 300));
  return answer.text();
}

void begin();
