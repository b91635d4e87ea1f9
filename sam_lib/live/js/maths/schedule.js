// The l_2 flow of one example at depth 2 whose radius is constant on pieces: all it does is T(s).
import { l2_log_gain } from "./formulas.js";
import { l2Clock } from "./l2.js";

// T(s), the integral of rho / n, at increasing times, from equal layers alpha; Infinity from a
// collapse on. The piece k has the radius radii[k] and begins at starts[k].
export function scheduleDelay(times, starts, radii, mu, alpha, tolerance = 1e-12) {
  const delays = times.map(() => Infinity);
  let gained = 0;
  for (let k = 0; k < starts.length && gained < Infinity; k++) {
    const begin = starts[k];
    const end = starts[k + 1] ?? Infinity;
    const here = times.map((_, i) => i).filter((i) => times[i] >= begin && times[i] < end);
    const places = [...here.map((i) => times[i] - begin), ...(end < Infinity ? [end - begin] : [])];
    const rho = radii[k];
    let found = places.map(() => gained);
    if (rho > 0 && places.length > 0) {
      const p0 = mu.map((m, j) => 2 * alpha[j] * Math.exp(l2_log_gain(begin, gained, m, 1)));
      const { tau } = l2Clock(places, { mu, rho, p0, q0: mu.map(() => 0) }, tolerance, false);
      found = tau.map((v) => found[0] + rho * v);
    }
    here.forEach((i, row) => (delays[i] = found[row]));
    if (end < Infinity) gained = found.at(-1);
  }
  return delays;
}
