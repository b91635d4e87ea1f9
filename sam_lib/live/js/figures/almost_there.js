import { figure } from "../kit/figure.js";
import { choice, slider } from "../kit/controls.js";
import { clamp, fmt, range } from "../kit/numbers.js";
import { cycle_radius, noise_excess } from "../maths/formulas.js";
import { lossAfter, quadraticSteps } from "../maths/quadratic.js";

const SHOWN = 60;
const MARKS = range(SHOWN + 1);
const COUNTS = range(12, (i) => Math.round(10 * 10 ** (i / 4)));
const FLOOR = 1e-12;
const SKEW = 0.6;
const NAMES = { normalized: "SAM", decaying: "ρ decaying", unnormalized: "unnormalized" };
const COLORS = { normalized: "var(--l2)", decaying: "var(--soft)", unnormalized: "var(--ink)" };
const METHODS = Object.keys(NAMES);

// The step size that the right panel uses for so many steps.
const stepFor = (count) => Math.min(1, (2 * Math.log(count)) / count);

// Slope of log loss against log T over the last decade.
const slope = (loss) => (Math.log10(loss.at(-1)) - Math.log10(loss.at(-5))) / Math.log10(COUNTS.at(-1) / COUNTS.at(-5));

function curves(start, rho, noise) {
  const runs = noise > 0 ? 24 : 1;
  return Object.fromEntries(
    METHODS.map((method) => {
      const loss = (count) => lossAfter(start, { method, rho, noise, eta: stepFor(count) }, count, runs);
      return [method, COUNTS.map((count) => Math.max(FLOOR, loss(count)))];
    }),
  );
}

function drawSteps(panel, path, { eta, rho, noise, start, method }, view) {
  panel.axes({
    x: { from: 0, to: SHOWN, label: "step $k$" },
    y: { from: -3, to: 3, label: "iterate $x_k$" },
  });
  if (noise > 0) panel.rule("mean", { y: -Math.min(SKEW * rho, noise / 2) }, { label: "$x̄$" });
  else
    for (const side of [1, -1])
      panel.rule(`cycle${side}`, { y: side * cycle_radius(eta, 1, rho) }, { label: side > 0 ? "$r^*$" : "" });
  const ys = path.map((x) => clamp(x, -3, 3));
  panel.curve("link", MARKS, ys, { color: COLORS[method], width: 0.8, opacity: 0.55 });
  panel.dots("dots", MARKS, ys, { color: COLORS[method] });
  panel.handle("start", {
    x: 0,
    y: start,
    axis: "y",
    color: "var(--ink)",
    limits: { y: [0.1, 3] },
    label: "start",
    text: `start = ${fmt(start)}`,
    move: (_, y) => view.set({ start: y }),
  });
}

export default figure({
  panels: {
    steps: { ratio: 0.8, least: 300, most: 400, right: 36, alt: "iterates against the number of steps" },
    loss: { ratio: 0.8, least: 300, most: 400, right: 100, alt: "loss against the number of steps, both logarithmic" },
  },
  controls: [
    choice("method", {
      label: "on the left",
      options: METHODS.map((value) => ({ value, label: NAMES[value] })),
    }),
    slider("eta", { label: "step size $η$, on the left", landmarks: () => [{ at: 1, label: "$1/a$" }] }),
    slider("rho", { label: "radius $ρ$" }),
    slider("noise", { label: "size of the noise" }),
  ],
  draw({ steps, loss }, { eta, rho, noise, start, method }, view) {
    const path = view.memo("path", [eta, rho, noise, start, method], () =>
      quadraticSteps(start, { method, rho, eta, noise, count: SHOWN, seed: 7 }),
    );
    const all = view.memo("loss", [start, rho, noise], () => curves(start, rho, noise));
    drawSteps(steps, path, { eta, rho, noise, start, method }, view);
    loss.axes({
      x: { from: 10, to: COUNTS.at(-1), type: "log", label: "steps $T$, with $η$ = (2 log $T$)/$T$" },
      y: { from: FLOOR, to: 10, type: "log", label: "loss $f(x_T)$" },
    });
    if (noise > 0 && noise / 2 > SKEW * rho && rho > 0)
      loss.rule("stays", { y: noise_excess(1, SKEW, rho) }, { label: "stays", at: "margin" });
    for (const name of METHODS)
      loss.curve(name, COUNTS, all[name], {
        color: COLORS[name],
        dash: name === "decaying" ? "6 4" : "",
        width: name === method ? 2.6 : 1.4,
        label: NAMES[name],
      });
    const seen = METHODS.filter((name) => all[name].at(-1) > FLOOR);
    const slopes = seen.map((name) => [`slope, ${NAMES[name]}`, slope(all[name])]);
    const last = all[method].at(-1);
    const fell = `is ${fmt(last)}, and in the last decade it went like $T$ to the power ${fmt(slope(all[method]), 2)}`;
    view.say(
      `After ${fmt(COUNTS.at(-1), 2)} steps of ${NAMES[method]} the loss ${last > FLOOR ? fell : "is below 10⁻¹²"}.`,
    );
    view.values([["$r^*$", cycle_radius(eta, 1, rho)], ...slopes]);
  },
});
