// The weights of the three optimizers from one start, depth 2, at increasing rescaled times.
import { l2Balanced } from "./l2.js";
import { linfCoordinate } from "./linf.js";

// { gd, l2, linf }: at each time the weights of the common layer; `quick` is good enough for pictures.
export function threeFlows(times, mu, alpha, rho, quick) {
  const box = (r) => {
    const flows = mu.map((m, j) => linfCoordinate(m, alpha[j], r, 2));
    return times.map((s) => flows.map((flow) => flow.at(s)));
  };
  const ball = () => l2Balanced(times, mu, alpha, rho, quick ? 1e-8 : 1e-13, quick).w;
  return { gd: box(0), l2: rho > 0 ? ball() : box(0), linf: box(rho) };
}
