import { figure } from "../kit/figure.js";
import { slider, choice, player } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { fmt, percent, range } from "../kit/numbers.js";
import { samSteps } from "../maths/descent.js";
import { layer_norm, linf_score, score_rate, score_top } from "../maths/formulas.js";

const STEP = 0.005;
const STEPS = 3200;
const FAR = 30;

// The balanced path in small steps, until a layer is far out: { times, w, end }.
function balancedPath(mu, scale, rho, depth) {
  const marks = range(STEPS / 5 + 1, (k) => 5 * k);
  const start = mu.map(() => scale);
  const w = samSteps(start, [mu], { rho, p: 2, depth }, STEP, marks);
  const out = w.findIndex((v) => !(Math.max(...v) <= FAR) || Math.max(...v) < 0.01 * scale);
  const count = out < 0 ? w.length : w[out].every(Number.isFinite) ? out + 1 : out;
  return { w: w.slice(0, count), times: marks.slice(0, count).map((k) => k * STEP) };
}

export default figure({
  panels: {
    curve: { ratio: 0.8, least: 290, most: 380, alt: "growth rate against the score, with a dot for each coordinate" },
    shares: {
      ratio: 0.8,
      least: 290,
      most: 380,
      right: 40,
      alt: "share of each coordinate in the predictor against rescaled time",
    },
  },
  controls: [
    player("time", { label: "time, as part of the run", step: 0.005, format: percent }),
    slider("scale", { label: "start $α$, in every weight" }),
    choice("depth", { label: "depth $L$" }),
  ],
  draw({ curve, shares }, { mu, scale, rho, depth, time }, view) {
    const { times, w } = view.memo("path", [mu, scale, rho, depth], () => balancedPath(mu, scale, rho, depth));
    const d = mu.length;
    const now = Math.min(w.length - 1, Math.round(time * (w.length - 1)));
    const n = layer_norm(mu, w[now], depth);
    const scores = mu.map((m, j) => linf_score(m, w[now][j], 0, depth));
    const top = score_top(n, rho, depth);
    const widest = 1.15 * Math.max(...scores);
    const zs = range(161, (k) => (k * widest) / 160);
    const rates = zs.map((z) => score_rate(z, n, rho, depth));
    const dots = scores.map((z) => score_rate(z, n, rho, depth));
    const high = 1.2 * Math.max(...rates, ...dots, 1e-9);
    curve.axes({
      x: { from: 0, to: widest, label: "score $ξ_j$ = $μ_jw_j^{L−2}$" },
      y: {
        from: Math.max(Math.min(0, 1.2 * Math.min(...dots)), -3 * high),
        to: high,
        label: "growth rate $w_j$′$/w_j$, rescaled clock",
      },
    });
    curve.rule("zero", { y: 0 }, { dash: "" });
    curve.rule("top", { x: top }, { label: "fastest", dash: "5 4", color: "var(--ink)" });
    curve.curve("rate", zs, rates, { color: "var(--soft)" });
    scores.forEach((z, j) => curve.dot(`dot-${j}`, z, dots[j], { color: coordinate(j, d).color, r: 7 }));

    const end = times.at(-1);
    shares.axes({
      x: { from: 0, to: end, label: "rescaled time $s$" },
      y: { from: 0, to: 1, label: "share of $β_j$ in the predictor" },
    });
    mu.forEach((_, j) => {
      const share = w.map((v) => Math.abs(v[j]) ** depth / (v.reduce((t, x) => t + Math.abs(x) ** depth, 0) || 1));
      shares.curve(`share-${j}`, times, share, { ...coordinate(j, d), label: `$β_${j + 1}$` });
    });
    shares.rule("now", { x: times[now] }, { color: "var(--accent)", dash: "" });
    const best = dots.indexOf(Math.max(...dots)) + 1;
    const lead = w[now].indexOf(Math.max(...w[now])) + 1;
    const leader = now ? `coordinate ${lead} leads` : "all are level";
    const grows = `scores near ${fmt(top)} grow fastest among those up to $N/ρ$; coordinate ${best} grows most`;
    view.say(`At $s$ = ${fmt(times[now])} ${grows}, and ${leader}.`);
    view.values([["$n$", n], ["fastest score", top], ...w[now].map((v, j) => [`$w_${j + 1}$`, v])]);
  },
});
