// The colours of pictures on canvas. Orange and blue (Okabe & Ito 2008) are told apart by every kind of colour sight;
// shapes say the same again.

import { ramp } from "./grid.js";

/** The output from 0 to 1, and the height of a surface from its lowest to its highest. */
export const COLORS = {
  light: {
    output: ramp([[233, 146, 92], [245, 196, 160], [250, 247, 243], [165, 205, 235], [90, 160, 214]]),
    paper: [250, 247, 243],
    classes: [[221, 116, 48], [43, 131, 198], [27, 158, 119], [195, 71, 159], [181, 137, 0], [140, 109, 70], [58, 150, 160], [107, 114, 128]],
    surface: ramp([[92, 66, 140], [139, 117, 184], [188, 174, 220], [224, 217, 240], [247, 245, 251]]),
  },
  dark: {
    output: ramp([[176, 88, 40], [110, 66, 44], [31, 30, 36], [34, 72, 104], [38, 112, 168]]),
    paper: [31, 30, 36],
    classes: [[245, 138, 74], [74, 163, 232], [61, 194, 152], [230, 120, 196], [226, 184, 60], [186, 152, 110], [98, 196, 206], [150, 158, 172]],
    surface: ramp([[178, 148, 236], [122, 98, 176], [78, 64, 116], [48, 42, 68], [30, 28, 38]]),
  },
};

/** So much of the second colour in the first.
 * @param {number[]} base @param {number[]} color @param {number} share */
export function mixed(base, color, share) {
  return base.map((from, channel) => Math.round(from + (color[channel] - from) * share));
}
