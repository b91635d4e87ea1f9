// The balanced l_p flow of one example at depth 2: the Bernoulli formula and its tolls.
import { lp_norm, lp_path, lp_toll_rate } from "./formulas.js";
import { rungeKutta } from "./runge_kutta.js";

const GONE = 1e-9;

// The exponent q of the dual norm, from 1/p.
export const dualExponent = (inverse) => 1 / (1 - inverse);

// From w(0) = alpha: { w, n, deaths, collapse } at increasing rescaled times, n the dual norm of the
// gradient. A coordinate dies when its bracket reaches 0 (Infinity: not by then).
export function lpBalanced(times, mu, alpha, rho, q, tolerance = 1e-12) {
  const weights = (s, toll) => mu.map((m, j) => lp_path(s, toll[j], m, alpha[j], rho, q));
  const norm = (s, toll) => lp_norm(mu, weights(s, toll), q);
  const rate = (s, toll) => {
    const n = norm(s, toll);
    return mu.map((m) => (n > 0 ? lp_toll_rate(s, m, n, q) : 0));
  };
  let [s, toll, h] = [0, mu.map(() => 0), 1e-3];
  const first = norm(s, toll);
  const deaths = mu.map(() => Infinity);
  const rows = [];
  let collapse = Infinity;
  for (const time of times) {
    while (s < time && collapse === Infinity) {
      const step = Math.min(h, time - s);
      const whole = rungeKutta(rate, toll, s, s + step, 1);
      const halves = rungeKutta(rate, toll, s, s + step, 2);
      const off = halves.map((v, j) => (v - whole[j]) / 15);
      const error = Math.max(...off.map((v, j) => Math.abs(v) / (1 + Math.abs(halves[j]))));
      if (!(error <= tolerance) && step > 1e-13) {
        h = step * Math.max(0.2, 0.9 * (tolerance / error) ** 0.2 || 0.2);
        continue;
      }
      s = step < h ? time : s + step;
      toll = halves.map((v, j) => v + off[j]);
      h = Math.max(h, step * Math.min(4, 0.9 * (tolerance / Math.max(error, 1e-30)) ** 0.2));
      const w = weights(s, toll);
      w.forEach((v, j) => (deaths[j] = v === 0 ? Math.min(deaths[j], s) : Infinity));
      if (!(norm(s, toll) > GONE * first)) collapse = s;
    }
    rows.push(collapse < Infinity ? mu.map(() => 0) : weights(s, toll));
  }
  return { w: rows, n: rows.map((row) => lp_norm(mu, row, q)), deaths, collapse };
}
