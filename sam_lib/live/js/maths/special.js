// Special functions that the generated formulas need.

// The real solution v of v + exp(v) = x, that is log W(exp(x)), without overflow.
export function log_omega(x) {
  if (!Number.isFinite(x)) return x === -Infinity ? -Infinity : x;
  let v = x > 1 ? Math.log(x) : x - Math.exp(Math.min(x, 0)) / 2;
  for (let i = 0; i < 60; i++) {
    const e = Math.exp(v);
    const step = (v + e - x) / (1 + e);
    v -= step;
    if (Math.abs(step) <= 1e-16 * Math.max(1, Math.abs(v))) break;
  }
  return v;
}

// The sum of term(j) over j = 0 .. length - 1.
export function sum(length, term) {
  let total = 0;
  for (let j = 0; j < length; j++) total += term(j);
  return total;
}
