// Elements of HTML, SVG and MathML. Text always goes in as text, so nothing a stranger writes becomes markup.

/** @typedef {Record<string, any>} Props */
/** @typedef {Node | string | number | null | false | undefined} Child */

const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";

/** @param {Element} element @param {Props} props */
export function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value === true ? "" : value)) element.setAttribute(name, value === true ? "" : String(value));
  }
  return element;
}

/** @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Props} [props] @param {Child[]} children @returns {HTMLElementTagNameMap[T]} */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  append(element, children);
  return element;
}

/** @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Props} [props] @param {Child[]} children @returns {SVGElementTagNameMap[T]} */
export function svg(tag, props = {}, ...children) {
  const element = /** @type {any} */ (document.createElementNS(SVG, tag));
  set(element, props);
  append(element, children);
  return element;
}

/** @param {string} tag @param {Props | Child} [props] @param {Child[]} children @returns {Element} */
export function m(tag, props, ...children) {
  const element = document.createElementNS(MATH, tag);
  if (props && typeof props === "object" && !(props instanceof Node)) set(element, props);
  else children.unshift(/** @type {Child} */ (props));
  append(element, children);
  return element;
}

/** @param {Element} element @param {Child[]} children */
function append(element, children) {
  for (const child of children) {
    if (child !== null && child !== false && child !== undefined) element.append(child instanceof Node ? child : String(child));
  }
}

/** Text, touched only when it changes.
 * @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Children made anew only when the key changes.
 * @param {Element} element @param {string} key @param {() => Child[]} make */
export function renew(element, key, make) {
  if (/** @type {any} */ (element).madeFor === key) return;
  /** @type {any} */ (element).madeFor = key;
  element.replaceChildren();
  append(element, make());
}

/** A value for an input, unless somebody is typing in it.
 * @param {HTMLInputElement} input @param {string} value */
export function fill(input, value) {
  if (input.value !== value && (/** @type {Document | ShadowRoot} */ (input.getRootNode()).activeElement !== input || input.type === "range")) input.value = value;
}

let count = 0;

/** A new id; several pages may live in one notebook.
 * @param {string} what */
export function newId(what) {
  return `chainrule-${what}-${++count}`;
}

/** A switch between a few choices.
 * @param {string} label @param {[string, string][]} choices value and text
 * @param {(value: string) => void} choose */
export function segmented(label, choices, choose) {
  const buttons = choices.map(([value, text]) =>
    h("button", { type: "button", class: "segment", "data-value": value, "aria-pressed": "false", onclick: () => choose(value) }, text));
  const element = h("div", { class: "segmented", role: "group", "aria-label": label }, ...buttons);
  return { element, show: (/** @type {string} */ value) => buttons.forEach((b) => set(b, { "aria-pressed": b.dataset.value === value ? "true" : "false" })) };
}

/** A switch that is on or off.
 * @param {string} label @param {(on: boolean) => void} change */
export function toggle(label, change) {
  const knob = h("button", { type: "button", role: "switch", class: "toggle", "aria-checked": "false", "aria-label": label,
    onclick: () => change(knob.getAttribute("aria-checked") !== "true") });
  return { element: knob, show: (/** @type {boolean} */ on) => void set(knob, { "aria-checked": on ? "true" : "false" }) };
}
