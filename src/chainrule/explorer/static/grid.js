// Values on a grid over a rectangle, their level lines (marching squares) and their pictures.

/** @typedef {{columns: number, rows: number, values: Float64Array}} Grid Row 0 is the lowest y. */

/** @param {Grid} grid @param {[number, number]} xs @param {[number, number]} ys @param {(x: number, y: number) => number} f */
export function sample(grid, xs, ys, f) {
  const { columns, rows, values } = grid;
  for (let r = 0, i = 0; r < rows; r++) {
    const y = ys[0] + ((ys[1] - ys[0]) * r) / (rows - 1);
    for (let c = 0; c < columns; c++) values[i++] = f(xs[0] + ((xs[1] - xs[0]) * c) / (columns - 1), y);
  }
}

/** @param {number} columns @param {number} rows @returns {Grid} */
export function makeGrid(columns, rows) {
  return { columns, rows, values: new Float64Array(columns * rows) };
}

/** The level line as an SVG path over a picture of `width` × `height`, y down; within a cell the grid is taken as linear
 * along its edges.
 * @param {Grid} grid @param {number} level @param {number} width @param {number} height */
export function levelPath(grid, level, width, height) {
  const { columns, rows, values } = grid;
  const dx = width / (columns - 1), dy = height / (rows - 1);
  let path = "";
  for (let r = 0; r < rows - 1; r++) {
    for (let c = 0; c < columns - 1; c++) {
      const i = r * columns + c;
      const corner = [values[i], values[i + 1], values[i + columns + 1], values[i + columns]];
      /** @type {number[][]} */ const cuts = [];
      for (let e = 0; e < 4; e++) {
        const a = corner[e], b = corner[(e + 1) % 4];
        if (a < level === b < level) continue;
        const t = (level - a) / (b - a);
        const [u, v] = [[t, 0], [1, t], [1 - t, 1], [0, 1 - t]][e];
        cuts.push([(c + u) * dx, height - (r + v) * dy]);
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        path += `M${cuts[k][0].toFixed(1)} ${cuts[k][1].toFixed(1)}L${cuts[k + 1][0].toFixed(1)} ${cuts[k + 1][1].toFixed(1)}`;
      }
    }
  }
  return path;
}

/** Paint the grid, one pixel a value; the browser smooths it up to the size of the canvas.
 * @param {HTMLCanvasElement} canvas @param {Grid} grid @param {(value: number) => number[]} color red, green, blue */
export function paint(canvas, grid, color) {
  const { columns, rows, values } = grid;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [red, green, blue] = color(values[r * columns + c]);
      const place = ((rows - 1 - r) * columns + c) * 4;
      image.data[place] = red;
      image.data[place + 1] = green;
      image.data[place + 2] = blue;
      image.data[place + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** A ramp of 256 colours through stops, looked up by a number from 0 to 1.
 * @param {number[][]} stops */
export function ramp(stops) {
  const table = Array.from({ length: 256 }, (_, i) => {
    const t = (i / 255) * (stops.length - 1), k = Math.min(Math.floor(t), stops.length - 2);
    return stops[k].map((from, channel) => Math.round(from + (stops[k + 1][channel] - from) * (t - k)));
  });
  return (/** @type {number} */ share) => table[Math.max(0, Math.min(255, Math.round(share * 255)))];
}
