// The two clocks of the balanced l_inf flow of one example.
import { balanced_margin, clock_rate, linf_hat } from "./formulas.js";
import { linfCoordinate } from "./linf.js";

// Gauss and Legendre, eight points on [-1, 1].
const GAUSS = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];

// The flow from alpha: { w, perturbed, margin } as functions of rescaled time s, and its events.
// What is held at 0 stays perturbed: small steps jump across 0. Only what starts at 0 is not.
export function linfFlow(mu, alpha, rho, depth) {
  const flows = mu.map((m, j) => linfCoordinate(m, alpha[j], rho, depth));
  const w = (s) => flows.map((flow) => flow.at(s));
  const perturbed = (s) => w(s).map((v, j) => (alpha[j] > 0 ? linf_hat(v, rho) : 0));
  const margin = (s) => balanced_margin(mu, perturbed(s), depth);
  const events = flows
    .map((flow) => flow.zero)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return { flows, w, perturbed, margin, events, end: Math.min(...flows.map((flow) => flow.blowUp)) };
}

// Original time t as a table over rescaled time, until s = last or t = latest: { s, t }.
export function originalClock({ margin, events, end }, last, latest) {
  const table = { s: [0], t: [0] };
  let [s, t] = [0, 0];
  const target = Math.min(last, end);
  const unit = Math.min(target, 1);
  while (s < target * (1 - 1e-12) && t < latest) {
    const near = Math.min(target, ...events.filter((event) => event > s));
    let h = Math.min(near - s, 0.02 * target, Math.max(0.002 * unit, s / 4), 0.1 * (end - s));
    while (h > 1e-9 * unit && !(Math.abs(margin(s + 0.999 * h) - margin(s + 1e-9 * h)) < 0.5)) h /= 2;
    t += integral((x) => clock_rate(margin(x)), s, h);
    s = near - s - h < 1e-13 * near ? near : s + h;
    table.s.push(s);
    table.t.push(t);
  }
  return table;
}

// Original time at rescaled time s, from the table entry before it.
export function originalTime(flow, table, s) {
  let i = table.s.length - 1;
  while (i > 0 && table.s[i] > s) i--;
  return table.t[i] + integral((x) => clock_rate(flow.margin(x)), table.s[i], s - table.s[i]);
}

// Rescaled time at original time t, which the table reaches.
export function rescaledTime(flow, table, t) {
  const i = Math.max(
    1,
    table.t.findIndex((time) => time >= t),
  );
  let [low, high] = [table.s[i - 1], table.s[i]];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (originalTime(flow, table, middle) < t) low = middle;
    else high = middle;
  }
  return high;
}

function integral(f, from, length) {
  const [middle, half] = [from + length / 2, length / 2];
  return half * GAUSS.reduce((sum, [x, weight]) => sum + weight * (f(middle - half * x) + f(middle + half * x)), 0);
}
