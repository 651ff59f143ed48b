// Numbers as a person typed them: a double where the decimal text is one, else the text itself ("1/3"),
// so that what Python proves is about the number that stands on the page.

/** @typedef {number | string} Num */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const RATIO = /^[+-]?\d{1,60}\/\d{1,60}$/;

/** The number a text states; throws a readable Error.
 * @param {unknown} source @param {string} where @returns {Num} */
export function readNumber(source, where = "number") {
  const text = typeof source === "number" ? String(source) : String(source).trim().replace(/^−/, "-");
  const value = text.length <= 100 ? double(text) : NaN;
  if (!Number.isFinite(value) || (value !== 0 && !(Math.abs(value) >= 1e-100 && Math.abs(value) <= 1e100))) {
    throw new Error(`${where}: found ${quote(text)}; needed a number such as 0.5, −2 or 1/3`);
  }
  if (typeof source === "number") return source;
  return RATIO.test(text) || significant(text) > 15 ? text : value; // 15 digits always survive a double
}

/** @param {string} text */
function double(text) {
  if (RATIO.test(text)) {
    const [over, under] = text.split("/").map(Number);
    return over / under;
  }
  return DECIMAL.test(text) ? Number(text) : NaN;
}

/** @param {string} text */
function significant(text) {
  return text.replace(/[eE].*/, "").replace(/[^\d]/g, "").replace(/^0+/, "").length;
}

/** The nearest double.
 * @param {Num} number */
export function value(number) {
  return typeof number === "number" ? number : double(number);
}

/** The exact text that Python reads.
 * @param {Num} number */
export function exactText(number) {
  return typeof number === "number" ? String(Object.is(number, -0) ? 0 : number) : number;
}

/** For the eye: at most `digits` significant digits and a true minus sign.
 * @param {Num} number @param {number} [digits] */
export function show(number, digits = 5) {
  const x = value(number);
  if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "not a number";
  const size = Math.abs(x);
  const text = x === 0 ? "0" : size >= 1e6 || size < 1e-4 ? scientific(x, digits) : String(Number(x.toPrecision(digits)));
  return text.replace("-", "−");
}

const SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} x @param {number} digits */
function scientific(x, digits) {
  const [mantissa, exponent] = x.toExponential(Math.min(digits - 1, 3)).split("e");
  const power = String(Math.abs(Number(exponent))).replace(/\d/g, (digit) => SUPER[Number(digit)]);
  return `${Number(mantissa)}·10${Number(exponent) < 0 ? "⁻" : ""}${power}`;
}

/** The digits on which both ends of a proved interval agree, cut off, not rounded; exact numbers as they are.
 * @param {[string, string]} ends @param {number} [digits] */
export function showInterval([lower, upper], digits = 12) {
  if (lower === upper && lower.length <= digits + 3) return lower.replace("-", "−").replace("inf", "∞");
  if (/inf/.test(lower + upper) || /\//.test(lower + upper)) return `[${minus(lower)}, ${minus(upper)}]`.replaceAll("inf", "∞");
  const width = Number(upper) - Number(lower);
  if (Math.abs(Number(lower)) < 1e-12 && Math.abs(Number(upper)) < 1e-12) return "0";
  let same = 0;
  while (same < lower.length && lower[same] === upper[same]) same++;
  const point = lower.indexOf(".");
  if (point < 0 || same <= point + 1 || width > 1e-3) return spread(Number(lower), Number(upper));
  const places = Math.min(same, point + 1 + digits);
  return minus(lower.slice(0, places)) + (places < lower.length ? "…" : "");
}

/** An interval as its middle and how far it reaches, rounded up: 0.0404 ± 0.0006.
 * @param {number} lower @param {number} upper */
function spread(lower, upper) {
  const middle = (lower + upper) / 2, half = (upper - lower) / 2;
  const text = show(middle, Math.min(Math.max(Math.ceil(Math.log10(Math.abs(middle) / half)) + 1, 1), 9));
  const near = Number(middle.toPrecision(Math.min(Math.max(Math.ceil(Math.log10(Math.abs(middle) / half)) + 1, 1), 9))) || 0;
  const reach = half + Math.abs(near - middle), power = 10 ** Math.floor(Math.log10(reach));
  return `${text} ± ${show(Math.ceil(reach / power - 1e-9) * power, 1)}`;
}

/** Both ends of an interval, cut to a few digits.
 * @param {[string, string]} ends */
export function showEnds([lower, upper]) {
  const end = (/** @type {string} */ text) => (/inf/.test(text) ? minus(text).replace("inf", "∞") : show(text, 6));
  return `[${end(lower)}, ${end(upper)}]`;
}

/** Whether an interval is narrow enough to be called a place.
 * @param {[string, string]} ends */
export function isPlace([lower, upper]) {
  return Number(upper) - Number(lower) < 0.01;
}

/** @param {string} text */
function minus(text) {
  return text.replace("-", "−");
}

/** A stranger's text, short and in quotes, for a message.
 * @param {unknown} text */
export function quote(text) {
  const flat = String(text).replace(/\s+/g, " ");
  return `“${flat.length > 40 ? `${flat.slice(0, 39)}…` : flat}”`;
}

/** Round to a step that suits a span, so that a dragged point has a short decimal.
 * @param {number} x @param {number} span */
export function snap(x, span) {
  const places = Math.min(Math.max(2 - Math.floor(Math.log10(span) - 0.5), 0), 12);
  return Number(x.toFixed(places)) + 0; // + 0: never −0
}

/** Round numbers in [low, high], about `count` of them: multiples of 1, 2 or 5 times a power of ten.
 * @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough) ?? rough;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}
