// Points as text: one row a point, the inputs, then the label; separated by commas, semicolons, tabs or spaces.
// A first row of names is found by itself; words as labels become 0, 1, … in the order of the alphabet; a column named
// case_weight says how much each point counts.

import { LIMITS } from "./reading.js";
import { exactText, quote, readNumber } from "./number.js";

const MOST = 500_000;
const NAMES = ["x", "y", "z"];

/** @typedef {{inputs: string[], points: import("./number.js").Num[][], weighted: boolean, classes: string[] | null}} Table */
const SHARE = "case_weight";

/** @param {string} text @returns {Table} */
export function readCsv(text) {
  if (text.length > MOST) throw new Error(`the text has ${text.length} characters; at most ${MOST} are read here. Use chainrule explore FILE`);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  if (!lines.length) throw new Error("there are no points in the text; write one a line, such as 3, 1, 1");
  const separator = [";", "\t", ","].find((sign) => lines[0].includes(sign)) ?? /\s+/;
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  const width = rows[0].length;
  if (width < 2) throw new Error(`line 1 has only ${quote(rows[0][0])}; needed the inputs and then the label, such as 3, 1, 1`);
  const head = rows[0].slice(0, -1).every((cell) => !isNumber(cell)) ? rows.shift() : null;
  if (!rows.length) throw new Error("there is a first row of names, but no points below it");
  if (rows.length > LIMITS.points) throw new Error(`there are ${rows.length} points; at most ${LIMITS.points} fit on this page`);
  rows.forEach((row, i) => {
    if (row.length !== width) throw new Error(`point ${i + 1} has ${row.length} columns; the first has ${width}`);
  });
  const shareAt = head ? head.indexOf(SHARE) : -1;
  const labelAt = head && head.includes("label") ? head.indexOf("label") : shareAt === width - 1 ? width - 2 : width - 1;
  const { labels, classes } = readLabels(rows.map((row) => row[labelAt]));
  const columns = [...Array(width).keys()].filter((k) => k !== labelAt && k !== shareAt);
  if (!columns.length || columns.length > LIMITS.inputs) throw new Error(`there are ${columns.length} columns of inputs; needed 1 to ${LIMITS.inputs}, and a label`);
  const inputs = columns.map((k, i) => inputName(head?.[k], i, columns.length));
  const guess = head && !head.includes("label") ? `. The label is the last column here, ${quote(head[labelAt])}; put another one last, or call it label` : "";
  /** @param {string} cell @param {string} where */
  const read = (cell, where) => {
    if (guess && !isNumber(cell)) throw new Error(`${where}: found ${quote(cell)}; needed a number${guess}`);
    return readNumber(cell, where);
  };
  const points = rows.map((row, r) => [...columns.map((k, i) => read(row[k], `point ${r + 1}, ${inputs[i]}`)), labels[r],
    ...(shareAt < 0 ? [] : [readNumber(row[shareAt], `point ${r + 1}, ${SHARE}`)])]);
  return { inputs, points, weighted: shareAt >= 0, classes };
}

/** @param {string} cell */
function isNumber(cell) {
  try {
    readNumber(cell);
    return true;
  } catch {
    return false;
  }
}

/** @param {string | undefined} name @param {number} i @param {number} count */
function inputName(name, i, count) {
  const clean = name?.replace(/[^\p{L}\p{N}_]+/gu, "_").slice(0, 40);
  return clean || (count <= NAMES.length ? NAMES[i] : `x${i + 1}`);
}

/** @param {string[]} cells */
function readLabels(cells) {
  if (cells.every(isNumber)) return { labels: cells.map((cell, r) => readNumber(cell, `point ${r + 1}, label`)), classes: null };
  const classes = [...new Set(cells)].sort();
  if (classes.length < 2 || classes.length > LIMITS.units) throw new Error(`the labels are ${classes.slice(0, 3).map(quote).join(", ")}${classes.length > 3 ? ` and ${classes.length - 3} more` : ""}; needed numbers, or 2 to ${LIMITS.units} words`);
  return { labels: cells.map((cell) => classes.indexOf(cell)), classes };
}

/** @param {import("./state.js").State} state */
export function writeCsv({ inputs, points, weighted }) {
  return [[...inputs, "label", ...(weighted ? [SHARE] : [])].join(", "), ...points.map((point) => point.map(exactText).join(", "))].join("\n");
}
