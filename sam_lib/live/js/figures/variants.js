import { figure } from "../kit/figure.js";
import { slider, choice, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { stretches } from "../kit/leads.js";
import { fmt, power, range } from "../kit/numbers.js";
import { balanced_norm, relu_growth_rate } from "../maths/formulas.js";
import { l2Balanced } from "../maths/l2.js";
import { variantFlow, variantRates } from "../maths/variants.js";

const END = 12;
const TIMES = range(241, (i) => (i / 240) * END);

function drawVariants({ rates, growth }, { mu, alpha, rho, kind, time }, view) {
  const d = mu.length;
  const starts = mu.map(() => alpha);
  const path = view.memo("path", [mu, alpha, rho, kind], () => variantFlow(TIMES, mu, starts, rho, kind, 5));
  const plain = view.memo("plain", [mu, alpha, rho], () => l2Balanced(TIMES, mu, starts, rho, 1e-8));
  const now = path[Math.round((Math.min(time, END) / END) * 240)];
  const speed = variantRates(mu, now, rho, kind);
  const most = Math.max(...mu) * 1.2;
  rates.axes({
    x: { from: 0, to: most, label: "feature size $μ$" },
    y: { from: -0.1 * most, to: most, label: "growth rate of $w$, per unit of rescaled time" },
  });
  rates.rule("zero", { y: 0 }, { color: "var(--soft)", dash: "" });
  const xs = range(121, (i) => (i / 120) * most);
  rates.curve("gd", xs, xs, { color: "var(--gd)", dash: "2 3", width: 1.4, label: "GD" });
  if (kind === "ReLU") {
    const n = balanced_norm(mu, now.map(Math.exp));
    rates.curve(
      "rate",
      xs,
      xs.map((m) => relu_growth_rate(m, n, rho)),
      { color: "var(--ink)", label: "ReLU" },
    );
  }
  mu.forEach((m, j) => {
    rates.curve(`stem-${j}`, [m, m], [0, speed[j]], { ...coordinate(j, d), dash: "", width: 1.5 });
    rates.dot(`rate-${j}`, m, speed[j], { color: coordinate(j, d).color, r: 6.5 });
  });
  rates.below(
    "names",
    mu.map((x, j) => ({ x, label: `$μ_${j + 1}$`, color: coordinate(j, d).color })),
  );
  growth.axes({
    x: { from: 0, to: END, label: "rescaled time $s$" },
    y: { from: 1e-3, to: 1e6, type: "log", format: power, label: "predictor $β_j(s)$; thin: $ℓ_2$-SAM" },
  });
  mu.forEach((_, j) => {
    const { color, dash } = coordinate(j, d);
    growth.curve(
      `plain-${j}`,
      TIMES,
      plain.w.map((row) => row[j] ** 2 || NaN),
      { color, dash, width: 1, opacity: 0.65 },
    );
    growth.curve(
      `beta-${j}`,
      TIMES,
      path.map((row) => Math.exp(2 * row[j])),
      { color, dash, label: `$β_${j + 1}$` },
    );
  });
  growth.rule("now", { x: Math.min(time, END) }, { color: "var(--accent)", dash: "" });
  const lead = path.map((row) => row.reduce((best, v, j) => (v > row[best] + 1e-9 ? j : best), 0));
  growth.strip("leads", stretches(TIMES, lead, d), "largest");
  const moving = speed.map((r, j) => (r > 0 ? `$w_${j + 1}$` : "")).filter(Boolean);
  const grow = moving.length ? `${moving.join(", ")} grow${moving.length === 1 ? "s" : ""}` : "nothing moves";
  view.say(`At $s$ = ${fmt(time)} ${grow}; ${waiting(speed)}.`);
  view.values(now.map((v, j) => [`$β_${j + 1}$`, Math.exp(2 * v)]));
}

function waiting(speed) {
  const still = speed.map((r, j) => (r > 0 ? "" : `$w_${j + 1}$`)).filter(Boolean);
  return still.length ? `${still.join(", ")} ${still.length > 1 ? "wait" : "waits"}` : "no coordinate waits";
}

export default figure({
  panels: {
    rates: { ratio: 1, least: 310, most: 370, right: 58, strip: 24, alt: "growth rate against feature size" },
    growth: { ratio: 1, least: 310, most: 370, right: 30, strip: 24, left: 52, alt: "predictor against rescaled time" },
  },
  controls: [
    player("time", { label: "rescaled time $s$", seconds: 8, high: END }),
    choice("kind", { label: "variant" }),
    slider("alpha", { label: "scale $α$ of the uniform start", step: 0.005 }),
    slider("rho", { label: "radius $ρ$" }),
  ],
  draw: drawVariants,
});
