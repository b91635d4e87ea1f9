import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { OPTIMIZERS, optimizer } from "../kit/color.js";
import { column, fmt, range, roundTo } from "../kit/numbers.js";
import { threeFlows } from "../maths/optimizers.js";

const END = 4;
const MOST = 4;

// beta(s) of the three optimizers at the given times.
function paths(times, mu, alpha, rho, quick) {
  const flows = Object.entries(threeFlows(times, mu, alpha, rho, quick));
  return Object.fromEntries(flows.map(([method, rows]) => [method, rows.map((w) => w.map((v) => v * v))]));
}

const angle = ([b1, b2]) => (b1 + b2 > 0 ? (180 / Math.PI) * Math.atan2(b2, b1) : NaN);

function leaning(degrees) {
  if (Number.isNaN(degrees)) return "is at 0";
  const side = degrees > 45 ? "the major feature" : "the minor feature";
  return `leans to ${side} (${fmt(degrees)}°)`;
}

function drawPaths({ plane, direction }, { alpha, ratio, rho, time }, view) {
  const mu = [1, ratio];
  const times = range(321, (i) => (i / 320) * END);
  const beta = view.memo("paths", [mu, alpha, rho], () => paths(times, mu, alpha, rho, true));
  const now = paths([0, time], mu, alpha, rho);
  plane.axes({
    x: { from: 0, to: MOST, label: "minor feature $β_1$" },
    y: { from: 0, to: MOST, label: "major feature $β_2$" },
  });
  direction.axes({
    x: { from: 0, to: END, label: "rescaled time $s$, each its own" },
    y: {
      from: 0,
      to: 90,
      label: "direction of $β$",
      ticks: [
        [0, "minor"],
        [45, "45°"],
        [90, "major"],
      ],
    },
  });
  direction.rule("now", { x: time }, { color: "var(--soft)" });
  for (const method of OPTIMIZERS) {
    const style = optimizer(method);
    const label = style.name;
    const end = times.findIndex((s) => s >= time);
    const seen = beta[method].slice(0, end < 0 ? times.length : end).concat([now[method][1]]);
    plane.curve(`${method}-all`, column(beta[method], 0), column(beta[method], 1), { ...style, opacity: 0.3, label });
    plane.curve(method, column(seen, 0), column(seen, 1), { ...style, width: 2.6 });
    plane.dot(`${method}-now`, ...now[method][1], { color: style.color, r: 5.5 });
    const turns = beta[method].map(angle);
    direction.curve(method, times, turns, { ...style, label });
    const last = turns.findIndex(Number.isNaN);
    if (last > 0) direction.cross(`${method}-end`, times[last - 1], turns[last - 1], style);
    const turn = angle(now[method][1]);
    if (!Number.isNaN(turn)) direction.dot(`${method}-now`, time, turn, { color: style.color, r: 5.5 });
  }
  plane.handle("start", {
    x: alpha[0] ** 2,
    y: alpha[1] ** 2,
    color: "var(--ink)",
    label: "start of the predictor",
    text: `beta 1 = ${fmt(alpha[0] ** 2)}, beta 2 = ${fmt(alpha[1] ** 2)}`,
    limits: { x: [0.01, MOST], y: [0.01, MOST] },
    move: (x, y) => view.set({ alpha: [x, y].map((v) => roundTo(Math.sqrt(v), 1e-4)) }),
  });
  const turn = Object.fromEntries(OPTIMIZERS.map((method) => [method, angle(now[method][1])]));
  const told = OPTIMIZERS.map((method) => `${optimizer(method).name} ${leaning(turn[method])}`);
  view.say(`At $s$ = ${fmt(time)}: ${told.join(", ")}.`);
  const values = (method) => now[method][1].map((b, j) => [`$β_${j + 1}$ ${optimizer(method).name}`, b]);
  view.values(OPTIMIZERS.flatMap(values));
}

export default figure({
  panels: {
    plane: { ratio: 1, least: 300, most: 360, right: 60, alt: "paths of the predictor" },
    direction: {
      ratio: 1,
      least: 300,
      most: 360,
      right: 62,
      left: 50,
      alt: "direction of the predictor against rescaled time",
    },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 6 }),
    slider("rho", {
      label: "radius $ρ$",
      landmarks: ({ alpha }) => alpha.map((at, j) => ({ at, label: `$α_${j + 1}$` })),
    }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw: drawPaths,
});
