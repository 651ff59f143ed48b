// The proof, which comes from Python. It belongs to one state of the data, known by its key; an answer that arrives
// when the key has changed is thrown away, and what the page shows always says what it is about.

import { proofKey, problemOf } from "./problem.js";

/** @typedef {{kind: "idle" | "proving" | "done" | "other" | "failed" | "away", answer?: any, message?: string, seconds?: number}} Status */
/** @typedef {{prove?: (problem: any, signal: AbortSignal) => Promise<any>}} Host */

/** @param {Host} host @param {{key: string, answer: any} | null} stored @param {() => void} changed */
export function createProof(host, stored, changed) {
  let key = "";
  /** @type {Status} */ let status = { kind: "idle" };
  /** @type {AbortController | null} */ let running = null;
  const timings = /** @type {number[]} */ ([]);

  /** @param {Status} next */
  function become(next) {
    status = next;
    changed();
  }

  /** @param {import("./state.js").State} state */
  async function update(state) {
    const now = proofKey(state);
    if (now === key) return;
    key = now;
    running?.abort();
    running = null;
    if (!state.points.length) return void (status = { kind: "idle", message: "Put a point on the plane: then there is something to prove." });
    if (!state.free.length) return void (status = { kind: "idle", message: "No weight is free. Free one, and its curve and its proof appear." });
    if (stored?.key === now) return void (status = { kind: "done", answer: stored.answer });
    if (!host.prove) return void (status = stored ? { kind: "other" } : { kind: "away" });
    status = { kind: "proving" };
    const abort = (running = new AbortController()), began = performance.now();
    try {
      const answer = await host.prove(problemOf(state), abort.signal);
      if (abort.signal.aborted || now !== key) return;
      timings.push(performance.now() - began);
      if (timings.length > 500) timings.shift();
      become(answer.error ? { kind: "failed", message: String(answer.error) } : { kind: "done", answer, seconds: timings[timings.length - 1] / 1000 });
    } catch (error) {
      if (abort.signal.aborted || now !== key) return;
      become({ kind: "away", message: error instanceof Error ? error.message : "" });
    }
  }

  return {
    update, timings,
    get status() { return status; },
    /** The answer for the present data, or null. */
    get answer() { return status.kind === "done" ? status.answer : null; },
    retry() { key = ""; },
  };
}

/** Proofs over a WebSocket: numbered questions; asking anew tells the other side to drop the last one.
 * @param {string} address */
export function socketProver(address) {
  /** @type {Promise<WebSocket> | null} */ let opening = null;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */ const waiting = new Map();
  let last = 0;

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const socket = new WebSocket(address);
      socket.onopen = () => resolve(socket);
      socket.onmessage = ({ data }) => {
        const { number, answer } = JSON.parse(data);
        waiting.get(number)?.resolve(answer);
        waiting.delete(number);
      };
      socket.onclose = ({ code }) => {
        opening = null;
        const gone = new Error(code === 1013 ? "Too many pages of this explorer are open; close one and change something here."
          : "Python does not answer; is chainrule explore still running?");
        reject(gone);
        waiting.forEach(({ reject: fail }) => fail(gone));
        waiting.clear();
      };
    });
    return opening;
  }

  return async (/** @type {any} */ problem, /** @type {AbortSignal} */ signal) => {
    const socket = await open();
    if (signal.aborted) throw new Error("no longer wanted");
    const number = ++last;
    return new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      signal.addEventListener("abort", () => {
        waiting.delete(number);
        if (number === last && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ cancel: number }));
        reject(new Error("no longer wanted"));
      });
      socket.send(JSON.stringify({ number, problem }));
    });
  };
}
