import { figure } from "../kit/figure.js";
import { choice, slider } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { clamp, column, fmt, power, range } from "../kit/numbers.js";
import { deepPath, deepThreshold, saddle } from "../maths/deep.js";

const RHO = 1;
const WIDE = 1;
const [LEAST, MOST] = [5e-3, 30];
const [SOON, LATE] = [1e-2, 1e12];
const TILTS = range(33, (i) => (i - 16) / 8);
const [LOW, HIGH] = [0.05, 1.2];

const start = (scale, tilt) => [scale * 10 ** (-tilt / 2), scale * 10 ** (tilt / 2)];
const inside = (x) => (x >= LEAST && x <= MOST ? x : NaN);

// The border between collapse and escape, one point for each ray; even depth.
const border = (mu, depth) =>
  TILTS.map((tilt) => {
    const ray = start(1, tilt);
    const factor = deepThreshold(mu, ray, RHO, depth, 2e-4, 1e-6);
    return ray.map((a) => a * factor);
  });

const ENDS = {
  escapes: "The start escapes.",
  collapses: "The start collapses.",
  stays: "The start is still near the saddle.",
};

function drawDepths({ plane, paths }, { depth, scale, tilt, ratio }, view) {
  const [mu, even] = [[1, ratio], depth % 2 === 0];
  const alpha = start(scale, tilt);
  const run = view.memo("run", { mu, depth, scale, tilt }, () => deepPath(mu, alpha, RHO, depth));
  const rest = saddle(mu, RHO, depth);

  plane.axes({
    x: { from: 0, to: WIDE, label: "weight $w_1$" },
    y: { from: 0, to: WIDE, label: "weight $w_2$" },
  });
  if (even) {
    const edge = view.memo("edge", { mu, depth }, () => border(mu, depth));
    plane.curve("edge", column(edge, 0), column(edge, 1), { color: "var(--ink)", dash: "5 4", label: "" });
  }
  const seen = run.w.filter((w) => Math.max(...w) <= WIDE);
  plane.curve("path", column(seen, 0), column(seen, 1), { color: "var(--accent)", width: 2.4 });
  plane.dot("saddle", ...rest, { color: "var(--ink)", r: 5 });
  plane.handle("start", {
    x: alpha[0],
    y: alpha[1],
    axis: "xy",
    color: "var(--accent)",
    limits: { x: [0.02, WIDE], y: [0.02, WIDE] },
    label: "start",
    text: `w 1 = ${fmt(alpha[0])}, w 2 = ${fmt(alpha[1])}`,
    move: (x, y) => view.set({ scale: clamp(Math.sqrt(x * y), LOW, HIGH), tilt: clamp(Math.log10(y / x), -1, 1) }),
  });

  const last = Math.max(10, ...run.s.filter((s) => s < LATE));
  paths.axes({
    x: { from: SOON, to: 1.5 * last, type: "log", format: power, label: "rescaled time $s$" },
    y: { from: LEAST, to: MOST, type: "log", format: power, label: "weight $w_j(s)$" },
  });
  const times = run.s.map((s) => (s >= SOON && s <= last ? s : NaN));
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, 2);
    paths.curve(`w-${j}`, times, column(run.w, j).map(inside), { color, dash, width: 2.4, label: `$w_${j + 1}$` });
    paths.rule(`rest-${j}`, { y: rest[j] }, { color: "var(--soft)", dash: "2 3" });
  });

  const ray = start(1, tilt);
  const found = even ? view.memo("found", { mu, depth, tilt }, () => deepThreshold(mu, ray, RHO, depth, 1e-7)) : NaN;
  const where = even
    ? `The threshold of this ray is ${fmt(found, 5)}, and the start is ${fmt(scale / found, 5)} times that.`
    : "At odd depth no weight shrinks, and there is no threshold.";
  view.say(`Depth ${depth}, radius 1. ${where} ${ENDS[run.fate]} The run in the picture ends at $s$ = ${fmt(last)}.`);
  view.values([
    ["$α_1$", alpha[0]],
    ["$α_2$", alpha[1]],
    ["threshold", found],
    ["end", last],
  ]);
}

export default figure({
  panels: {
    plane: { ratio: 1, least: 300, most: 360, right: 20, left: 46, alt: "two weights and the border of collapse" },
    paths: { ratio: 1, least: 300, most: 360, right: 26, left: 46, alt: "two weights against rescaled time" },
  },
  controls: [
    choice("depth", { label: "depth $L$" }),
    slider("scale", {
      label: "start, along its ray",
      step: 0.0005,
      format: (v) => fmt(v, 4),
      landmarks: ({ depth, tilt, ratio }, view) => {
        if (depth % 2) return [];
        const [mu, ray] = [[1, ratio], start(1, tilt)];
        const at = view.memo("found", { mu, depth, tilt }, () => deepThreshold(mu, ray, RHO, depth, 1e-7));
        return [{ at, label: "threshold" }];
      },
    }),
    slider("tilt", { label: "direction of the ray, decades of $α_2/α_1$", step: 0.05 }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw: drawDepths,
});
