// The verdict in words: what is proved for the data on the page, or why nothing is.

import { h, renew, set } from "./dom.js";
import { nameNode } from "./names.js";
import { showEnds, showInterval } from "./number.js";

/** What stands behind a figure, in a word and a sentence. */
const TRUST = /** @type {Record<string, [string, string]>} */ ({
  proved: ["Proved for this data", "The independent checker accepted the certificate."],
  enclosed: ["Enclosed for this data", "Rigorous intervals that the independent checker has not confirmed."],
  computed: ["Computed", "Ordinary floating point: no proof stands behind it."],
});

/** @param {import("./page.js").Page} page */
export function createVerdict(page) {
  const chip = h("span", { class: "chip" }), body = h("div", { class: "verdict-body" });
  const spoken = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const element = h("section", { class: "verdict", "aria-label": "Verdict" }, h("div", { class: "verdict-head" }, chip), body, spoken);
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let fading;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let speaking;
  let saidFor = "";

  /** @param {string} text */
  function speak(text) {
    if (text === saidFor) return;
    saidFor = text;
    spoken.textContent = ""; // never what was said of older data
    clearTimeout(speaking);
    if (text) speaking = setTimeout(() => (spoken.textContent = text), 700); // once the hand rests
  }

  function update() {
    const { status } = page.proof;
    set(element, { "data-status": status.kind });
    clearTimeout(fading);
    if (status.kind === "proving") {
      speak("");
      chip.textContent = "Proving…";
      set(chip, { class: "chip proving", title: null });
      set(body, { class: "verdict-body past" }); // hidden from everybody, but its room kept: the page should not jump
      fading = setTimeout(() => {
        set(body, { class: "verdict-body" });
        renew(body, "waiting", () => [h("p", {}, "Python is at work on this data. Until it is done, the numbers here are computed, not proved.")]);
      }, 600);
      return;
    }
    set(body, { class: "verdict-body" });
    if (status.kind === "done") {
      const [title, meaning] = TRUST[status.answer.minimum.trust] ?? TRUST.computed;
      const by = status.answer.minimum.by;
      chip.textContent = by ? `${title} · ${by}` : title;
      set(chip, { class: `chip ${status.answer.minimum.trust}`, title: meaning });
      renew(body, JSON.stringify(status.answer), () => words(status.answer));
      speak(`${title}: ${status.answer.minimum.why}`);
      return;
    }
    const [title, text] = /** @type {Record<string, [string, string]>} */ ({
      idle: ["Nothing to prove yet", status.message ?? ""],
      other: ["The proof was for other data", "This page was saved with a proof for its first data. Numbers here are computed in the page; undo brings the proved data back, and chainrule explore proves anew."],
      away: ["Computed, not proved", status.message || "The proof comes from Python, which is not here. Open this problem with chainrule explore to have it proved."],
      failed: ["Not proved", status.message ?? ""],
    })[status.kind];
    chip.textContent = title;
    set(chip, { class: "chip none", title: null });
    renew(body, title + text, () => [h("p", {}, text)]);
    speak(`${title}. ${text}`);
  }

  return { element, update };
}

/** @param {any} answer */
function words(answer) {
  const { minimum, stationary, limits, reasons = [], boundary } = answer;
  const note = minimum.trust === "proved" || minimum.kind === "undecided" ? null : reasons.find((/** @type {string} */ r) => /^Enclosed, not proved|has not been checked/.test(r));
  const others = reasons.filter((/** @type {string} */ r) => r !== minimum.why);
  return [
    h("p", { class: "headline" }, headline(answer)),
    facts(minimum, stationary, limits, boundary),
    h("details", { class: "why" }, h("summary", {}, "Why"), ...[minimum.why, ...others].map((r) => h("p", {}, sentence(r)))),
    note ? h("p", { class: "note" }, note) : null,
  ];
}

/** Python's sentence, with the weights' names as people write them.
 * @param {any} answer */
function headline({ headline: text, free }) {
  const names = [...free].sort((a, b) => b.length - a.length).map((name) => name.replace(/[^\w]/g, "\\$&"));
  const parts = String(text).split(new RegExp(`(?<![\\w])(${names.join("|")})(?![\\w])`));
  return h("span", {}, ...parts.map((part, i) => (i % 2 ? nameNode(part) : h("span", { class: "figure" }, part))), text.endsWith("…") ? "" : ".");
}

/** @param {any} minimum @param {any[]} stationary @param {any} limits @param {string | null} boundary */
function facts(minimum, stationary, limits, boundary) {
  /** @type {Node[]} */ const rows = [];
  /** @param {Node | string} what @param {Node | string} is */
  const row = (what, is) => rows.push(h("dt", {}, what), h("dd", {}, is));
  if (minimum.kind === "attained" && minimum.domain === "all reals") row("least loss", h("span", { class: "figure" }, showInterval(minimum.value, 15)));
  const rest = (stationary ?? []).filter((p) => stationary.length > 1 || p.kind !== "minimum");
  for (const p of rest) row(p.kind === "unknown" ? "not decided" : p.kind, h("span", {}, ...Object.entries(p.at).flatMap(([name, ends], i) => [i ? ", " : "", nameNode(name), h("span", { class: "figure" }, p.kind === "plateau" ? ` in ${showEnds(/** @type {any} */ (ends))}` : ` = ${showInterval(/** @type {any} */ (ends), 6)}`)]), h("span", { class: "soft" }, "  loss "), h("span", { class: "figure" }, showInterval(p.value, 6))));
  const settled = minimum.kind !== "undecided" && Object.keys(limits ?? {}).length && (stationary ?? []).every((/** @type {any} */ p) => p.kind !== "unknown");
  if (settled && !(stationary ?? []).length) row("stationary points", "none on the whole line");
  else if (settled && stationary.length === 1) row("stationary points", "no other on the whole line");
  for (const [name, ends] of Object.entries(limits ?? {})) {
    row(h("span", {}, nameNode(name), " → −∞"), h("span", { class: "figure" }, `loss → ${showInterval(ends["-inf"], 9)}`));
    row(h("span", {}, nameNode(name), " → +∞"), h("span", { class: "figure" }, `loss → ${showInterval(ends["+inf"], 9)}`));
  }
  if (boundary) row("its boundary", h("span", { class: "figure" }, boundary.replaceAll("-", "−")));
  return h("dl", { class: "facts" }, ...rows);
}

/** @param {string} text */
function sentence(text) {
  const full = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(full) ? full : `${full}.`;
}
