// The classical method of order four.

// y after `steps` steps from s to `end`, for the vector y with y' = rate(s, y).
export function rungeKutta(rate, y, s, end, steps) {
  const h = (end - s) / steps;
  const along = (far, slope) => y.map((v, j) => v + far * slope[j]);
  for (let i = 0; i < steps; i++) {
    const from = s + i * h;
    const a = rate(from, y);
    const b = rate(from + h / 2, along(h / 2, a));
    const c = rate(from + h / 2, along(h / 2, b));
    const d = rate(from + h, along(h, c));
    y = y.map((v, j) => v + (h / 6) * (a[j] + 2 * b[j] + 2 * c[j] + d[j]));
  }
  return y;
}
