import { figure } from "../kit/figure.js";
import { slider, choice, player } from "../kit/controls.js";
import { optimizer } from "../kit/color.js";
import { column, fmt, range, roundUp } from "../kit/numbers.js";
import { logistic } from "../maths/descent.js";
import {
  balanced_margin,
  balanced_norm,
  equilibrium,
  growth_rate,
  l2_perturbed,
  plateau_loss,
  plateau_stay,
} from "../maths/formulas.js";
import { collapseThreshold, l2Balanced } from "../maths/l2.js";

const SIZE = 1.6;

// Everything about one start: its scale, the flow, both losses, GD's loss, and the predicted stay.
function solve({ ratio, rho, gap, side }, view) {
  const mu = [1, ratio];
  const threshold = rho * view.memo("threshold", [mu], () => collapseThreshold(mu, 1, 1e-12));
  const alpha = threshold * (1 + (side === "escape" ? 1 : -1) * 10 ** gap);
  const stay = plateau_stay(mu[0], alpha, threshold);
  const end = Math.min(30, Math.max(6, roundUp(stay + 5)));
  const at = (times) => l2Balanced(times, mu, [alpha, alpha], rho, 1e-12);
  return view.memo("all", [mu, rho, gap, side], () => {
    const times = range(301, (i) => (i / 300) * end);
    const { w } = l2Balanced(times, mu, [alpha, alpha], rho, 1e-11, true);
    const free = l2Balanced(times, mu, [alpha, alpha], 0, 1e-6, true);
    const losses = w.map((v) => lossesAt(v, mu, rho));
    const gd = free.w.map((v) => lossesAt(v, mu, 0).loss);
    return { mu, threshold, alpha, stay, end, at, times, w, losses, gd };
  });
}

function lossesAt(w, mu, rho) {
  const n = balanced_norm(mu, w);
  const there = w.map((v, j) => (n > 0 ? l2_perturbed(v, mu[j], rho, n, 2) : 0));
  return {
    loss: logistic(balanced_margin(mu, w, 2)),
    perturbed: n > 0 ? logistic(balanced_margin(mu, there, 2)) : NaN,
  };
}

function drawLoss(panel, { times, losses, gd, end, mu }, rho, now, here) {
  const level = plateau_loss(mu[0], rho);
  panel.axes({
    x: { from: 0, to: end, label: "rescaled time $s$" },
    y: { from: 0, to: 1, label: "loss" },
  });
  const near = times.filter((_, i) => Math.abs(losses[i].loss - level) < 0.02);
  if (near.length > 1)
    panel.area("stay", [near[0], near.at(-1), near.at(-1), near[0]], [0, 0, 1, 1], {
      color: "var(--faint)",
      opacity: 0.3,
    });
  panel.rule("plateau", { y: level }, { label: "saddle", at: "margin", color: "var(--soft)" });
  panel.rule("log2", { y: Math.LN2 }, { label: "log 2", at: "margin", color: "var(--soft)" });
  panel.curve("gd", times, gd, { ...optimizer("gd"), width: 1.6, label: "GD" });
  panel.curve(
    "perturbed",
    times,
    losses.map((l) => l.perturbed),
    { ...optimizer("l2"), dash: "2 3", width: 1.6, label: "at $ŵ$" },
  );
  panel.curve(
    "loss",
    times,
    losses.map((l) => l.loss),
    { ...optimizer("l2"), width: 2.6, label: optimizer("l2").name },
  );
  panel.rule("now", { x: now }, { color: "var(--accent)", dash: "", width: 1.6 });
  panel.dot("here", now, here.loss, { color: "var(--l2)", r: 5.5 });
  return near.length > 1 ? near.at(-1) - near[0] : 0;
}

function drawPlane(panel, { w, mu }, rho, place) {
  panel.axes({
    x: { from: 0, to: SIZE, label: "minor weight $w_1$" },
    y: { from: 0, to: SIZE, label: "major weight $w_2$" },
  });
  panel.field(
    "flow",
    (x, y) => {
      const n = balanced_norm(mu, [x, y]);
      return [x * growth_rate(mu[0], n, rho), y * growth_rate(mu[1], n, rho)];
    },
    { nx: 13, ny: 13 },
  );
  panel.curve("diagonal", [0, SIZE], [0, SIZE], { color: "var(--faint)", dash: "3 4", width: 1.2 });
  panel.curve("path", column(w, 0), column(w, 1), { ...optimizer("l2"), width: 2.6 });
  panel.cross("saddle", equilibrium(rho), 0, { color: "var(--ink)" });
  panel.note("saddle-name", equilibrium(rho), 0, "saddle $(ρ/√2) e_1$", { dy: -12, anchor: "middle" });
  panel.dot("here", ...place, { color: "var(--l2)", r: 5.5 });
}

export default figure({
  panels: {
    loss: { ratio: 0.95, least: 310, most: 370, right: 62, alt: "loss against rescaled time" },
    plane: { ratio: 0.95, least: 310, most: 370, right: 20, alt: "path in the plane of weights, past the saddle" },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 8, high: (state, view) => solve(state, view).end }),
    slider("gap", { label: "distance from the threshold, $|α/α_c−1|$", step: 0.05, format: (v) => fmt(10 ** v, 2) }),
    choice("side", {
      label: "start",
      options: [
        { value: "escape", label: "above $α_c$" },
        { value: "collapse", label: "below $α_c$" },
      ],
    }),
    slider("rho", { label: "radius $ρ$", low: 0.2 }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw({ loss, plane }, state, view) {
    const all = solve(state, view);
    const now = Math.min(state.time, all.end);
    const place = all.at([0, now]).w[1];
    const here = lossesAt(place, all.mu, state.rho);
    const measured = drawLoss(loss, all, state.rho, now, here);
    drawPlane(plane, all, state.rho, place);
    const fate = state.side === "escape" ? "then falls" : "then rises to log 2: all weights have collapsed to 0";
    const height = fmt(plateau_loss(1, state.rho));
    const longer = plateau_stay(all.mu[0], 1.1, 1) - plateau_stay(all.mu[0], 2, 1); // a tenth of the distance
    const waits = `The loss waits near the saddle's ${height} for ${fmt(measured)} units of rescaled time, ${fate}.`;
    if (measured > 0) view.say(waits);
    else
      view.say(`The loss does not rest near the saddle's ${height}: this start is too far from $α_c$ for a plateau.`);
    view.values([
      ["$α_c$", all.threshold],
      ["loss", here.loss],
      ["loss at $ŵ$", here.perturbed],
      ["saddle's loss", plateau_loss(1, state.rho)],
      ["predicted stay + O(1)", all.stay],
      ["longer, ten times nearer to $α_c$", longer],
    ]);
  },
});
