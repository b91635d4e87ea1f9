// SAM in steps on f(x) = x²/2, whose minimum each step sees displaced by two-point noise of mean 0.

// The same numbers in [0, 1) at each call: a linear congruential generator modulo 2³².
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

// Noise of mean 0 and standard deviation `size`: 2 size with probability 1/5, else -size/2.
export const skewed = (random, size) => (random() < 0.2 ? 2 * size : -size / 2);

// The perturbation at a gradient g, at step k.
function kick(method, rho, g, k) {
  if (method === "unnormalized") return rho * g;
  return (method === "decaying" ? rho / (k + 1) : rho) * Math.sign(g);
}

// All iterates x_0, ..., x_count.
export function quadraticSteps(start, { method, rho, eta, noise, count, seed }) {
  const random = chance(seed);
  const path = [start];
  let x = start;
  for (let k = 0; k < count; k++) {
    const g = x - (noise > 0 ? skewed(random, noise) : 0);
    x -= eta * (g + kick(method, rho, g, k));
    path.push(x);
  }
  return path;
}

// The mean loss of the last two iterates after `count` steps, over `runs` runs.
export function lossAfter(start, options, count, runs) {
  let sum = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const [a, b] = quadraticSteps(start, { ...options, count, seed }).slice(-2);
    sum += (a * a + b * b) / 4;
  }
  return sum / runs;
}
