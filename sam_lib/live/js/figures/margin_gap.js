import { figure } from "../kit/figure.js";
import { slider, choice } from "../kit/controls.js";
import { OPTIMIZERS, optimizer } from "../kit/color.js";
import { clamp, fmt, pairs } from "../kit/numbers.js";
import { movable } from "../kit/points.js";
import { ascent, samSteps, stepMarks } from "../maths/descent.js";
import { marginBounds, nonnegativeMargin } from "../maths/margin.js";

const STEP = 0.02;
const MARKS = stepMarks(3000, 120);
const TIMES = MARKS.slice(1).map((k) => k * STEP);
const LOW = -1;
const HIGH = 4;

// Both bounds at each time, for the run of one method.
function follow(points, scale, rho, method) {
  const shares = [];
  const start = [scale, scale];
  const how = { ...ascent(method, rho), depth: 2 };
  const path = samSteps(start, points, how, STEP, MARKS, "normalized", shares);
  return path.slice(1).map((w, i) => {
    const beta = w.map((v) => v * v);
    return { beta, ...marginBounds(points, beta, shares[i + 1]) };
  });
}

function drawPoints(panel, points, best, mean, view) {
  panel.axes({
    x: { from: LOW, to: HIGH, label: "feature 1" },
    y: { from: LOW, to: HIGH, label: "feature 2" },
  });
  if (best.margin > 0)
    panel.arrow("best", 0, 0, 2.4 * best.direction[0], 2.4 * best.direction[1], {
      color: "var(--soft)",
      width: 3,
      head: 10,
    });
  movable(panel, points, [LOW, HIGH], view);
  panel.dot("mean", mean[0], mean[1], { color: "var(--ink)", r: 5 });
}

export default figure({
  panels: {
    plane: {
      ratio: 0.95,
      least: 300,
      most: 400,
      alt: "points, their weighted mean and the max-margin direction in the plane",
    },
    gap: {
      ratio: 0.95,
      least: 300,
      most: 400,
      right: 50,
      alt: "lower and upper bound of the max margin against normalized time",
    },
  },
  controls: [
    choice("method", {
      label: "method",
      options: OPTIMIZERS.map((value) => ({ value, label: optimizer(value).name })),
    }),
    slider("scale", { label: "start $α$, in every weight", step: 0.01 }),
    slider("rho", { label: "radius $ρ$", step: 0.05 }),
  ],
  draw({ plane, gap }, { points: flat, method, scale, rho }, view) {
    const points = pairs(flat);
    const run = view.memo("run", [flat, method, scale, rho], () => follow(points, scale, rho, method));
    const best = nonnegativeMargin(points);
    const last = run.at(-1);
    drawPoints(plane, points, best, last.mean, view);
    gap.axes({
      x: { from: TIMES[0], to: TIMES.at(-1), type: "log", label: "normalized time $s$" },
      y: { from: LOW, to: HIGH, label: "bounds of the $ℓ_1$ margin" },
    });
    gap.rule("margin", { y: best.margin }, { label: "$γ$", at: "start", color: "var(--soft)" });
    const clip = (v) => clamp(v, LOW, HIGH);
    gap.curve(
      "high",
      TIMES,
      run.map((r) => clip(r.high)),
      { color: "var(--ink)", width: 2.4, dash: "7 4", label: "above" },
    );
    gap.curve(
      "low",
      TIMES,
      run.map((r) => clip(r.low)),
      { ...optimizer(method), width: 2.4, label: "below" },
    );
    const proved = `that the margin lies between ${last.low.toPrecision(4)} and ${last.high.toPrecision(4)}`;
    view.say(
      best.margin > 0
        ? `At $s$ = 60 this run alone proves ${proved}; it is ${fmt(best.margin)}.`
        : "No direction without negative entries has all of these points on its side.",
    );
    view.values([
      ["bound from below", last.low],
      ["margin $γ$", best.margin],
      ["bound from above", last.high],
    ]);
  },
});
