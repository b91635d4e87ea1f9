import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { column, fmt, power, range } from "../kit/numbers.js";
import { lp_velocity } from "../maths/formulas.js";
import { dualExponent, lpBalanced } from "../maths/lp.js";

const END = 4;
const [LEAST, MOST] = [5e-3, 1e3];
const TIMES = range(201, (i) => (i / 200) * END);
const SIZES = range(121, (i) => LEAST * (10 / LEAST) ** (i / 120));
const [LOW, HIGH] = [-4, 4];

const order = (inverse) => (inverse === 0 ? "∞" : fmt(1 / inverse));

// What the path did within the figure.
function fate({ w, deaths, collapse }) {
  if (collapse < Infinity) return `Everything collapses at $s$ = ${fmt(collapse)}.`;
  const last = w.at(-1);
  const lead = last.indexOf(Math.max(...last));
  const dead = deaths.flatMap((s, j) => (s < Infinity ? [`Feature ${j + 1} dies at $s$ = ${fmt(s)}. `] : []));
  return `${dead.join("") || "No feature has died. "}At $s$ = ${END} feature ${lead + 1} leads.`;
}

function drawNorms({ paths, rates }, { inverse, alpha, ratio, rho, time }, view) {
  const [mu, q] = [[1, ratio], dualExponent(inverse)];
  const run = view.memo("run", { mu, q, alpha, rho }, () => lpBalanced(TIMES, mu, alpha, rho, q, 1e-8));
  const now = lpBalanced([time], mu, alpha, rho, q, 1e-9);
  const [w, n] = [now.w[0], now.n[0]];
  const weight = { from: LEAST, type: "log", format: power };
  const inside = (x) => (x >= LEAST && x <= MOST ? x : NaN);

  paths.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { ...weight, to: MOST, label: "layer weight $w_j(s)$" },
  });
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, 2);
    paths.curve(`w-${j}`, TIMES, column(run.w, j).map(inside), { color, dash, width: 2.4, label: `$w_${j + 1}$` });
    if (inside(w[j])) paths.dot(`now-${j}`, time, w[j], { color, r: 4.5 });
  });
  paths.rule("now", { x: time }, { color: "var(--accent)", dash: "" });
  alpha.forEach((a, j) =>
    paths.handle(`start-${j}`, {
      x: 0,
      y: a,
      axis: "y",
      color: coordinate(j, 2).color,
      limits: { y: [0.02, 2] },
      label: `start of feature ${j + 1}`,
      text: `alpha ${j + 1} = ${fmt(a)}`,
      move: (_, y) => view.setPath(`alpha.${j}`, y),
    }),
  );

  rates.axes({
    x: { ...weight, to: 10, label: "layer weight $w_j$" },
    y: { from: LOW, to: HIGH, label: "growth rate $w_j'/w_j$, per unit of $s$" },
  });
  rates.rule("zero", { y: 0 }, { color: "var(--soft)", dash: "2 3" });
  const rate = (size, j) => lp_velocity(size, mu[j], n, rho, q) / size;
  const seen = (value) => (value >= LOW && value <= HIGH ? value : NaN);
  if (n > 0) {
    mu.forEach((_, j) => {
      const { color, dash } = coordinate(j, 2);
      const values = SIZES.map((size) => seen(rate(size, j)));
      rates.curve(`rate-${j}`, SIZES, values, { color, dash, width: 2.4, label: `$μ_${j + 1}$` });
      if (w[j] >= LEAST && w[j] <= 10 && seen(rate(w[j], j)))
        rates.dot(`now-${j}`, w[j], rate(w[j], j), { color, r: 5 });
    });
  }
  view.say(`$p$ = ${order(inverse)}, $q$ = ${fmt(q)}. ${fate(run)}`);
  view.values([
    ["$w_1$", w[0]],
    ["$w_2$", w[1]],
    ["$G$", n],
  ]);
}

export default figure({
  panels: {
    paths: { ratio: 1, least: 300, most: 360, right: 26, left: 46, alt: "two weights against rescaled time" },
    rates: { ratio: 1, least: 300, most: 360, right: 26, left: 46, alt: "growth rates against the weight" },
  },
  controls: [
    slider("inverse", {
      label: "$1/p$",
      format: (v) => `${fmt(v)}, p = ${order(v)}`,
      landmarks: () => [
        { at: 0, label: "$p$ = ∞" },
        { at: 0.5, label: "$p$ = 2" },
      ],
    }),
    player("time", { label: "rescaled time $s$", seconds: 8 }),
    slider("rho", { label: "radius $ρ$", step: 0.02 }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw: drawNorms,
});
