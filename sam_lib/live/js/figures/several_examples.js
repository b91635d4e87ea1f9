import { figure } from "../kit/figure.js";
import { slider, choice } from "../kit/controls.js";
import { OPTIMIZERS, optimizer } from "../kit/color.js";
import { column, pairs, percent } from "../kit/numbers.js";
import { movable } from "../kit/points.js";
import { ascent, samSteps, stepMarks } from "../maths/descent.js";
import { maxMargin, nonnegativeMargin } from "../maths/margin.js";

const STEP = 0.02;
const MARKS = stepMarks(1500, 110);
const SIZE = 4;
const REACH = 6;

const share = (beta) => Math.abs(beta[0]) / (Math.abs(beta[0]) + Math.abs(beta[1]) || 1);

function drawPaths(panel, { points, alpha, paths, best }, view) {
  panel.axes({
    x: { from: -1, to: REACH, label: "feature 1, predictor $β_1$" },
    y: { from: -1, to: REACH, label: "feature 2, predictor $β_2$" },
  });
  for (const [norm, name, dash] of [
    [1, "$ℓ_1$ margin", ""],
    [2, "$ℓ_2$ margin", "6 4"],
  ]) {
    const u = best[norm].direction;
    if (!u) continue;
    const far = Math.min(...u.map((c) => (c > 0 ? (REACH - 0.25) / c : c < 0 ? 0.9 / -c : Infinity)));
    panel.arrow(`best-${norm}`, 0, 0, far * u[0], far * u[1], {
      color: "var(--soft)",
      width: norm === 1 ? 4 : 2,
      head: 10,
      dash,
    });
    panel.text(`best-name-${norm}`, ...tip(panel, far * u[0], far * u[1]), name, {
      anchor: far * u[0] > 3 ? "end" : "start",
      color: "var(--soft)",
    });
  }
  for (const key of OPTIMIZERS)
    panel.curve(key, column(paths[key], 0), column(paths[key], 1), { ...optimizer(key), width: 2.4 });
  movable(panel, points, [-1, SIZE], view);
  panel.dot("start", alpha[0], alpha[1], { color: "var(--accent)", r: 5 });
}

// Equal layers cannot change the sign of a coordinate under GD: what they can reach has none below 0.
function outOfReach(points, direction) {
  if (Math.min(...direction) >= 0) return "";
  const { direction: near, margin } = nonnegativeMargin(points);
  const instead = margin > 0 ? `; without one the best share is ${percent(near[0])}` : "; without one none separates";
  return ` Its direction has a negative entry, which equal layers at depth two never reach${instead}.`;
}

function tip(panel, x, y) {
  const [px, py] = [panel.x(x), panel.y(y)];
  return x > 3 ? [px - 4, py - 10] : [px + 10, py + 14];
}

export default figure({
  panels: {
    plane: {
      ratio: 0.95,
      least: 300,
      most: 400,
      alt: "points, predictor paths and two max-margin directions in the plane",
    },
    share: {
      ratio: 0.95,
      least: 300,
      most: 400,
      right: 40,
      alt: "share of the first coordinate in the predictor against normalized time",
    },
  },
  controls: [
    slider("scale", { label: "start $α$, in every weight", low: 0.05, step: 0.01 }),
    slider("rho", { label: "radius $ρ$", step: 0.05 }),
    choice("depth", { label: "depth $L$" }),
  ],
  draw(panels, { points: flat, scale, rho, depth }, view) {
    const points = pairs(flat);
    const paths = view.memo("paths", [flat, scale, rho, depth], () =>
      Object.fromEntries(
        OPTIMIZERS.map((key) => {
          const w = samSteps([scale, scale], points, { ...ascent(key, rho), depth }, STEP, MARKS);
          return [key, w.map((row) => row.map((v) => v ** depth))];
        }),
      ),
    );
    const best = { 1: maxMargin(points, 1), 2: maxMargin(points, 2) };
    drawPaths(panels.plane, { points, alpha: [scale ** depth, scale ** depth], paths, best }, view);
    const panel = panels.share;
    panel.axes({
      x: { from: STEP, to: STEP * MARKS.at(-1), type: "log", label: "normalized time $s$" },
      y: { from: 0, to: 1, label: "share of feature 1, $|β_1|/‖β‖_1$" },
    });
    if (best[1].direction)
      panel.rule(
        "goal",
        { y: share(best[1].direction) },
        { label: "$ℓ_1$ margin", at: "start", width: 4, dash: "", color: "var(--faint)", ink: "var(--soft)" },
      );
    for (const key of OPTIMIZERS)
      panel.curve(
        key,
        MARKS.slice(1).map((k) => k * STEP),
        paths[key].slice(1).map((b) => (Math.hypot(...b) > 0.01 * scale ** depth ? share(b) : NaN)),
        { ...optimizer(key), width: 2.4, label: optimizer(key).short },
      );
    if (!best[1].direction) {
      view.say("These points are not separable: no direction has all of them on its side.");
      view.values([]);
      return;
    }
    const fates = OPTIMIZERS.map((key) => {
      const end = paths[key].at(-1);
      const gives = `gives feature 1 the share ${percent(share(end))}`;
      return `${optimizer(key).name} ${Math.hypot(...end) < 0.1 ? "has collapsed to 0" : gives}`;
    });
    const [one, two] = [share(best[1].direction), share(best[2].direction)];
    const the = depth === 2 ? "The" : "At depth two the";
    const margins = `${the} $ℓ_1$ margin asks for ${percent(one)}, the $ℓ_2$ margin for ${percent(two)}.`;
    view.say(`At $s$ = 30: ${fates.join("; ")}. ${margins}${outOfReach(points, best[1].direction)}`);
    view.values([
      ["share, $ℓ_1$ margin", one],
      ["share, $ℓ_2$ margin", two],
      ...OPTIMIZERS.map((key) => [`$β_1$, ${optimizer(key).short}`, paths[key].at(-1)[0]]),
    ]);
  },
});
