// Unnormalized SAM from a balanced start, depth 2, one example: tau' = -l'(m) takes the place of 1/n.
import { balanced_margin, clock_rate, l2_log_gain } from "./formulas.js";

// tau at increasing rescaled times, by steps of Runge and Kutta of at most the given length.
export function rawClock(times, mu, alpha, rho, longest = 0.004) {
  const slope = (s, tau) => {
    const w = mu.map((m, j) => alpha[j] * Math.exp(l2_log_gain(s, tau, m, rho)));
    return 1 / clock_rate(balanced_margin(mu, w, 2));
  };
  let [s, tau] = [0, 0];
  return times.map((time) => {
    const steps = Math.ceil((time - s) / longest);
    const h = (time - s) / steps;
    for (let i = 0; i < steps; i++) {
      const a = slope(s, tau);
      const b = slope(s + h / 2, tau + (h / 2) * a);
      const c = slope(s + h / 2, tau + (h / 2) * b);
      const d = slope(s + h, tau + h * c);
      tau += (h / 6) * (a + 2 * b + 2 * c + d);
      s += h;
    }
    s = time;
    return tau;
  });
}
