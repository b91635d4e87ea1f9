// Max margins of points in the plane.

// The direction u in the plane with |u|_p = 1 that maximizes the least <u, z_i>, as a unit vector
// { direction, margin }, for p = 1 or 2; direction is null if no u has all points on its side.
export function maxMargin(Z, p) {
  const size = ([x, y]) => (p === 1 ? Math.abs(x) + Math.abs(y) : Math.hypot(x, y));
  const least = (u) => Math.min(...Z.map((z) => u[0] * z[0] + u[1] * z[1]));
  const candidates =
    p === 1
      ? [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ]
      : Z.map((z) => [...z]);
  for (let i = 0; i < Z.length; i++)
    for (let k = 0; k < i; k++) {
      const across = [Z[i][1] - Z[k][1], Z[k][0] - Z[i][0]];
      candidates.push(
        across,
        across.map((v) => -v),
      );
    }
  let best = { direction: null, margin: 0 };
  for (const u of candidates) {
    if (!(size(u) > 0)) continue;
    const margin = least(u) / size(u);
    if (margin > best.margin * (1 + 1e-12)) {
      const length = Math.hypot(...u);
      best = { direction: u.map((v) => v / length), margin };
    }
  }
  return best;
}

// The largest least <u, z_i> over u >= 0 with u_1 + u_2 = 1, and that u.
export function nonnegativeMargin(Z) {
  const parts = [0, 1];
  for (let i = 0; i < Z.length; i++)
    for (let k = 0; k < i; k++) {
      const slope = Z[i][0] - Z[i][1] - Z[k][0] + Z[k][1];
      const part = (Z[k][1] - Z[i][1]) / slope;
      if (part > 0 && part < 1) parts.push(part);
    }
  const least = (part) => Math.min(...Z.map(([x, y]) => part * x + (1 - part) * y));
  const best = parts.reduce((a, b) => (least(b) > least(a) ? b : a));
  return { direction: [best, 1 - best], margin: least(best) };
}

// What a run proves about that margin, from below by its predictor `beta` and from above by convex
// weights of the points: min <beta, z_i> / |beta|_1 <= margin <= max_j (sum_i weight_i z_i)_j.
export function marginBounds(Z, beta, weights) {
  const size = Math.abs(beta[0]) + Math.abs(beta[1]);
  const low = size > 0 ? Math.min(...Z.map((z) => (beta[0] * z[0] + beta[1] * z[1]) / size)) : NaN;
  const mean = [0, 1].map((j) => Z.reduce((sum, z, i) => sum + weights[i] * z[j], 0));
  return { low, high: Math.max(...mean), mean };
}
