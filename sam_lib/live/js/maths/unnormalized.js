// Unnormalized SAM from a balanced start, depth 2, one example: tau' = -l'(m) takes the place of 1/n.
import { balanced_margin, clock_rate, l2_log_gain } from "./formulas.js";
import { rungeKutta } from "./runge_kutta.js";

// tau at increasing rescaled times, by steps of at most the given length.
export function rawClock(times, mu, alpha, rho, longest = 0.004) {
  const slope = (s, [tau]) => {
    const w = mu.map((m, j) => alpha[j] * Math.exp(l2_log_gain(s, tau, m, rho)));
    return [1 / clock_rate(balanced_margin(mu, w, 2))];
  };
  let [s, tau] = [0, [0]];
  return times.map((time) => {
    tau = rungeKutta(slope, tau, s, time, Math.ceil((time - s) / longest));
    s = time;
    return tau[0];
  });
}
