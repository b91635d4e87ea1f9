import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { stretches } from "../kit/leads.js";
import { fmt, range, roundUp } from "../kit/numbers.js";
import { growth_rate, growth_top, rewind_scale, initial_swap } from "../maths/formulas.js";
import { l2Balanced, collapseThreshold, leaders, horizon } from "../maths/l2.js";

function drawRates(panel, { mu, rho }, n) {
  const d = mu.length;
  const most = Math.max(...mu);
  const xs = range(121, (i) => (i / 120) * most * 1.2);
  panel.axes({
    x: { from: 0, to: most * 1.2, label: "feature size $μ$" },
    y: { from: -0.6 * most, to: 1.1 * most, label: "growth rate of $w$, per unit of rescaled time" },
  });
  panel.rule("zero", { y: 0 }, { color: "var(--soft)", dash: "" });
  panel.curve("gd", xs, xs, { color: "var(--gd)", dash: "2 3", width: 1.4, label: "GD" });
  if (n > 0) {
    const top = growth_top(n, rho);
    panel.curve(
      "rate",
      xs,
      xs.map((m) => growth_rate(m, n, rho)),
      { color: "var(--ink)", label: "$ℓ_2$-SAM" },
    );
    panel.rule("top", { x: top }, { label: "top $n/2ρ$", color: "var(--accent)", dash: "3 3" });
    if (top > most * 1.2)
      panel.text("beyond", panel.box.right - 4, panel.box.top + 16, `top at ${fmt(top)} →`, {
        anchor: "end",
        color: "var(--accent)",
      });
    mu.forEach((m, j) => {
      const rate = growth_rate(m, n, rho);
      panel.curve(`stem-${j}`, [m, m], [0, rate], { ...coordinate(j, d), dash: "", width: 1.5 });
      panel.dot(`rate-${j}`, m, rate, { color: coordinate(j, d).color, r: 6.5 });
    });
  }
  panel.below(
    "names",
    mu.map((x, j) => ({ x, label: `$μ_${j + 1}$`, color: coordinate(j, d).color })),
  );
}

// The end of the time axis.
function shownTime({ mu, alpha, rho }, view) {
  const seen = view.memo("horizon", [mu, alpha, rho], () => {
    const starts = mu.map(() => alpha);
    return horizon(mu, starts, rho);
  });
  return Math.min(40, Math.max(2, roundUp(seen)));
}

function drawParabola({ rates, growth }, { mu, alpha, rho, time }, view) {
  const d = mu.length;
  const starts = mu.map(() => alpha);
  const end = shownTime({ mu, alpha, rho }, view);
  const times = range(301, (i) => (i / 300) * end);
  const flow = view.memo("flow", [mu, alpha, rho, end], () => l2Balanced(times, mu, starts, rho, 1e-8, true));
  const now = Math.min(time, end);
  const at = l2Balanced([0, now], mu, starts, rho);
  const [w, n, tau] = [at.w[1], at.n[1], at.tau[1]];
  const lead = leaders([now], [tau], mu, starts, rho)[0];
  drawRates(rates, { mu, rho }, n);
  growth.axes({
    x: { from: 0, to: end, label: "rescaled time $s$" },
    y: { from: 1e-4, to: 1e4, type: "log", label: "predictor $β_j(s)$" },
  });
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, d);
    growth.curve(
      `beta-${j}`,
      times,
      flow.w.map((row) => row[j] ** 2 || NaN),
      { color, dash, label: `$β_${j + 1}$` },
    );
    if (w[j] > 0) growth.dot(`now-${j}`, now, w[j] ** 2, { color });
  });
  growth.rule("now", { x: now }, { color: "var(--accent)", dash: "" });
  growth.strip("leads", stretches(times, leaders(times, flow.tau, mu, starts, rho), d), "largest");
  const fastest = n > 0 ? mu.map((m) => growth_rate(m, n, rho)).reduce((b, r, j, all) => (r > all[b] ? j : b), 0) : -1;
  const largest = now > 0 ? `$β_${lead + 1}$ is the largest` : "all start level";
  const top = `the top of the parabola is at $μ$ = ${fmt(growth_top(n, rho))}`;
  const least = lead >= 0 && growth_rate(mu[fastest], n, rho) < 0 ? " (shrinks least)" : "";
  const alive = `${top}: $β_${fastest + 1}$ grows fastest${least}, ${largest}`;
  const told = lead < 0 ? "everything has collapsed to 0" : alive;
  view.say(`At $s$ = ${fmt(now)} ${told}.`);
  view.values([["$n$", n], ["top", growth_top(n, rho)], ...w.map((v, j) => [`$β_${j + 1}$`, v * v])]);
}

const landmarks = ({ mu, rho }, view) => [
  { at: rho * view.memo("threshold", [mu], () => collapseThreshold(mu, 1)), label: "$α_c$" },
  { at: rewind_scale(mu, rho), label: "$α_r$" },
  { at: initial_swap(mu.at(-2) ?? mu[0], mu.at(-1), Math.hypot(...mu), rho), label: "major" },
];

export default figure({
  panels: {
    rates: { ratio: 1, least: 310, most: 370, right: 58, strip: 24, alt: "growth rate against feature size" },
    growth: { ratio: 1, least: 310, most: 370, right: 30, strip: 24, left: 52, alt: "predictor against rescaled time" },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 8, high: shownTime }),
    slider("alpha", { label: "scale $α$ of the uniform start", step: 0.005, high: 1.5, landmarks }),
    slider("rho", { label: "radius $ρ$", low: 0.05 }),
  ],
  draw: drawParabola,
});
