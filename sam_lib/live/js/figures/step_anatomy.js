import { figure } from "../kit/figure.js";
import { slider, choice } from "../kit/controls.js";
import { OPTIMIZERS, coordinate, optimizer, gray, isDark } from "../kit/color.js";
import { fmt, range } from "../kit/numbers.js";
import { logistic } from "../maths/descent.js";
import { balanced_margin, layer_gradient, layer_norm, l2_perturbed, linf_perturbed } from "../maths/formulas.js";

const CELLS = 110;
const BANDS = 12;
const LOW = -1.15;
const HIGH = 2.25;

// The point at which the gradient of the step is taken.
function perturbed(w, mu, { rho, method, depth }) {
  if (method === "linf") return w.map((v) => linf_perturbed(v, rho, depth));
  const n = layer_norm(mu, w, depth);
  if (method === "gd" || n === 0) return w;
  return w.map((v, j) => l2_perturbed(v, mu[j], rho, n, depth));
}

const velocity = (w, mu, depth) => w.map((v, j) => layer_gradient(v, mu[j], depth));
const move = (w, v, far) => w.map((x, j) => x + far * v[j]);

// The ball around w, cut by the plane of equal layers: each layer uses up a part of the radius.
function ball(w, { rho, method, depth }) {
  const reach = method === "l2" ? rho / Math.sqrt(depth) : rho;
  const round = range(73, (k) => [Math.cos((k * Math.PI) / 36), Math.sin((k * Math.PI) / 36)]);
  const turn =
    method === "l2"
      ? round
      : [
          [1, 1],
          [-1, 1],
          [-1, -1],
          [1, -1],
          [1, 1],
        ];
  return [0, 1].map((axis) => turn.map((corner) => w[axis] + reach * corner[axis]));
}

function drawPlane(panel, mu, state, hat, view) {
  const { w, rho, method, depth, eta, steps } = state;
  const { left, right, top, bottom } = panel.box;
  const wide = ((HIGH - LOW) * (right - left)) / (bottom - top);
  const from = LOW - (wide - (HIGH - LOW)) / 2;
  panel.axes({
    x: { from, to: from + wide, label: "layer weight $w_1$ (minor)" },
    y: { from: LOW, to: HIGH, label: "layer weight $w_2$ (major); shaded: large loss" },
  });
  const rows = Math.round((CELLS * (HIGH - LOW)) / wide);
  panel.heat(`${mu}|${depth}|${isDark()}`, CELLS, rows, (i, k) => {
    const at = [from + ((i + 0.5) / CELLS) * wide, LOW + ((k + 0.5) / rows) * (HIGH - LOW)];
    const loss = logistic(balanced_margin(mu, at, depth));
    return gray(0.42 * Math.min(1, Math.round(BANDS * (loss / 1.8)) / BANDS));
  });
  panel.rule("zero-x", { x: 0 }, { color: "var(--soft)", dash: "", width: 1 });
  panel.rule("zero-y", { y: 0 }, { color: "var(--soft)", dash: "", width: 1 });
  const { color } = optimizer(method);
  const ascends = method !== "gd" && rho > 0;
  if (ascends) {
    panel.curve("ball", ...ball(w, state), { color, width: 1.6, dash: "5 3" });
    panel.arrow("ascent", ...w, ...hat, { color: "var(--ink)", dash: "3 3" });
    panel.arrow("gd", ...w, ...move(w, velocity(w, mu, depth), 1), { color: "var(--gd)", width: 2.4 });
  }
  panel.arrow("step", ...w, ...move(w, velocity(hat, mu, depth), 1), { color, width: 3.6, head: 11 });
  let at = w;
  for (let k = 0; k < Math.round(steps); k++) {
    at = move(at, velocity(perturbed(at, mu, state), mu, depth), eta);
    if (!at.every((x) => Math.abs(x) < 10)) break;
    panel.dot(`trail-${k}`, ...at, { color, r: 2.4 });
  }
  if (ascends) {
    panel.dot("hat", ...hat, { color: "var(--ink)", hollow: true });
    panel.note("hat-name", ...hat, "$ŵ$", { dx: -8, dy: 16, anchor: "end" });
  }
  panel.handle("point", {
    x: w[0],
    y: w[1],
    color,
    limits: { x: [0.02, 2], y: [0.02, 2] },
    label: "the point w",
    text: `w 1 = ${fmt(w[0])}, w 2 = ${fmt(w[1])}`,
    move: (x, y) => view.set({ w: [x, y] }),
  });
}

function drawBars(panel, before, after, method) {
  const most = Math.max(...before, ...after.map(Math.abs));
  const top = Math.max(0.5, 2 ** Math.ceil(Math.log2(most)));
  panel.axes({
    x: {
      from: 0.4,
      to: 2.6,
      label: "feature",
      ticks: [
        [1, "1 (minor)"],
        [2, "2 (major)"],
      ],
    },
    y: { from: -top, to: top, label: "velocity of $w_j$ in the rescaled clock" },
  });
  panel.rule("zero", { y: 0 }, { color: "var(--soft)", dash: "", width: 1 });
  const aside = method === "gd" ? 0 : 0.18;
  panel.bars("gd", [1 - aside, 2 - aside], before, { colors: ["var(--gd)", "var(--gd)"], width: 22 });
  before.forEach((v, j) =>
    panel.note(`gd-${j}-name`, j + 1 - aside, v, "GD", { dy: -5, anchor: "middle", color: "var(--gd)" }),
  );
  if (method === "gd") return;
  panel.bars("sam", [1.18, 2.18], after, { colors: [0, 1].map((j) => coordinate(j, 2).color), width: 22 });
  after.forEach((v, j) =>
    panel.note(`sam-${j}-name`, j + 1.18, v, "SAM", {
      dy: v < 0 ? 15 : -5,
      anchor: "middle",
      color: coordinate(j, 2).color,
    }),
  );
}

function fates([minor, major]) {
  const fate = (x) => (Math.abs(x) < 1e-12 ? "rests" : x > 0 ? "grows" : "shrinks");
  if (minor > 0 && major > 0) {
    const lead =
      Math.abs(minor - major) < 1e-12 ? "equally fast" : `the ${minor > major ? "minor" : "major"} one faster`;
    return `Both features grow, ${lead}.`;
  }
  if (minor < 0 && major < 0) return "Both features shrink.";
  return `The minor feature ${fate(minor)}, the major one ${fate(major)}.`;
}

export default figure({
  panels: {
    plane: {
      ratio: 0.95,
      least: 310,
      most: 400,
      right: 12,
      alt: "the loss over the two layer weights, with the parts of one step",
    },
    bars: { ratio: 0.95, least: 240, most: 400, alt: "velocity of each feature under GD and SAM" },
  },
  controls: [
    choice("method", {
      label: "ascent step",
      options: OPTIMIZERS.map((value) => ({ value, label: optimizer(value).name })),
    }),
    choice("depth", { label: "depth $L$" }),
    slider("rho", { label: "radius $ρ$" }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
    slider("eta", { label: "step size $η$", step: 0.02 }),
    slider("steps", { label: "steps to follow", step: 1 }),
  ],
  draw({ plane, bars }, state, view) {
    const { w, ratio, method, depth } = state;
    const mu = [1, ratio];
    const hat = perturbed(w, mu, state);
    const [before, after] = [velocity(w, mu, depth), velocity(hat, mu, depth)];
    drawPlane(plane, mu, state, hat, view);
    drawBars(bars, before, after, method);
    view.say(`${optimizer(method).name} takes the gradient at $ŵ$ = (${fmt(hat[0])}, ${fmt(hat[1])}). ${fates(after)}`);
    view.values([
      ["$w_1$", w[0]],
      ["$w_2$", w[1]],
      ["$ŵ_1$", hat[0]],
      ["$ŵ_2$", hat[1]],
      ["velocity of $w_1$", after[0]],
      ["velocity of $w_2$", after[1]],
    ]);
  },
});
