// The l_2 flow of one example at depth 2, from its scalar reduction.
import {
  balanced_norm,
  l2_p,
  l2_q,
  l2_norm,
  l2_log_gain,
  growth_rate,
  collapse_bound,
  rewind_scale,
} from "./formulas.js";

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

// The flow of tau for one start, as steps in u with du = ds + dtau: in this clock the collapse
// n -> 0 is an ordinary place. `visit` sees every accepted step and ends the march by true.
function march({ mu, p0, q0, rho }, tolerance, visit) {
  const d = mu.length;
  const p = new Array(d);
  const q = new Array(d);
  const norm = (s, t) => {
    for (let j = 0; j < d; j++) {
      p[j] = l2_p(s, t, mu[j], rho, p0[j]);
      q[j] = q0[j] === 0 ? 0 : l2_q(s, t, mu[j], rho, q0[j]);
    }
    return l2_norm(mu, p, q);
  };
  const slopes = NODES.map(() => [0, 0]);
  let error = 0;
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
  let [s, t, h] = [0, 0, 0.05];
  let n = norm(0, 0);
  for (let count = 0; count < 100000; count++) {
    const [s1, t1] = step(s, t, h);
    const allowed = tolerance * Math.max(1, Math.abs(t1));
    if (!(error <= allowed)) {
      h *= Math.max(0.2, 0.9 * (allowed / error) ** 0.2);
      continue;
    }
    const grow = Math.min(4, 0.9 * (allowed / Math.max(error, 1e-30)) ** 0.2);
    const n1 = norm(s1, t1);
    if (visit({ s, t, n, s1, t1, n1, h, p, q, step, norm })) return;
    [s, t, n] = [s1, t1, n1];
    h *= grow;
  }
}

// The clock tau(s) of the l_2 flow at increasing rescaled times: tau' = 1/n, tau(0) = 0.
// Returns { tau, collapse }: tau at each time (Infinity from the collapse on), and when that is.
// `quick` interpolates inside a step, for pictures.
export function l2Clock(times, start, tolerance = 1e-13, quick = false) {
  const tau = new Array(times.length).fill(Infinity);
  let collapse = Infinity;
  let i = 0;
  let first = 0;
  while (i < times.length && times[i] === 0) tau[i++] = 0;
  if (i === times.length) return { tau, collapse };
  march(start, tolerance, (step) => {
    first ||= step.n;
    const inside = quick ? interpolate : reach;
    for (; i < times.length && times[i] <= step.s1; i++) tau[i] = inside(times[i], step);
    if (i < times.length && step.n1 <= TINY * first) collapse = step.s1;
    return i === times.length || collapse < Infinity;
  });
  return { tau, collapse };
}

// tau at a time within the step from (s, t): Newton on the length of the step.
function reach(time, { s, t, h, s1, step, norm }) {
  let part = (h * (time - s)) / (s1 - s);
  let place = [s, t];
  for (let k = 0; k < 60; k++) {
    place = step(s, t, part);
    const n = norm(...place);
    const off = (place[0] - time) / (n / (1 + n));
    if (!Number.isFinite(off)) break;
    part = Math.min(h, Math.max(0, part - off));
    if (Math.abs(off) <= 1e-14 * h) break;
  }
  return place[1] + (time - place[0]) / norm(...place);
}

// The same by a cubic that has the slopes 1/n at both ends.
function interpolate(time, { s, t, n, s1, t1, n1 }) {
  const [width, x] = [s1 - s, (time - s) / (s1 - s)];
  const [rise, a, b] = [t1 - t, width / n, width / n1];
  return t + x * (a + x * (3 * rise - 2 * a - b + x * (a + b - 2 * rise)));
}

// A start with equal layers alpha.
export function balancedStart(mu, alpha, rho) {
  return { mu, rho, p0: alpha.map((a) => 2 * a), q0: alpha.map(() => 0) };
}

// The balanced l_2 flow at depth 2 from w(0) = alpha: { tau, w, n, collapse } at the given times.
export function l2Balanced(times, mu, alpha, rho, tolerance, quick) {
  const start = balancedStart(mu, alpha, rho);
  const { tau, collapse } = l2Clock(times, start, tolerance, quick);
  const w = times.map((s, i) => mu.map((m, j) => (tau[i] === Infinity ? 0 : l2_p(s, tau[i], m, rho, start.p0[j]) / 2)));
  const n = w.map((row) => balanced_norm(mu, row));
  return { tau, w, n, collapse };
}

// Does the balanced flow escape? Yes once its norm grows (D13); it collapses for certain once the
// growth rate of every coordinate is negative.
export function l2Escapes(mu, alpha, rho, tolerance = 1e-12) {
  const slowest = Math.min(...mu);
  let escapes = false;
  march(balancedStart(mu, alpha, rho), tolerance, ({ p, n1 }) => {
    let pull = 0;
    for (let j = 0; j < mu.length; j++) pull += (mu[j] * p[j]) ** 2 * growth_rate(mu[j], n1, rho);
    escapes = pull > 0;
    return escapes || growth_rate(slowest, n1, rho) < 0;
  });
  return escapes;
}

// The scale of a uniform start between collapse and escape, by bisection: first with a light hand,
// then, around what that gave, with a steady one.
export function collapseThreshold(mu, rho, accuracy = 1e-9) {
  const norm = Math.hypot(...mu);
  const bounds = [
    collapse_bound(Math.min(...mu), norm, 1),
    Math.min(collapse_bound(Math.max(...mu), norm, 1), rewind_scale(mu, 1)),
  ];
  const escapes = (scale, tolerance) =>
    l2Escapes(
      mu,
      mu.map(() => scale),
      1,
      tolerance,
    );
  const bisect = (low, high, width, tolerance) => {
    while (high - low > width * high) {
      const middle = (low + high) / 2;
      if (escapes(middle, tolerance)) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  const rough = bisect(...bounds, 1e-5, 1e-7);
  let [low, high, width] = [rough, rough, 2e-5];
  while (escapes(low, 1e-12) && width < 1) low = rough * (1 - (width *= 2));
  while (!escapes(high, 1e-12) && width < 4) high = rough * (1 + (width *= 2));
  return rho * bisect(low, high, accuracy, 1e-12);
}

// Who leads at time s with the clock tau, whatever path has led there, from the logarithms of alpha.
export function leaderAt(s, tau, mu, logs, rho) {
  let best = 0;
  let top = -Infinity;
  for (let j = 0; j < mu.length; j++) {
    const height = logs[j] + l2_log_gain(s, tau, mu[j], rho);
    if (height > top) [best, top] = [j, height];
  }
  return best;
}

// Index of the dominant coordinate at each time, -1 from the collapse on.
export function leaders(times, tau, mu, alpha, rho) {
  const logs = alpha.map((a) => Math.log(a));
  return times.map((s, i) => (tau[i] === Infinity ? -1 : leaderAt(s, tau[i], mu, logs, rho)));
}

// A rescaled time by which the last change of leader, or the collapse, has been seen.
export function horizon(mu, alpha, rho) {
  const times = Array.from({ length: 400 }, (_, i) => i / 10);
  const { tau, collapse } = l2Clock(times, balancedStart(mu, alpha, rho), 1e-8, true);
  const lead = leaders(times, tau, mu, alpha, rho);
  let change = 0;
  for (let i = 1; i < times.length; i++) if (lead[i] !== lead[i - 1]) change = times[i];
  return 1.35 * Math.min(change, collapse === Infinity ? change : collapse) + 0.5;
}
