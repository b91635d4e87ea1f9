// Which coordinate is the largest, as a strip.
import { coordinate } from "./color.js";

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
