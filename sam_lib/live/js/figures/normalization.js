import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { coordinate, optimizer } from "../kit/color.js";
import { fmt, range } from "../kit/numbers.js";
import {
  balanced_margin,
  balanced_norm,
  clock_rate,
  dominant_mu,
  growth_top,
  initial_swap,
  l2_log_gain,
} from "../maths/formulas.js";
import { balancedStart, collapseThreshold, l2Clock } from "../maths/l2.js";
import { rawClock } from "../maths/unnormalized.js";

const END = 10;
const TIMES = range(251, (i) => (i / 250) * END);
const METHODS = {
  gd: [optimizer("gd").name, optimizer("gd")],
  raw: ["unnormalized", { color: "var(--ink)", dash: "9 3 2 3" }],
  l2: ["normalized", optimizer("l2")],
};

// tau of each method; NaN from a collapse on.
function clocks(times, mu, alpha, rho, quick) {
  const starts = mu.map(() => alpha);
  const { tau, collapse } = l2Clock(times, balancedStart(mu, starts, rho), quick ? 1e-9 : 1e-12, quick);
  const l2 = tau.map((v) => (v < Infinity ? v : NaN));
  return { gd: times.map(() => 0), raw: rawClock(times, mu, starts, rho, quick ? 0.02 : 0.004), l2, collapse };
}

// Share of the minor feature in beta, from the difference of the two log gains.
const share = (s, tau, mu, rho) =>
  1 / (1 + Math.exp(2 * (l2_log_gain(s, tau, mu[1], rho) - l2_log_gain(s, tau, mu[0], rho))));

function leaning(part) {
  if (Number.isNaN(part)) return "has collapsed";
  if (part === 0.5) return "is level";
  return part > 0.5 ? "leans to the minor feature" : "leans to the major one";
}

function drawNormalization({ shares, centers }, { alpha, ratio, rho, time }, view) {
  const mu = [1, ratio];
  const starts = [alpha, alpha];
  const run = view.memo("run", [mu, alpha, rho], () => clocks(TIMES, mu, alpha, rho, true));
  const now = clocks([0, time], mu, alpha, rho);
  const s = { from: 0, to: END, label: "rescaled time $s$, each its own" };
  shares.axes({ x: s, y: { from: 0, to: 1, label: "share of the minor feature in $β$" } });
  shares.rule("now", { x: time }, { color: "var(--accent)", dash: "" });
  shares.rule("half", { y: 0.5 }, { dash: "2 3" });
  const middle = (mu[0] + mu[1]) / 2;
  centers.axes({ x: s, y: { from: 0.2, to: 20, type: "log", label: "favored strength: mean of $n$ over $2ρ$" } });
  centers.rule("now", { x: time }, { color: "var(--accent)", dash: "" });
  mu.forEach((m, j) =>
    centers.rule(`mu-${j}`, { y: m }, { label: `$μ_${j + 1}$`, color: coordinate(j, 2).color, dash: "2 3" }),
  );
  centers.rule("middle", { y: middle }, { color: "var(--soft)", dash: "" });
  centers.text("major", centers.box.right - 4, centers.y(mu[1]) - 7, "major leads", {
    anchor: "end",
    color: coordinate(1, 2).color,
  });
  centers.text("minor", centers.box.right - 4, centers.y(mu[0]) + 17, "minor leads", {
    anchor: "end",
    color: coordinate(0, 2).color,
  });
  const atStart = {
    raw: growth_top(clock_rate(balanced_margin(mu, starts, 2)), rho),
    l2: growth_top(balanced_norm(mu, starts), rho),
  };
  const center = (times, tau, name) => times.map((v, i) => (i === 0 ? atStart[name] : dominant_mu(v, tau[i], rho)));
  for (const [name, [label, style]] of Object.entries(METHODS)) {
    shares.curve(
      name,
      TIMES,
      TIMES.map((v, i) => share(v, run[name][i], mu, rho)),
      { ...style, label },
    );
    const part = share(time, now[name][1], mu, rho);
    if (!Number.isNaN(part)) shares.dot(`${name}-now`, time, part, { color: style.color });
    if (name === "gd") continue;
    centers.curve(name, TIMES, center(TIMES, run[name], name), { ...style, label });
    const height = time > 0 ? dominant_mu(time, now[name][1], rho) : atStart[name];
    if (!Number.isNaN(height)) centers.dot(`${name}-now`, time, height, { color: style.color });
  }
  const parts = Object.fromEntries(Object.keys(METHODS).map((name) => [name, share(time, now[name][1], mu, rho)]));
  const told = [`GD ${leaning(parts.gd)}`, `unnormalized SAM ${leaning(parts.raw)}`];
  view.say(`At $s$ = ${fmt(time)}: ${told.join(", ")}, normalized SAM ${leaning(parts.l2)}.`);
  view.values(Object.entries(METHODS).map(([name, [label]]) => [`minor share, ${label}`, parts[name]]));
}

export default figure({
  panels: {
    shares: {
      ratio: 1,
      least: 300,
      most: 350,
      right: 104,
      left: 40,
      alt: "share of the minor feature against rescaled time",
    },
    centers: { ratio: 1, least: 300, most: 350, right: 104, left: 46, alt: "favored strength against rescaled time" },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 8 }),
    slider("alpha", {
      label: "scale $α$ of the uniform start",
      landmarks: ({ ratio, rho }, view) => [
        { at: rho * view.memo("threshold", [ratio], () => collapseThreshold([1, ratio], 1)), label: "$α_c$" },
        { at: initial_swap(1, ratio, Math.hypot(1, ratio), rho), label: "major" },
      ],
    }),
    slider("rho", {
      label: "radius $ρ$",
      landmarks: ({ ratio }) => [{ at: 2 / (1 + ratio), label: "$2/(μ_1+μ_2)$" }],
    }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw: drawNormalization,
});
