// Which coordinate is the largest, and until when it is worth looking.
import { coordinate } from "./kit/color.js";
import { range } from "./kit/dom.js";
import { balancedStart, l2Clock, leaders } from "./integrators.js";

// Runs of equal leader, as stretches of a strip.
export function stretches(times, lead, count) {
  const runs = [];
  lead.forEach((j, i) => {
    const last = runs.at(-1);
    if (last && last.j === j) last.to = times[i];
    else {
      const from = last ? (last.to + times[i]) / 2 : times[i];
      if (last) last.to = from;
      runs.push({ j, from, to: times[i] });
    }
  });
  return runs.map(({ j, from, to }) => ({
    from,
    to,
    color: j < 0 ? "var(--faint)" : coordinate(j, count).color,
    label: j < 0 ? "collapsed" : String(j + 1),
  }));
}

const ENDS = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40];

// A rescaled time by which the last change of leader, or the collapse, has been seen.
export function horizon(view, mu, alpha, rho) {
  return view.memo("horizon", [mu, alpha, rho], () => {
    const times = range(400, (i) => i / 10);
    const { tau, collapse } = l2Clock(times, balancedStart(mu, alpha, rho), 1e-8, true);
    const lead = leaders(times, tau, mu, alpha, rho);
    let change = 0;
    for (let i = 1; i < times.length; i++) if (lead[i] !== lead[i - 1]) change = times[i];
    const wanted = 1.35 * Math.min(change, collapse === Infinity ? change : collapse) + 0.5;
    return ENDS.find((end) => end >= wanted) ?? 40;
  });
}
