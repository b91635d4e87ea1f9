// The flows of two variants at depth 2, balanced, one example: log w at equally spaced times.
import { balanced_norm, relu_growth_rate, adaptive_growth_rate } from "./formulas.js";

// Fourth-order Runge-Kutta in log w, `per` steps between two times.
export function variantFlow(times, mu, alpha, rho, kind, per = 8) {
  let now = alpha.map(Math.log);
  const path = [now];
  for (let i = 1; i < times.length; i++) {
    const h = (times[i] - times[i - 1]) / per;
    for (let k = 0; k < per; k++) {
      const a = variantRates(mu, now, rho, kind);
      const b = variantRates(
        mu,
        now.map((v, j) => v + (h / 2) * a[j]),
        rho,
        kind,
      );
      const c = variantRates(
        mu,
        now.map((v, j) => v + (h / 2) * b[j]),
        rho,
        kind,
      );
      const d = variantRates(
        mu,
        now.map((v, j) => v + h * c[j]),
        rho,
        kind,
      );
      now = now.map((v, j) => v + (h / 6) * (a[j] + 2 * b[j] + 2 * c[j] + d[j]));
    }
    path.push(now);
  }
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
