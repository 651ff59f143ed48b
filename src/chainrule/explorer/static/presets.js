// Problems to begin with. The walk-through ones have w_y = 1 and bias = −1 fixed and w_x free.

const WALK = { inputs: ["x", "y"], weights: { w_x: 0, w_y: 1, bias: -1 }, free: ["w_x"] };

/** Two clusters by hand, so that they are the same everywhere; the last two points of each lie among the others. */
const LOW = [[-2.1, -1.4], [-1.2, -2.3], [-0.4, -1.1], [-2.8, 0.3], [-1.5, -0.2], [0.3, -2.2], [-0.9, 0.6], [-2.2, -2.6], [0.6, -0.4], [1.6, 1.2]];
const HIGH = [[1.9, 1.7], [2.7, 0.6], [0.8, 2.4], [1.3, 0.7], [2.2, 2.9], [3.1, 1.8], [0.2, 1.5], [1.4, 3.3], [3.4, -0.2], [-0.6, -0.3]];
const THREE = [
  [[-3, 1], [-2.2, 2.4], [-1.4, 0.6], [-2.8, -0.4], [-0.6, 1.8], [-1.8, 1.4]], [[2.6, 1.8], [1.4, 2.6], [3.2, 0.4], [1.8, 0.8], [0.4, 1.4], [2.4, 3]],
  [[0.2, -2.4], [-1, -1.6], [1.4, -1.8], [0.6, -0.8], [2, -3], [-0.6, -3.2]],
];
const XOR = [[-2, -2, 0], [2, 2, 0], [-2, 2, 1], [2, -2, 1]];

/** @type {{name: string, note: string, state: any}[]} */
export const PRESETS = [
  { name: "Cross", note: "one minimum", state: { ...WALK, title: "cross", points: [[-1, 1, 0], [1, -1, 0], [3, 1, 1], [1, 3, 1]] } },
  { name: "First try", note: "no minimum", state: { ...WALK, title: "first-try", points: [[0, 0, 0], [2, 0, 1]] } },
  { name: "One point", note: "no minimum", state: { ...WALK, title: "one-point", points: [[3, 4, 1]] } },
  { name: "Mirror", note: "no minimum", state: { ...WALK, title: "mirror", points: [[1, 1, 1], [-1, 1, 0]] } },
  { name: "Mirror, far", note: "no minimum", state: { ...WALK, title: "mirror-far", points: [[3, 4, 1], [-3, 4, 0]] } },
  { name: "Pair", note: "minimum at exactly 0", state: { ...WALK, title: "pair", weights: { w_x: 1.5, w_y: 1, bias: -1 }, points: [[1, -1, 0], [1, 3, 1]] } },
  { name: "Two clusters", note: "three free weights", state: {
    title: "two clusters", weights: { w_x: 0.3, w_y: 0.2, bias: 0 }, free: ["w_x", "w_y", "bias"],
    points: [...LOW.map((p) => [...p, 0]), ...HIGH.map((p) => [...p, 1])] } },
  { name: "Flipped labels", note: "two labels wrong", state: {
    title: "flipped labels", weights: { w_x: 0.3, w_y: 0.2, bias: -1 }, free: ["w_x", "w_y"],
    points: [...LOW.map((p, i) => [...p, i === 1 ? 1 : 0]), ...HIGH.map((p, i) => [...p, i === 4 ? 0 : 1])] } },
  { name: "XOR", note: "needs a hidden layer", state: {
    title: "xor", points: XOR, layers: [{ units: 2, activation: "tanh" }, { units: 1, activation: "sigmoid" }],
    weights: { "w1[0,x]": 0.6, "w1[0,y]": 0.5, "b1[0]": -0.4, "w1[1,x]": 0.4, "w1[1,y]": 0.7, "b1[1]": 0.5, "w2[0,0]": 0.8, "w2[0,1]": -0.7, "b2[0]": 0.1 },
    descent: { methods: ["adam"], rate: 0.1 } } },
  { name: "XOR, one weight free", note: "proved through a hidden layer", state: {
    title: "xor, one weight", points: XOR, layers: [{ units: 2, activation: "tanh" }, { units: 1, activation: "sigmoid" }],
    weights: { "w1[0,x]": 1, "w1[0,y]": -1, "b1[0]": -1, "w1[1,x]": -1, "w1[1,y]": 1, "b1[1]": -1, "w2[0,0]": 0.5, "w2[0,1]": 2, "b2[0]": 2 }, free: ["w2[0,0]"] } },
  { name: "Three classes", note: "softmax", state: {
    title: "three classes", loss: "cross-entropy", layers: [{ units: 3, activation: "softmax" }], descent: { methods: ["gradient"], rate: 0.3 },
    weights: { "w1[0,x]": -0.2, "w1[0,y]": 0.1, "b1[0]": 0, "w1[1,x]": 0.3, "w1[1,y]": 0.1, "b1[1]": 0, "w1[2,x]": 0, "w1[2,y]": -0.2, "b1[2]": 0 },
    points: [...THREE[0].map((p) => [...p, 0]), ...THREE[1].map((p) => [...p, 1]), ...THREE[2].map((p) => [...p, 2])] } },
  { name: "Empty plane", note: "begin with nothing", state: { ...WALK, title: "", points: [] } },
];
