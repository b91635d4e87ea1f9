// Discrete steps of gradient descent and SAM from equal layers, for any data.

// A step that would make a layer longer by more than this factor, close to a blow-up, is not taken:
// the layer is held.
const LEAP = 1e6;

// What an optimizer is called "gd", "l2" or "linf" for: its radius and its ball.
export const ascent = (method, rho) => ({ rho: method === "gd" ? 0 : rho, p: method === "linf" ? Infinity : 2 });

// w of the common layer after the numbers of steps in `marks` (increasing, from 0), a list of d
// numbers each. Z: rows z_i = y_i x_i. In the normalized clock a step is divided by the mean of
// -l' at the perturbed place; p is 2 or Infinity, rho = 0 is gradient descent. `shares`, if given,
// gets at each mark the weights of the examples, averaged over the steps up to there.
export function samSteps(w0, Z, { rho, p, depth }, size, marks, clock = "normalized", shares = null) {
  const d = w0.length;
  const w = [...w0];
  const there = [...w0];
  const pull = new Array(d).fill(0);
  const logs = new Array(Z.length).fill(0);
  const sums = [0, 0];
  const shared = new Array(Z.length).fill(0);
  const path = [];
  let step = 0;
  let held = false;
  for (const mark of marks) {
    for (; step < mark && !held; step++) {
      if (rho > 0) force(w, Z, depth, logs, pull, sums);
      const norm = rho > 0 && p === 2 ? Math.sqrt(depth) * length(pull) : 0;
      for (let j = 0; j < d; j++)
        there[j] = w[j] - (rho === 0 ? 0 : rho * (p === 2 ? (norm > 0 ? pull[j] / norm : 0) : Math.sign(pull[j])));
      force(there, Z, depth, logs, pull, sums);
      const scale = clock === "normalized" ? size / sums[1] : (size * Math.exp(sums[0])) / Z.length;
      if (shares) for (let i = 0; i < Z.length; i++) shared[i] += Math.exp(logs[i] - sums[0]) / sums[1];
      held = scale * length(pull) > LEAP * (1 + length(w));
      if (!held) for (let j = 0; j < d; j++) w[j] += scale * pull[j];
    }
    path.push([...w]);
    if (shares) shares.push(shared.map((v) => v / Math.max(step, 1)));
  }
  return path;
}

// Minus the gradient in one layer, divided by exp(top) / n, into `pull`; top and the sum of the
// weights into `sums`. The weights of the examples are formed in the log domain; the largest is 1.
function force(w, Z, depth, logs, pull, sums) {
  const d = w.length;
  let top = -Infinity;
  for (let i = 0; i < Z.length; i++) {
    let margin = 0;
    for (let j = 0; j < d; j++) margin += Z[i][j] * w[j] ** depth;
    logs[i] = -logistic(-margin);
    if (logs[i] > top) top = logs[i];
  }
  for (let j = 0; j < d; j++) pull[j] = 0;
  let total = 0;
  for (let i = 0; i < Z.length; i++) {
    const weight = Math.exp(logs[i] - top);
    total += weight;
    for (let j = 0; j < d; j++) pull[j] += weight * Z[i][j];
  }
  for (let j = 0; j < d; j++) pull[j] *= w[j] ** (depth - 1);
  sums[0] = top;
  sums[1] = total;
}

// The Euclidean length, also where its square would overflow or vanish.
function length(v) {
  let largest = 0;
  for (let j = 0; j < v.length; j++) largest = Math.max(largest, Math.abs(v[j]));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let total = 0;
  for (let j = 0; j < v.length; j++) total += (v[j] / largest) ** 2;
  return largest * Math.sqrt(total);
}

// log(1 + exp(-margin)) without overflow.
export function logistic(margin) {
  return Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin);
}

// About `count` step numbers from 0 to `last`, evenly spaced on a logarithmic axis.
export function stepMarks(last, count) {
  const marks = new Set([0]);
  for (let i = 0; i <= count; i++) marks.add(Math.round(last ** (i / count)));
  return [...marks];
}
