import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { column, fmt, power, range } from "../kit/numbers.js";
import { equilibrium, l2_beta, l2_norm, l2_p, l2_q } from "../maths/formulas.js";
import { l2Clock } from "../maths/l2.js";

const END = 12;
const [LEAST, MOST] = [5e-3, 1e4];
const TIMES = range(401, (i) => (i / 400) * END);

// tau, p, q and n at the given times; NaN from a collapse on.
function solve(times, { mu, rho, p0, q0 }, tolerance, quick) {
  const { tau, collapse } = l2Clock(times, { mu, rho, p0, q0 }, tolerance, quick);
  const alive = (i) => tau[i] < Infinity;
  const at = (formula, x0) =>
    times.map((s, i) => mu.map((m, j) => (alive(i) ? formula(s, tau[i], m, rho, x0[j]) : NaN)));
  const [p, q] = [at(l2_p, p0), at(l2_q, q0)];
  return { tau: tau.map((v, i) => (alive(i) ? v : NaN)), p, q, n: p.map((row, i) => l2_norm(mu, row, q[i])), collapse };
}

// Where the norm turns, and the sentence about the fate.
function fate({ n, collapse }) {
  const low = n.reduce((best, v, i) => (v < n[best] ? i : best), 0);
  if (collapse < Infinity) return { text: `it collapses at $s$ = ${fmt(collapse)}` };
  if (low === 0) return { text: "it escapes at once" };
  if (low > n.length - 2) return { text: "its fate is open beyond this figure" };
  return { low, text: `it escapes after a dip of $n$ at $s$ = ${fmt(TIMES[low])}` };
}

function drawReduction({ plane, norm }, { alpha, tilt, ratio, rho, time }, view) {
  const mu = [1, ratio];
  const start = { mu, rho, p0: alpha.map((a) => 2 * a), q0: alpha.map(() => 2 * tilt) };
  const run = view.memo("run", start, () => solve(TIMES, start, 1e-9, true));
  const now = solve([0, time], start, 1e-12);
  const [p, q, n, tau] = [now.p[1], now.q[1], now.n[1], now.tau[1]];
  const { low, text } = fate(run);
  const gone = Number.isNaN(n);

  const weight = { from: LEAST, to: MOST, type: "log", format: power };
  plane.axes({
    x: { ...weight, label: "minor weight $p_1/2$" },
    y: { ...weight, label: "major weight $p_2/2$, mean of the layers" },
  });
  plane.curve("level", [LEAST, MOST], [LEAST, MOST], { color: "var(--soft)", dash: "2 3", width: 1.2 });
  plane.note("major", 1e-2, 1e3, "major leads", { color: coordinate(1, 2).color });
  plane.note("minor", 6e3, 2e-2, "minor leads", { color: coordinate(0, 2).color, anchor: "end" });
  plane.rule("rest", { x: equilibrium(rho) }, { label: "$ρ/√2$", color: coordinate(0, 2).color, dash: "2 3" });
  const halves = run.p.map((row) => row.map((v) => v / 2));
  const seen = halves.filter((_, i) => TIMES[i] <= time);
  plane.curve("all", column(halves, 0), column(halves, 1), { color: "var(--l2)", opacity: 0.35 });
  plane.curve("seen", column(seen, 0), column(seen, 1), { color: "var(--l2)", width: 2.6 });
  if (!gone) plane.dot("now", p[0] / 2, p[1] / 2, { color: "var(--l2)", r: 5.5 });
  plane.handle("start", {
    x: alpha[0],
    y: alpha[1],
    color: "var(--ink)",
    label: "start of the weights",
    text: `alpha 1 = ${fmt(alpha[0])}, alpha 2 = ${fmt(alpha[1])}, ${text}`,
    limits: { x: [0.02, 1.5], y: [0.02, 1.5] },
    move: (x, y) => view.set({ alpha: [x, y] }),
  });

  const s = { from: 0, to: END, label: "rescaled time $s$" };
  norm.axes({ x: s, y: { ...weight, from: 0.1, label: "norm $n(s)$ and clock $τ(s) = ∫ds/n$" } });
  mu.forEach((m, j) =>
    norm.rule(
      `rest-${j}`,
      { y: rho * m },
      { label: `$ρμ_${j + 1}$`, at: "inside", color: coordinate(j, 2).color, dash: "2 3" },
    ),
  );
  norm.curve(
    "tau",
    TIMES,
    run.tau.map((v) => v || NaN),
    { color: "var(--ink)", dash: "6 4", width: 2, label: "$τ$" },
  );
  norm.curve("n", TIMES, run.n, { color: "var(--ink)", width: 2.6, label: "$n$" });
  if (low) norm.dot("dip", TIMES[low], run.n[low], { color: "var(--ink)", hollow: true });
  if (run.collapse < Infinity) norm.rule("end", { x: run.collapse }, { label: "collapse", dash: "2 3" });
  norm.rule("now", { x: time }, { color: "var(--accent)", dash: "" });
  if (!gone) {
    norm.dot("now-n", time, n, { color: "var(--accent)", r: 5.5 });
    if (tau > 0) norm.dot("now-tau", time, tau, { color: "var(--accent)", r: 4 });
  }

  const place = gone ? "everything is at 0" : `$n$ = ${fmt(n)} and $τ$ = ${fmt(tau)}`;
  view.say(`At $s$ = ${fmt(time)}: ${place}. From this start ${text}.`);
  if (gone) view.values([["collapse at $s$", run.collapse]]);
  else view.values([["$n$", n], ["$τ$", tau], ...p.map((v, j) => [`$β_${j + 1}$`, l2_beta(v, q[j])])]);
}

export default figure({
  panels: {
    plane: { ratio: 1, least: 300, most: 360, right: 20, left: 46, alt: "path of the two weights" },
    norm: { ratio: 1, least: 300, most: 360, right: 26, left: 46, alt: "norm n and clock tau against rescaled time" },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 8 }),
    slider("tilt", { label: "layers start at $α ± δ$, with $δ$", step: 0.02 }),
    slider("rho", { label: "radius $ρ$", step: 0.02 }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw: drawReduction,
});
