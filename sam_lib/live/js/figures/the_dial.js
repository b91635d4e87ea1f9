import { figure } from "../kit/figure.js";
import { choice, player, slider } from "../kit/controls.js";
import { coordinate, isDark, paint } from "../kit/color.js";
import { stretches } from "../kit/leads.js";
import { hearts } from "../kit/regions.js";
import { fmt, power, range } from "../kit/numbers.js";
import { balanced_norm, l2_log_gain, set_point } from "../maths/formulas.js";
import { leaders } from "../maths/l2.js";
import { scheduleDelay } from "../maths/schedule.js";

const END = 12;
const CELLS = 120;
const FLOOR = 1e-3;
const TOP = 1e3;
const TIMES = range(361, (i) => (i / 360) * END);

const weights = (s, delay, mu, alpha) => mu.map((m) => alpha * Math.exp(l2_log_gain(s, delay, m, 1)));

// The delay T and the radius rho at each time.
function schedule({ method, kappa, radii, mu, alpha }) {
  if (method === "dial") {
    const delays = TIMES.map((s) => kappa * s);
    return { delays, radius: delays.map((T, i) => kappa * balanced_norm(mu, weights(TIMES[i], T, mu, alpha))) };
  }
  const starts = radii.map((_, k) => (k / radii.length) * END);
  const uniform = mu.map(() => alpha);
  const piece = (s) => Math.min(radii.length - 1, Math.floor((s / END) * radii.length));
  return {
    delays: scheduleDelay(TIMES, starts, radii, mu, uniform, 1e-9),
    radius: TIMES.map((s) => radii[piece(s)]),
  };
}

function drawRadius(panel, { method, radii }, { radius }, now, view) {
  panel.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: 0, to: 2, label: "radius $ρ(s)$" },
  });
  panel.curve(
    "radius",
    TIMES,
    radius.map((v) => (v <= 2 ? v : NaN)),
    { color: "var(--l2)", width: 2.6 },
  );
  panel.rule("now", { x: now }, { color: "var(--accent)", dash: "" });
  if (method === "dial") return;
  radii.forEach((value, k) =>
    panel.handle(`piece${k}`, {
      x: ((k + 0.5) / radii.length) * END,
      y: value,
      axis: "y",
      color: "var(--l2)",
      label: `radius of piece ${k + 1}`,
      text: `rho = ${fmt(value)}`,
      step: 0.02,
      limits: { y: [0, 2] },
      move: (_, y) => view.setPath(`radii.${k}`, y),
    }),
  );
}

function drawMap(panel, { mu, kappa, method }, { delays }, now, view) {
  const most = (1.5 * END) / (2 * mu[0]);
  const uniform = mu.map(() => 1);
  const leader = (s, T) => leaders([s], [T], mu, uniform, 1)[0];
  panel.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: 0, to: most, label: "delay $T(s)$" },
  });
  const map = view.memo("map", [mu], () =>
    range(CELLS * CELLS, (k) =>
      leader((((k % CELLS) + 0.5) / CELLS) * END, ((Math.floor(k / CELLS) + 0.5) / CELLS) * most),
    ),
  );
  const colors = mu.map((_, j) => paint(j, mu.length, 0.4));
  panel.heat(`${mu}|${isDark()}`, CELLS, CELLS, (i, k) => colors[map[k * CELLS + i]]);
  const names = view.memo("names", [mu], () =>
    hearts((x, y) => map[Math.floor(y * CELLS) * CELLS + Math.floor(x * CELLS)], 1),
  );
  for (const [j, { x, y }] of names)
    panel.note(`name${j}`, x * END, y * most, `$β_${j + 1}$`, {
      anchor: "middle",
      dy: 5,
      class: "live-strong",
      color: coordinate(j, mu.length).color,
    });
  const label = method === "dial" ? `set point ${fmt(set_point(kappa), 2)}` : "";
  const shown = delays.map((v) => (v <= most ? v : NaN));
  panel.curve("path", TIMES, shown, { color: "var(--ink)", width: 2.6, label });
  panel.rule("now", { x: now }, { color: "var(--accent)", dash: "" });
}

function drawGrowth(panel, { mu, alpha }, { delays }, lead, now) {
  panel.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: FLOOR, to: TOP, type: "log", format: power, label: "predictor $β_j(s)$" },
  });
  const rows = TIMES.map((s, i) => weights(s, delays[i], mu, alpha));
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, mu.length);
    const beta = rows.map((row) => row[j] ** 2);
    const shown = beta.map((v) => (v >= FLOOR && v <= TOP ? v : NaN));
    panel.curve(`beta-${j}`, TIMES, shown, { color, dash, label: `$β_${j + 1}$` });
  });
  panel.rule("now", { x: now }, { color: "var(--accent)", dash: "" });
  panel.strip("leads", stretches(TIMES, lead, mu.length), "largest");
}

export default figure({
  panels: {
    radius: { ratio: 0.62, least: 300, most: 400, right: 24, alt: "radius against rescaled time" },
    map: { ratio: 0.62, least: 300, most: 400, right: 84, alt: "leader over rescaled time and delay, with the path" },
    growth: { ratio: 0.62, least: 300, most: 400, right: 40, left: 52, strip: 24, alt: "predictor against time" },
  },
  controls: ({ radii }) => [
    choice("method", {
      label: "radius",
      options: [
        { value: "dial", label: "the dial" },
        { value: "drawn", label: "drawn by hand" },
      ],
    }),
    slider("kappa", {
      label: "dial $κ$",
      low: 0.02,
      high: 1.2,
      landmarks: ({ mu }) => mu.map((m, j) => ({ at: 1 / (2 * m), label: `on $μ_${j + 1}$` })),
    }),
    player("time", { label: "rescaled time $s$", high: END, seconds: 8 }),
    slider("alpha", { label: "uniform start $α$", step: 0.01 }),
    ...radii.map((_, k) => slider(`radii.${k}`, { label: `$ρ$, piece ${k + 1}`, low: 0, high: 2, step: 0.02 })),
  ],
  draw({ radius, map, growth }, state, view) {
    const { method, kappa, radii, mu, alpha, time } = state;
    const run = view.memo("run", [method, kappa, radii, mu, alpha], () => schedule(state));
    const lead = leaders(
      TIMES,
      run.delays,
      mu,
      mu.map(() => alpha),
      1,
    );
    drawRadius(radius, state, run, time, view);
    drawMap(map, state, run, time, view);
    drawGrowth(growth, state, run, lead, time);
    const row = Math.round((time / END) * (TIMES.length - 1));
    const [T, j] = [run.delays[row], lead[row]];
    const at = TIMES[row];
    const walk = lead.filter((k, i, all) => i > 0 && k >= 0 && (i === 1 || k !== all[i - 1]));
    const aim = T > 0 ? `the favored size is ${fmt(at / (2 * T))}` : "there is no delay yet";
    const told = j < 0 ? "everything has collapsed" : `feature ${j + 1} leads; ${aim}`;
    view.say(`The leaders are ${walk.map((k) => k + 1).join(", ")}. At $s$ = ${fmt(at)} ${told}.`);
    const finite = T < Infinity;
    view.values(
      finite
        ? [["$T$", T], ["$ρ$", run.radius[row]], ...weights(at, T, mu, alpha).map((w, k) => [`$β_${k + 1}$`, w * w])]
        : [["largest", "collapsed"]],
    );
  },
});
