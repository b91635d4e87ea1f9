// The balanced l_2 flow of one example at depth three and more, in the clock of the largest score.
import { deep_equilibrium, layer_norm, linf_score, score_rate } from "./formulas.js";
import { rungeKutta } from "./runge_kutta.js";

const FAR = 20;
const GONE = 0.004;
const MOST_STEPS = 4000;

// The saddle with all features.
export const saddle = (mu, rho, depth) => mu.map((m) => deep_equilibrium(m, mu, rho, depth));

// Steps of (log w, s) until `visit(s, w)` returns true.
function march(mu, alpha, rho, depth, tolerance, visit) {
  const d = mu.length;
  const rate = (_, y) => {
    const w = y.slice(0, d).map(Math.exp);
    const scores = mu.map((m, j) => linf_score(m, w[j], 0, depth));
    const top = Math.max(...scores);
    const n = layer_norm(mu, w, depth) / top;
    return [...scores.map((z) => score_rate(z / top, n, rho, depth)), 1 / top];
  };
  let y = [...alpha.map(Math.log), 0];
  let h = 0.1;
  for (let count = 0; count < MOST_STEPS; count++) {
    if (visit(y[d], y.slice(0, d).map(Math.exp))) return;
    const whole = rungeKutta(rate, y, 0, h, 1);
    const halves = rungeKutta(rate, y, 0, h, 2);
    const off = halves.map((v, j) => (v - whole[j]) / 15);
    const error = Math.max(...off.slice(0, d).map(Math.abs));
    if (error <= tolerance) y = halves.map((v, j) => v + off[j]);
    h *= error > 0 ? Math.min(4, Math.max(0.2, 0.9 * (tolerance / error) ** 0.2 || 0.2)) : 4;
  }
}

// The path from w(0) = alpha, until a weight is far out or all are gone: { s, w, fate }.
export function deepPath(mu, alpha, rho, depth, tolerance = 1e-10) {
  const [s, w] = [[], []];
  let fate = "stays";
  march(mu, alpha, rho, depth, tolerance, (time, weights) => {
    s.push(time);
    w.push(weights);
    const top = Math.max(...weights);
    if (top > FAR * rho) fate = "escapes";
    else if (top < GONE * rho) fate = "collapses";
    return fate !== "stays";
  });
  return { s, w, fate };
}

// Does a balanced start escape? Even depth: the saddle and the length of the largest weight decide.
export function deepEscapes(mu, alpha, rho, depth, tolerance = 1e-10) {
  const ends = saddle(mu, rho, depth);
  let escapes = false;
  march(mu, alpha, rho, depth, tolerance, (_, w) => {
    escapes = w.every((v, j) => v > ends[j]) || Math.sqrt(depth) * Math.max(...w) > rho;
    return escapes || w.every((v, j) => v < ends[j]);
  });
  return escapes;
}

// The factor on a ray of balanced starts between collapse and escape; even depth.
export function deepThreshold(mu, ray, rho, depth, accuracy = 1e-9, tolerance = 1e-11) {
  const factors = saddle(mu, rho, depth).map((v, j) => v / ray[j]);
  let [low, high] = [Math.min(...factors), Math.max(...factors)];
  while (high - low > accuracy * high) {
    const middle = (low + high) / 2;
    const start = ray.map((a) => a * middle);
    if (deepEscapes(mu, start, rho, depth, tolerance)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
