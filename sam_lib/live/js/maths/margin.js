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
