import { figure } from "../kit/figure.js";
import { slider } from "../kit/controls.js";
import { OPTIMIZERS, optimizer } from "../kit/color.js";
import { column, fmt, pairs } from "../kit/numbers.js";
import { movable } from "../kit/points.js";
import { ascent, samSteps, stepMarks } from "../maths/descent.js";
import { maxMargin } from "../maths/margin.js";

const STEP = 0.1;
const MARKS = stepMarks(1000, 70);
const SIZE = 4;

// Angle in degrees from the direction u to w, with a floor for the logarithmic axis.
function angle(w, u) {
  const cross = u[0] * w[1] - u[1] * w[0];
  const dot = u[0] * w[0] + u[1] * w[1];
  return Math.max((Math.abs(Math.atan2(cross, dot)) * 180) / Math.PI, 1e-3);
}

function drawPlane(panel, { points, w0 }, paths, best, view) {
  panel.axes({
    x: { from: -SIZE, to: SIZE, label: "feature 1, weight $w_1$" },
    y: { from: -SIZE, to: SIZE, label: "feature 2, weight $w_2$" },
  });
  if (best.direction) {
    const [x, y] = best.direction;
    const corners = [
      [-y, x],
      [y, -x],
      [y + x, y - x],
      [x - y, x + y],
    ].map((corner) => corner.map((v) => 9 * v));
    panel.area("yes", column(corners, 0), column(corners, 1), { color: "var(--faint)", opacity: 0.18 });
    panel.arrow("best", 0, 0, 3.7 * x, 3.7 * y, { color: "var(--ink)", width: 2.6, head: 10 });
    panel.note("best-name", 1.6 * x, 1.6 * y, "max margin", {
      dx: x > 0 ? -8 : 8,
      dy: y > 0 ? -4 : 14,
      anchor: x > 0 ? "end" : "start",
      class: "live-strong",
    });
  }
  for (const key of OPTIMIZERS)
    panel.curve(key, column(paths[key], 0), column(paths[key], 1), {
      ...optimizer(key),
      width: 2.4,
      label: best.direction ? undefined : optimizer(key).short,
    });
  movable(panel, points, [-SIZE, SIZE], view);
  panel.handle("start", {
    x: w0[0],
    y: w0[1],
    color: "var(--accent)",
    shape: "square",
    step: 0.05,
    limits: { x: [-SIZE, SIZE], y: [-SIZE, SIZE] },
    label: "start of the weights",
    text: `w = (${fmt(w0[0])}, ${fmt(w0[1])})`,
    move: (a, b) => view.set({ w0: [a, b] }),
  });
}

function drawAngles(panel, paths, best) {
  const times = MARKS.slice(1).map((k) => k * STEP);
  panel.axes({
    x: { from: STEP, to: 100, type: "log", label: "normalized time $s$" },
    y: { from: 0.01, to: 180, type: "log", label: "angle to the max margin, degrees" },
  });
  if (!best.direction) return;
  for (const key of OPTIMIZERS)
    panel.curve(
      key,
      times,
      paths[key].slice(1).map((w) => angle(w, best.direction)),
      { ...optimizer(key), width: 2.4, label: optimizer(key).short },
    );
}

export default figure({
  panels: {
    plane: { ratio: 0.95, least: 300, most: 400, alt: "points, weights and the max-margin direction in the plane" },
    angles: {
      ratio: 0.95,
      least: 300,
      most: 400,
      right: 40,
      alt: "angle between the weights and the max-margin direction against normalized time",
    },
  },
  controls: [slider("rho", { label: "radius $ρ$", step: 0.05 })],
  draw({ plane, angles }, { points: flat, w0, rho }, view) {
    const points = pairs(flat);
    const paths = view.memo("paths", [flat, w0, rho], () =>
      Object.fromEntries(
        OPTIMIZERS.map((key) => [key, samSteps(w0, points, { ...ascent(key, rho), depth: 1 }, STEP, MARKS)]),
      ),
    );
    const best = maxMargin(points, 2);
    drawPlane(plane, { points, w0 }, paths, best, view);
    drawAngles(angles, paths, best);
    if (!best.direction) {
      view.say(
        "No direction has all four points on its side: the data are not separable, and there is no margin to maximize.",
      );
      view.values([]);
      return;
    }
    const ends = OPTIMIZERS.map((key) => [optimizer(key).name, angle(paths[key].at(-1), best.direction)]);
    const told = ends.map(([name, a]) => `${fmt(a, 2)}° (${name})`).join(", ");
    view.say(`At $s$ = 100 the angles to the max-margin direction are ${told}.`);
    view.values([
      ["margin $γ$", best.margin],
      ["$u_1$", best.direction[0]],
      ["$u_2$", best.direction[1]],
      ...ends.map(([name, a]) => [`angle, ${name}`, a]),
    ]);
  },
});
