import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { coordinate, paint, isDark } from "../kit/color.js";
import { hearts } from "../kit/regions.js";
import { stretches } from "../kit/leads.js";
import { fmt, power, range } from "../kit/numbers.js";
import { balanced_norm, l2_log_gain } from "../maths/formulas.js";
import { l2Balanced, leaderAt, leaders } from "../maths/l2.js";

const CELLS = 150;

function drawMap(panel, { mu, alpha, rho, now }, run, end, view) {
  const d = mu.length;
  const logs = alpha.map((a) => Math.log(a));
  const delays = run.tau.map((v) => (v < Infinity ? rho * v : NaN));
  const slowest = end / (mu[0] + mu[1]);
  const rise = Math.max(...delays.filter((v) => v >= 0));
  const most = rise > 0 ? Math.min(1.6 * slowest, 1.2 * rise) : slowest;
  panel.axes({
    x: { from: 0, to: end, label: "rescaled time $s$" },
    y: { from: 0, to: most, label: "delay $ρτ(s)$" },
  });
  const map = view.memo("map", [mu, alpha, end, most], () =>
    range(CELLS * CELLS, (k) =>
      leaderAt((((k % CELLS) + 0.5) / CELLS) * end, ((Math.floor(k / CELLS) + 0.5) / CELLS) * most, mu, logs, 1),
    ),
  );
  const colors = mu.map((_, j) => paint(j, d, 0.4));
  panel.heat(`${mu}|${alpha}|${end}|${most}|${isDark()}`, CELLS, CELLS, (i, k) => colors[map[k * CELLS + i]]);
  const names = view.memo("names", [mu, alpha, end, most], () =>
    hearts((x, y) => map[Math.floor(y * CELLS) * CELLS + Math.floor(x * CELLS)], 1),
  );
  for (const [j, { x, y }] of names)
    panel.note(`name${j}`, x * end, y * most, `$β_${j + 1}$ leads`, {
      anchor: "middle",
      dy: 5,
      class: "live-strong",
      color: coordinate(j, d).color,
    });
  panel.curve("path", run.times, delays, { color: "var(--ink)", width: 2.6 });
  const place = { x: now.s, y: now.tau < Infinity ? rho * now.tau : most };
  panel.handle("now", {
    ...place,
    axis: "x",
    color: "var(--accent)",
    label: "rescaled time on the path",
    text: `s = ${fmt(now.s)}, delay = ${fmt(place.y)}`,
    step: 0.05,
    limits: { x: [0, end] },
    move: (x) => view.set({ time: x }),
  });
}

function drawGrowth(panel, { mu, alpha, rho, now }, run, end) {
  const d = mu.length;
  panel.axes({
    x: { from: 0, to: end, label: "rescaled time $s$" },
    y: { from: 1e-4, to: 1e4, type: "log", format: power, label: "predictor $β_j(s)$" },
  });
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, d);
    panel.curve(
      `beta-${j}`,
      run.times,
      run.w.map((row) => row[j] ** 2 || NaN),
      { color, dash, label: `$β_${j + 1}$` },
    );
  });
  panel.rule("now", { x: now.s }, { color: "var(--accent)", dash: "" });
  panel.strip("leads", stretches(run.times, leaders(run.times, run.tau, mu, alpha, rho), d), "largest");
}

// Gradient descent needs no clock: its delay is 0 whatever tau is.
function flow(times, mu, alpha, rho) {
  if (rho > 0) return { times, ...l2Balanced(times, mu, alpha, rho, 1e-9, true) };
  const w = times.map((s) => mu.map((m, j) => alpha[j] * Math.exp(l2_log_gain(s, 0, m, 0))));
  return { times, w, tau: times.map(() => 0), n: w.map((row) => balanced_norm(mu, row)) };
}

export default figure({
  panels: {
    map: { ratio: 1, least: 320, most: 380, right: 24, alt: "leader over rescaled time and delay" },
    growth: { ratio: 1, least: 320, most: 380, right: 40, left: 52, strip: 24, alt: "predictor against rescaled time" },
  },
  controls: ({ mu }) => [
    player("time", { label: "rescaled time $s$", seconds: 8, high: ({ until }) => until }),
    slider("until", { label: "show until $s$", step: 0.5 }),
    ...mu.map((_, j) => slider(`alpha.${j}`, { label: `start $α_${j + 1}$`, low: 0.02, high: 1.5, step: 0.002 })),
    slider("rho", { label: "radius $ρ$", step: 0.02 }),
  ],
  draw({ map, growth }, { mu, alpha, rho, time, until: end }, view) {
    const times = range(501, (i) => (i / 500) * end);
    const run = view.memo("run", [mu, alpha, rho, end], () => flow(times, mu, alpha, rho));
    const s = Math.min(time, end);
    const at = flow([0, s], mu, alpha, rho);
    const now = { s, tau: at.tau[1], n: at.n[1] };
    drawMap(map, { mu, alpha, rho, now }, run, end, view);
    drawGrowth(growth, { mu, alpha, rho, now }, run, end);
    // At the start itself equal coordinates are level, and nobody leads.
    const [, ...later] = leaders(run.times, run.tau, mu, alpha, rho);
    const lead = later.filter((j, i, all) => j >= 0 && j !== all[i - 1]).map((j) => j + 1);
    const dead = !(now.tau < Infinity);
    const alive = `$n$ = ${fmt(now.n)} and the delay is ${fmt(rho * now.tau)}`;
    const told = `At $s$ = ${fmt(s)} ${dead ? "everything has collapsed to 0" : alive}.`;
    view.say(`${lead.length > 1 ? "The leaders are" : "The leader is"} ${lead.join(", ")}. ${told}`);
    view.values(
      dead
        ? [["largest", "collapsed"]]
        : [["$n$", now.n], ["$ρτ$", rho * now.tau], ...at.w[1].map((v, j) => [`$β_${j + 1}$`, v * v])],
    );
  },
});
