import { figure } from "../kit/figure.js";
import { slider, choice, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { column, fmt, percent, power, range, roundUp } from "../kit/numbers.js";
import { clock_rate } from "../maths/formulas.js";
import { linfFlow, originalClock, originalTime, rescaledTime } from "../maths/clock.js";
import { curveTimes } from "../maths/linf.js";

const EARLY = 0.01;
const LATE = 1e12;
const HEIGHT = 4;
const POWERS = range(8, (k) => EARLY * 100 ** k);

// Everything about a start: its flow, its table of the two clocks, and how far both are shown.
function study(mu, alpha, rho, depth) {
  const flow = linfFlow(mu, alpha, rho, depth);
  const quiet = Math.max(4, ...flow.events.map((event) => 1.3 * event));
  const rising = alpha.some((a) => a > rho);
  const table = originalClock(flow, rising ? Infinity : quiet, LATE);
  const reach = rising ? rescaledTime(flow, table, LATE) : quiet;
  const forever = rising ? roundUp(1.12 * reach) : quiet;
  return { flow, table, reach, shown: flow.end < Infinity ? 1.15 * flow.end : forever };
}

const timeAxis = (rescaled, shown) =>
  rescaled
    ? { from: 0, to: shown, label: "rescaled time $s$" }
    : {
        from: EARLY,
        to: LATE,
        type: "log",
        label: "original time $t$",
        ticks: POWERS.map((v) => [v, power(v)]),
      };

function drawWeights(panel, { alpha, rho, clock }, { flow, table, reach, shown }, moment, view) {
  const rescaled = clock === "rescaled";
  panel.axes({ x: timeAxis(rescaled, shown), y: { from: 0, to: HEIGHT, label: "layer weight $w_j$" } });
  if (rescaled) {
    const last = Math.min(shown, flow.end);
    panel.area("late", [reach, last, last, reach], [0, 0, HEIGHT, HEIGHT], { color: "var(--faint)", opacity: 0.4 });
    if (last - reach > 0.18 * shown)
      panel.note("late-name", (reach + last) / 2, 0.12, `$t$ > ${power(LATE)}`, {
        anchor: "middle",
        color: "var(--soft)",
      });
  }
  const x = (s) => (rescaled ? s : Math.max(EARLY, originalTime(flow, table, s)));
  if (rescaled && flow.end < Infinity)
    panel.rule("end", { x: flow.end }, { label: "$S$", color: "var(--ink)", dash: "2 3" });
  panel.rule("rho", { y: rho }, { label: "$ρ$", at: "inside", color: "var(--ink)", dash: "" });
  flow.flows.forEach((one, j) => {
    const { color, dash } = coordinate(j, alpha.length);
    const times = rescaled ? curveTimes(one, Math.min(shown, flow.end * (1 - 1e-9))) : table.s;
    panel.curve(`w-${j}`, times.map(x), times.map(one.at), { color, dash, label: `$w_${j + 1}$` });
    if (reach > 0)
      range(11).forEach((k) =>
        panel.dot(`beat-${j}-${k}`, x((k * reach) / 10), one.at((k * reach) / 10), { color, r: 2.8 }),
      );
    panel.dot(`now-${j}`, x(moment.s), one.at(moment.s), { color, r: 6 });
  });
  panel.rule("now", { x: x(moment.s) }, { color: "var(--accent)", dash: "" });
  alpha.forEach((a, j) =>
    panel.handle(`start-${j}`, {
      x: rescaled ? 0 : EARLY,
      y: a,
      axis: "y",
      color: coordinate(j, alpha.length).color,
      limits: { y: [0.02, 2.5] },
      label: `start of coordinate ${j + 1}`,
      text: `alpha ${j + 1} = ${fmt(a)}`,
      move: (_, y) => view.setPath(`alpha.${j}`, y),
    }),
  );
}

function drawClocks(panel, { clock }, { flow, table, shown }, moment) {
  const [time, other] = [timeAxis(true, shown), timeAxis(false)];
  const rescaled = clock === "rescaled";
  panel.axes(rescaled ? { x: time, y: other } : { x: other, y: time });
  const point = (s, t) => (rescaled ? [s, Math.max(t, EARLY)] : [Math.max(t, EARLY), s]);
  if (flow.end < Infinity)
    panel.rule(
      "end",
      { [rescaled ? "x" : "y"]: flow.end },
      { label: "$S$", at: "inside", color: "var(--ink)", dash: "2 3" },
    );
  const points = table.s.map((s, i) => point(s, table.t[i])).slice(1);
  panel.curve("clock", column(points, 0), column(points, 1), { color: "var(--accent)" });
  const now = point(moment.s, moment.t);
  panel.rule("now", { x: now[0] }, { color: "var(--accent)", dash: "" });
  panel.dot("now-clock", ...now, { color: "var(--accent)", r: 6 });
}

export default figure({
  panels: {
    weights: { ratio: 0.85, least: 290, most: 380, right: 30, alt: "layer weights against time" },
    clocks: { ratio: 0.85, least: 290, most: 380, left: 52, right: 20, alt: "one clock against the other" },
  },
  controls: [
    player("progress", {
      label: "the moment, in equal steps of $s$",
      seconds: 10,
      format: percent,
    }),
    choice("clock", {
      label: "time axis",
      options: [
        { value: "rescaled", label: "rescaled $s$" },
        { value: "original", label: "original $t$" },
      ],
    }),
    choice("depth", { label: "depth $L$" }),
    slider("rho", {
      label: "radius $ρ$",
      landmarks: ({ alpha }) => alpha.map((at, j) => ({ at, label: `$α_${j + 1}$` })),
    }),
  ],
  draw({ weights, clocks }, state, view) {
    const { mu, alpha, rho, depth, progress } = state;
    const all = view.memo("study", [mu, alpha, rho, depth], () => study(mu, alpha, rho, depth));
    const s = progress * all.reach;
    const moment = { s, t: originalTime(all.flow, all.table, s), margin: all.flow.margin(s) };
    drawWeights(weights, state, all, moment, view);
    drawClocks(clocks, state, all, moment);
    const end = all.flow.end;
    const last =
      end < Infinity
        ? `The blow-up at $S$ = ${fmt(end)} is $t$ = ∞; at $t$ = ${power(LATE)} the clock $s$ shows ${fmt(all.reach)}.`
        : "No blow-up: both clocks run forever.";
    const rate = fmt(clock_rate(moment.margin));
    view.say(
      `At $s$ = ${fmt(s)} the original clock shows $t$ = ${fmt(moment.t)} and runs ${rate} times as fast. ${last}`,
    );
    view.values([
      ["$s$", s],
      ["$t$", moment.t],
      ["perturbed margin", moment.margin],
      ...all.flow.w(s).map((v, j) => [`$w_${j + 1}$`, v]),
    ]);
  },
});
