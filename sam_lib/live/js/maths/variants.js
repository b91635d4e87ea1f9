// The flows of two variants at depth 2, balanced, one example: log w at equally spaced times.
import { balanced_norm, relu_growth_rate, adaptive_growth_rate } from "./formulas.js";
import { rungeKutta } from "./runge_kutta.js";

// By `per` steps of Runge and Kutta in log w between two times.
export function variantFlow(times, mu, alpha, rho, kind, per = 8) {
  const rate = (_, logW) => variantRates(mu, logW, rho, kind);
  const path = [alpha.map(Math.log)];
  for (let i = 1; i < times.length; i++) path.push(rungeKutta(rate, path[i - 1], times[i - 1], times[i], per));
  return path;
}

// Growth rates w'/w of all coordinates.
export function variantRates(mu, logW, rho, kind) {
  if (kind === "ReLU") {
    const n = balanced_norm(mu, logW.map(Math.exp));
    return mu.map((m) => relu_growth_rate(m, n, rho));
  }
  return adaptiveShares(mu, logW).map((x, j) => adaptive_growth_rate(mu[j], x, rho));
}

// x = mu beta / |mu beta|, from logarithms.
export function adaptiveShares(mu, logW) {
  const logs = mu.map((m, j) => Math.log(m) + 2 * logW[j]);
  const top = Math.max(...logs);
  const size = Math.hypot(...logs.map((v) => Math.exp(v - top)));
  return logs.map((v) => Math.exp(v - top) / size);
}
