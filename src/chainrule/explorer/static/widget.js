// The page in a notebook cell (anywidget): the state is synced as JSON, proofs are asked of the kernel one at a time.
// A notebook may put the cell into a shadow tree, where a style sheet cannot bring a font: the document gets it by script.

import { mount } from "./page.js";
import { problemOf } from "./problem.js";
import { makeState } from "./state.js";

const FAMILY = "Chainrule Math";

/** @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void, send: (message: any) => void,
 *   on: (name: string, listener: (...args: any[]) => void) => void, off: (name: string, listener: (...args: any[]) => void) => void}} Model */

/** @param {{model: Model, el: HTMLElement}} place @param {string} font the math font as a data address */
export function render({ model, el }, font) {
  bringFont(font);
  const prover = kernelProver(model);
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  const page = mount(el, model.get("state"), {
    prove: prover.prove,
    changed(state) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        model.set("state", state);
        model.set("problem_form", problemOf(state));
        model.save_changes();
      }, 200);
    },
  }, null);
  const follow = () => {
    const state = model.get("state");
    if (JSON.stringify(makeState(state)) !== JSON.stringify(page.store.state)) page.act({ type: "load", state });
  };
  model.on("change:state", follow);
  /** @type {any} */ (el).chainrulePage = page;
  return () => {
    clearTimeout(timer);
    model.off("change:state", follow);
    prover.close();
  };
}

/** Once a document.
 * @param {string} font */
function bringFont(font) {
  const known = [...document.fonts].some((face) => face.family.includes(FAMILY));
  if (!known) document.fonts.add(new FontFace(FAMILY, `url(${font})`, { display: "swap" }));
}

/** One question is under way at a time; of those that wait only the last is asked.
 * @param {Model} model */
function kernelProver(model) {
  /** @typedef {{number: number, problem: any, signal: AbortSignal, resolve: (answer: any) => void}} Question */
  /** @type {Question | null} */ let asked = null;
  /** @type {Question | null} */ let next = null;
  let last = 0;

  /** @param {Question} question */
  function ask(question) {
    asked = question;
    model.send({ number: question.number, problem: question.problem });
  }

  /** @param {any} message */
  function hear(message) {
    if (message?.number !== asked?.number) return;
    asked?.resolve(message.answer);
    asked = null;
    if (next && !next.signal.aborted) ask(next);
    next = null;
  }

  model.on("msg:custom", hear);
  return {
    /** @param {any} problem @param {AbortSignal} signal @returns {Promise<any>} */
    prove: (problem, signal) => new Promise((resolve) => {
      const question = { number: ++last, problem, signal, resolve };
      if (asked) next = question;
      else ask(question);
    }),
    close: () => model.off("msg:custom", hear),
  };
}

