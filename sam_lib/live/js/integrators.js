// Two integrators: the scalar reduction of the l_2 flow (depth 2, one example), and discrete steps.
import { l2_p, l2_q, l2_norm } from "./formulas.js";

// Dormand and Prince, order 5 with an error estimate of order 4.
const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const TINY = 1e-14;

// The clock tau(s) of the l_2 flow at increasing rescaled times: tau' = 1/n, tau(0) = 0.
// Integrated in u with du = ds + dtau, in which the collapse n -> 0 is an ordinary place.
// Returns { tau, collapse }: tau at each time (Infinity from the collapse on), and when that is.
export function l2Clock(times, mu, p0, q0, rho, tolerance = 1e-12) {
  const tau = new Array(times.length).fill(Infinity);
  const d = mu.length;
  const p = new Array(d);
  const q = new Array(d);
  const norm = (s, t) => {
    for (let j = 0; j < d; j++) {
      p[j] = l2_p(s, t, mu[j], rho, p0[j]);
      q[j] = l2_q(s, t, mu[j], rho, q0[j]);
    }
    return l2_norm(mu, p, q);
  };
  const start = norm(0, 0);
  const end = times[times.length - 1] ?? 0;
  const slopes = NODES.map(() => [0, 0]);
  let error = 0;
  // One step of length h from (s, t); leaves an error estimate behind.
  const step = (s, t, h) => {
    let ds = 0;
    let dt = 0;
    for (let i = 0; i < 7; i++) {
      ds = dt = 0;
      for (let k = 0; k < i; k++) {
        ds += STAGES[i][k] * slopes[k][0];
        dt += STAGES[i][k] * slopes[k][1];
      }
      const n = norm(s + h * ds, t + h * dt);
      slopes[i][0] = n === Infinity ? 1 : n / (1 + n);
      slopes[i][1] = 1 / (1 + n);
    }
    error = 0;
    for (let k = 0; k < 7; k++) error += ERROR[k] * slopes[k][1];
    error = Math.abs(h * error);
    return [s + h * ds, t + h * dt];
  };
  let [s, t, h, i] = [0, 0, 0.05, 0];
  let n = start;
  while (i < times.length && times[i] === 0) tau[i++] = 0;
  while (i < times.length && s < end) {
    if (n <= TINY * start) break;
    const [s1, t1] = step(s, t, h);
    const allowed = tolerance * Math.max(1, Math.abs(t1));
    if (!(error <= allowed)) {
      h *= Math.max(0.2, 0.9 * (allowed / error) ** 0.2);
      continue;
    }
    const grow = Math.min(4, 0.9 * (allowed / Math.max(error, 1e-30)) ** 0.2);
    for (; i < times.length && times[i] <= s1; i++) tau[i] = reach(times[i], s, t, h, step, norm);
    [s, t] = [s1, t1];
    n = norm(s, t);
    h *= grow;
  }
  return { tau, collapse: i < times.length && n <= TINY * start ? s : Infinity };
}

// tau at rescaled time `time`, which lies within the step of length h from (s, t).
function reach(time, s, t, h, step, norm) {
  let part = h / 2;
  let place = [s, t];
  for (let k = 0; k < 60; k++) {
    place = step(s, t, part);
    const n = norm(...place);
    const off = (place[0] - time) / (n / (1 + n));
    if (!Number.isFinite(off)) break;
    part = Math.min(h, Math.max(0, part - off));
    if (Math.abs(off) <= 4e-16 * h) break;
  }
  return place[1] + (time - place[0]) / norm(...place);
}

// The balanced l_2 flow at depth 2 from w(0) = alpha: { tau, w, n, collapse } at the given times.
export function l2Balanced(times, mu, alpha, rho, tolerance) {
  const p0 = alpha.map((a) => 2 * a);
  const q0 = alpha.map(() => 0);
  const { tau, collapse } = l2Clock(times, mu, p0, q0, rho, tolerance);
  const w = times.map((s, i) => mu.map((m, j) => (tau[i] === Infinity ? 0 : l2_p(s, tau[i], m, rho, p0[j]) / 2)));
  const n = w.map((row) => l2_norm(mu, row.map((v) => 2 * v), q0));
  return { tau, w, n, collapse };
}
