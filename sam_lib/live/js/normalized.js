// Equal layers on several examples, step by step in the normalized clock; and max-margin directions.

// The mean of the signed points Z, weighted by -l' at the margins of the layer w, into `mean`.
function weightedMean(w, Z, depth, weights, mean) {
  let top = -Infinity;
  for (let i = 0; i < Z.length; i++) {
    let m = 0;
    for (let j = 0; j < w.length; j++) m += Z[i][j] * w[j] ** depth;
    weights[i] = -(Math.max(m, 0) + Math.log1p(Math.exp(-Math.abs(m))));
    top = Math.max(top, weights[i]);
  }
  let total = 0;
  for (let i = 0; i < Z.length; i++) total += weights[i] = Math.exp(weights[i] - top);
  for (let j = 0; j < w.length; j++) {
    mean[j] = 0;
    for (let i = 0; i < Z.length; i++) mean[j] += (weights[i] / total) * Z[i][j];
  }
}

const LARGE = 1e25;

// The common layer after each of `marks` steps (increasing numbers) of length `step`.
// method: { rho, p, depth } with p = 2 or Infinity; rho = 0 is gradient descent. A layer that has
// grown beyond LARGE is held.
export function layerSteps(start, Z, { rho, p, depth }, step, marks) {
  const d = start.length;
  const w = [...start];
  const hat = new Array(d);
  const mean = new Array(d);
  const weights = new Array(Z.length);
  const path = [];
  let [done, size] = [0, 0];
  for (const mark of marks) {
    for (; done < mark && size < LARGE; done++) {
      if (rho > 0) {
        weightedMean(w, Z, depth, weights, mean);
        let norm = 0;
        for (let j = 0; j < d; j++) norm += (hat[j] = mean[j] * w[j] ** (depth - 1)) ** 2;
        norm = Math.sqrt(depth * norm) || 1;
        for (let j = 0; j < d; j++) hat[j] = w[j] - rho * (p === 2 ? hat[j] / norm : Math.sign(hat[j]));
      } else for (let j = 0; j < d; j++) hat[j] = w[j];
      weightedMean(hat, Z, depth, weights, mean);
      size = 0;
      for (let j = 0; j < d; j++) {
        w[j] += step * mean[j] * hat[j] ** (depth - 1);
        size = Math.max(size, Math.abs(w[j]));
      }
    }
    path.push([...w]);
  }
  return path;
}

// The unit vector in the plane with the largest margin min_i <z_i, b> / |b|, for the 1- or 2-norm:
// { margin, direction }; the direction is null if the points are not separable.
export function maxMargin(points, norm) {
  const ends = norm === 1 ? [[1, 0], [-1, 0], [0, 1], [0, -1]] : [...points];
  for (const a of points) for (const b of points) if (a !== b) ends.push([a[1] - b[1], b[0] - a[0]]);
  let best = { margin: 0, direction: null };
  for (const [x, y] of ends) {
    const size = norm === 1 ? Math.abs(x) + Math.abs(y) : Math.hypot(x, y);
    const margin = Math.min(...points.map((z) => z[0] * x + z[1] * y)) / size;
    if (size > 0 && margin > best.margin + 1e-12) best = { margin, direction: [x / Math.hypot(x, y), y / Math.hypot(x, y)] };
  }
  return best;
}

// Numbers of steps at which a path looks smooth on linear and logarithmic axes.
export function stepMarks(total, count) {
  const marks = [0];
  for (let k = 0; k <= count; k++) {
    const mark = Math.round(Math.expm1((Math.log1p(total) * k) / count));
    if (mark > marks[marks.length - 1]) marks.push(mark);
  }
  return marks;
}
