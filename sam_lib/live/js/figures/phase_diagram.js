import { figure } from "../kit/figure.js";
import { slider } from "../kit/controls.js";
import { coordinate, paint, gray, isDark } from "../kit/color.js";
import { hearts } from "../kit/regions.js";
import { stretches } from "../kit/leads.js";
import { fmt, range } from "../kit/numbers.js";
import { rewind_scale, initial_swap } from "../maths/formulas.js";
import { balancedStart, l2Balanced, l2Clock, collapseThreshold, leaders } from "../maths/l2.js";

const CELLS = 200;
const END = 8;
const MOST = 1.2;
const scaleOf = (row) => ((row + 0.5) / CELLS) * MOST;
const TIMES = range(CELLS, (i) => ((i + 0.5) / CELLS) * END);

// The dominant coordinate at all scales and times: { rows, done }, filled coarse to fine.
function diagram(view, mu, rho) {
  return view.memo("diagram", [mu, rho], () => {
    const map = { rows: new Array(CELLS), done: 0 };
    const order = [8, 4, 2, 1]
      .flatMap((step) => range(CELLS / step, (i) => i * step))
      .filter((row, i, all) => all.indexOf(row) === i);
    view.work(order, (row) => {
      const starts = mu.map(() => scaleOf(row));
      const { tau } = l2Clock(TIMES, balancedStart(mu, starts, rho), 1e-6, true);
      map.rows[row] = leaders(TIMES, tau, mu, starts, rho);
      map.done++;
      if (map.done === CELLS / 4 || map.done === CELLS) view.request();
    });
    return map;
  });
}

function drawMap(panel, { mu, alpha, rho, time }, limits, view) {
  const map = diagram(view, mu, rho);
  const d = mu.length;
  panel.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: 0, to: MOST, label: "scale $α$ of the uniform start" },
  });
  const colors = mu.map((_, j) => paint(j, d, 0.55));
  const none = gray(0.09);
  const nearest = (row) => map.rows[row] ?? map.rows[row & ~1] ?? map.rows[row & ~3] ?? map.rows[row & ~7];
  panel.heat(`${mu}|${rho}|${map.done}|${isDark()}`, CELLS, CELLS, (i, row) => colors[nearest(row)?.[i]] ?? none);
  if (map.done === CELLS) {
    map.names ??= hearts((x, y) => map.rows[Math.floor(y * CELLS)][Math.floor(x * CELLS)], 1);
    for (const [j, { x, y }] of map.names)
      panel.note(`name${j}`, x * END, y * MOST, j < 0 ? "collapsed" : `$β_${j + 1}$`, {
        anchor: "middle",
        dy: 5,
        class: "live-strong",
        color: j < 0 ? "var(--soft)" : coordinate(j, d).color,
      });
  }
  for (const { at, label } of limits)
    panel.rule(label, { y: at }, { label, color: "var(--ink)", dash: "4 3", at: "margin" });
  panel.rule("scale", { y: alpha }, { color: "var(--accent)", dash: "", width: 1.6 });
  panel.rule("time", { x: time }, { color: "var(--accent)", dash: "", width: 1.6 });
  panel.handle("cross", {
    x: time,
    y: alpha,
    color: "var(--accent)",
    label: "cross-hair: rescaled time and scale of the start",
    text: `s = ${fmt(time)}, alpha = ${fmt(alpha)}`,
    limits: { x: [0, END], y: [0.01, MOST] },
    surface: true,
    move: (x, y) => view.set({ time: x, alpha: y }),
  });
}

function drawGrowth(panel, { mu, alpha, rho, time }, view) {
  const d = mu.length;
  const starts = mu.map(() => alpha);
  const times = range(201, (i) => (i / 200) * END);
  const { tau, w } = view.memo("flow", [mu, alpha, rho], () => l2Balanced(times, mu, starts, rho, 1e-8, true));
  panel.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: 1e-4, to: 1e4, type: "log", label: "predictor $β_j(s)$ on this line" },
  });
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, d);
    panel.curve(
      `beta-${j}`,
      times,
      w.map((row) => row[j] ** 2 || NaN),
      { color, dash, label: `$β_${j + 1}$` },
    );
  });
  panel.rule("now", { x: time }, { color: "var(--accent)", dash: "", width: 1.6 });
  panel.strip("leads", stretches(times, leaders(times, tau, mu, starts, rho), d), "largest");
}

function regime(alpha, threshold, major) {
  if (alpha < threshold) return "regime 1: everything collapses to 0";
  return alpha < major ? "regime 2: minor first, major last" : "regime 3: the major feature leads from the outset";
}

export default figure({
  panels: {
    map: { ratio: 1, least: 320, most: 380, right: 48, alt: "dominant coordinate over rescaled time and scale" },
    growth: { ratio: 1, least: 320, most: 380, right: 30, left: 52, strip: 24, alt: "predictor against rescaled time" },
  },
  controls: ({ mu }) => [
    ...mu.map((_, j) =>
      slider(`mu.${j}`, {
        label: `feature $μ_${j + 1}$`,
        step: 0.05,
        low: (state) => (j ? state.mu[j - 1] + 0.05 : 0.5),
        high: (state) => (j < state.mu.length - 1 ? state.mu[j + 1] - 0.05 : 8),
      }),
    ),
    slider("rho", { label: "radius $ρ$", low: 0.1 }),
  ],
  draw({ map, growth }, state, view) {
    const { mu, alpha, rho, time } = state;
    const threshold = rho * view.memo("threshold", [mu], () => collapseThreshold(mu, 1, 1e-8));
    const rewind = rewind_scale(mu, rho);
    const major = mu.length > 1 ? initial_swap(mu.at(-2), mu.at(-1), Math.hypot(...mu), rho) : threshold;
    drawMap(
      map,
      state,
      [
        { at: threshold, label: "$α_c$" },
        { at: rewind, label: "$α_r$" },
        { at: major, label: "major" },
      ],
      view,
    );
    drawGrowth(growth, state, view);
    const starts = mu.map(() => alpha);
    const [lead] = leaders([time], l2Balanced([0, time], mu, starts, rho).tau.slice(1), mu, starts, rho);
    const largest = lead < 0 ? "nothing is left" : `$β_${lead + 1}$ is the largest`;
    view.say(`$α$ = ${fmt(alpha)} is in ${regime(alpha, threshold, major)}. At $s$ = ${fmt(time)} ${largest}.`);
    view.values([
      ["$α_c$", threshold],
      ["$α_r$", rewind],
      ["major threshold", major],
      ["largest", lead < 0 ? "collapsed" : lead + 1],
    ]);
  },
});
