import { figure } from "../kit/figure.js";
import { slider, choice } from "../kit/controls.js";
import { coordinate, optimizer } from "../kit/color.js";
import { column, fmt, range } from "../kit/numbers.js";
import { ascent, samSteps } from "../maths/descent.js";
import { l2Balanced } from "../maths/l2.js";
import { linfCoordinate, curveTimes } from "../maths/linf.js";

const TOP = 2.4;

// The flow on a fine grid: times and layers.
function flow(method, mu, alpha, rho, end) {
  if (method === "linf") {
    const parts = mu.map((m, j) => linfCoordinate(m, alpha[j], rho, 2));
    const times = parts.flatMap((part) => curveTimes(part, end, 100)).sort((a, b) => a - b);
    return { times, w: times.map((s) => parts.map((part) => part.at(s))) };
  }
  const times = range(201, (k) => (k * end) / 200);
  return { times, w: l2Balanced(times, mu, alpha, rho, 1e-9).w };
}

export default figure({
  panels: {
    paths: { ratio: 0.8, least: 300, most: 400, right: 36, alt: "layer weights against rescaled time, flow and steps" },
    plane: { ratio: 0.8, least: 300, most: 400, alt: "the same in the plane of both weights" },
  },
  controls: [
    slider("eta", {
      label: "step size $η$",
      low: 0.02,
      step: 0.01,
      log: true,
      landmarks: ({ mu }) => mu.map((m, j) => ({ at: 1 / m, label: `$1/μ_${j + 1}$` })),
    }),
    choice("method", {
      label: "optimizer",
      options: ["linf", "l2"].map((value) => ({ value, label: optimizer(value).name })),
    }),
    slider("rho", { label: "radius $ρ$", step: 0.05 }),
    slider("until", { label: "end of the axis", step: 0.5 }),
  ],
  draw({ paths, plane }, { mu, alpha, rho, eta, until, method }, view) {
    const smooth = view.memo("flow", [mu, alpha, rho, until, method], () => flow(method, mu, alpha, rho, until));
    const count = Math.floor(until / eta + 1e-9);
    const marks = range(count + 1);
    const steps = view.memo("steps", [mu, alpha, rho, method, eta, until], () =>
      samSteps(alpha, [mu], { ...ascent(method, rho), depth: 2 }, eta, marks),
    );
    const times = marks.map((k) => k * eta);
    const r = times.length > 150 ? 1.6 : 2.8;
    const low = -1.2;
    paths.axes({
      x: { from: 0, to: until, label: "rescaled time $s$" },
      y: { from: low, to: TOP, label: "layer weight $w_j$: lines flow, dots steps" },
    });
    plane.axes({
      x: { from: low, to: TOP, label: "weight $w_1$ (minor)" },
      y: { from: low, to: TOP, label: "weight $w_2$ (major): line flow, dots steps" },
    });
    if (method === "linf" && rho > 0)
      for (const y of [rho, -rho])
        paths.rule(`gate${y > 0}`, { y }, { label: y > 0 ? "$ρ$" : "$−ρ$", color: "var(--ink)", dash: "2 3" });
    mu.forEach((_, j) => {
      const { color, dash } = coordinate(j, 2);
      paths.curve(`flow-${j}`, smooth.times, column(smooth.w, j), { color, dash, width: 2, label: `$w_${j + 1}$` });
      paths.curve(`link-${j}`, times, column(steps, j), { color, width: 0.8, opacity: 0.55 });
      paths.dots(`dots-${j}`, times, column(steps, j), { color, r });
      paths.handle(`start-${j}`, {
        x: 0,
        y: alpha[j],
        axis: "y",
        color,
        limits: { y: [0.05, 2] },
        label: `start of coordinate ${j + 1}`,
        text: `alpha ${j + 1} = ${fmt(alpha[j])}`,
        move: (_, y) => view.setPath(`alpha.${j}`, y),
      });
    });
    plane.curve("flow", column(smooth.w, 0), column(smooth.w, 1), { color: "var(--ink)", width: 2 });
    plane.curve("link", column(steps, 0), column(steps, 1), { color: "var(--accent)", width: 0.8, opacity: 0.55 });
    plane.dots("dots", column(steps, 0), column(steps, 1), { color: "var(--accent)", r });
    report(view, { mu, eta, until, smooth, steps });
  },
});

const fate = (w) => (Math.abs(w) > 10 ? "escapes" : Math.abs(w) < 1e-9 ? "is at 0" : `is at ${fmt(w, 2)}`);

function report(view, { mu, eta, until, smooth, steps }) {
  const [end, last] = [smooth.w.at(-1), steps.at(-1)];
  const told = mu.map((_, j) => `$w_${j + 1}$ ${fate(end[j])} in the flow and ${fate(last[j])} in steps`);
  view.say(`With $η$ = ${fmt(eta)}, at $s$ = ${fmt(until)}: ${told.join("; ")}.`);
  view.values(
    mu.flatMap((m, j) => [
      [`$ημ_${j + 1}$`, eta * m],
      [`$w_${j + 1}$ in steps`, last[j]],
    ]),
  );
}
