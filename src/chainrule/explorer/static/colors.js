// The colours of pictures on canvas. Orange and blue (Okabe & Ito 2008) are told apart by every kind of colour sight;
// shapes say the same again.

import { ramp } from "./grid.js";

/** The output from 0 to 1, and the height of a surface from its lowest to its highest. */
export const COLORS = {
  light: {
    output: ramp([[233, 146, 92], [245, 196, 160], [250, 247, 243], [165, 205, 235], [90, 160, 214]]),
    surface: ramp([[92, 66, 140], [139, 117, 184], [188, 174, 220], [224, 217, 240], [247, 245, 251]]),
  },
  dark: {
    output: ramp([[176, 88, 40], [110, 66, 44], [31, 30, 36], [34, 72, 104], [38, 112, 168]]),
    surface: ramp([[178, 148, 236], [122, 98, 176], [78, 64, 116], [48, 42, 68], [30, 28, 38]]),
  },
};
