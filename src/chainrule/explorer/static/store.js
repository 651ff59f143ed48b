// The store: the present state, what was before and after it, and who wants to know.
// Changes with the same gesture (one drag, one run) are one step of undo.

import { reduce } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Action} Action */

const DEPTH = 300;
const QUIET = new Set(["choose", "brush", "view", "written"]); // looking, not changing: no step of undo

/** @param {State} start */
export function createStore(start) {
  let state = start;
  /** @type {State[]} */ let past = [];
  /** @type {State[]} */ let future = [];
  /** @type {string | null} */ let lastGesture = null;
  /** @type {Set<() => void>} */ const listeners = new Set();

  /** @param {State} next */
  function become(next) {
    state = next;
    listeners.forEach((listener) => listener());
  }

  return {
    get state() { return state; },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    get depth() { return past.length; },

    /** Throws what `reduce` throws, and then nothing has changed.
     * @param {Action} action @param {string | null} [gesture] */
    dispatch(action, gesture = null) {
      const next = reduce(state, action);
      if (!QUIET.has(action.type)) {
        if (gesture === null || gesture !== lastGesture) past = [...past.slice(1 - DEPTH), state];
        lastGesture = gesture;
        future = [];
      }
      become(next);
    },
    undo() {
      const before = past[past.length - 1];
      if (!before) return;
      past = past.slice(0, -1);
      future = [state, ...future];
      lastGesture = null;
      become(before);
    },
    redo() {
      const after = future[0];
      if (!after) return;
      future = future.slice(1);
      past = [...past, state];
      lastGesture = null;
      become(after);
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
