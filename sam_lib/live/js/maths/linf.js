// The balanced l_inf flow of one example, coordinate by coordinate, from the generated formulas.
import { linf_path, linf_zero_time, linf_blow_up_time, linf_score } from "./formulas.js";

// One coordinate: when it reaches 0, when it blows up, and where it is at rescaled time s.
export function linfCoordinate(mu, alpha, rho, depth) {
  const zero = linf_zero_time(mu, alpha, rho, depth);
  const blowUp = linf_blow_up_time(mu, alpha, rho, depth);
  return { zero, blowUp, at: (s) => linf_path(s, mu, alpha, rho, depth, zero, blowUp) };
}

// Times at which a curve looks smooth: an even grid up to `end`, the corner, and close to blow-up.
export function curveTimes({ zero, blowUp }, end, count = 120) {
  const times = [];
  for (let i = 0; i <= count; i++) times.push((i / count) * Math.min(end, blowUp * (1 - 1e-9)));
  if (zero < end) times.push(zero);
  if (blowUp < end) for (let k = 1; k < 9; k++) times.push(blowUp * (1 - 0.5 * 4 ** -k));
  return times.sort((a, b) => a - b);
}

// Corollary 3.5: the coordinate that wins, -1 if none is above the gate, null at a tie.
export function linfWinner(mu, alpha, rho, depth) {
  let best = -1;
  let top = -Infinity;
  for (let j = 0; j < mu.length; j++) {
    if (!(alpha[j] > rho)) continue;
    const score = linf_score(mu[j], alpha[j], rho, depth);
    if (score === top) best = null;
    if (score > top) [best, top] = [j, score];
  }
  return best;
}
