// Numbers for people, and the smallest tools for lists of them.

// An exponent in raised digits.
const raised = (exponent) => [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");

// A number for people: `digits` significant ones, a real minus, powers of ten where they help.
export function fmt(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${mantissa.replace("-", "−")}·10${raised(Number(exponent))}`;
  }
  const text = size >= 10 ** digits ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

// 1000 as 10³, for logarithmic axes.
export function power(value) {
  const exponent = Math.round(Math.log10(value));
  return Math.abs(exponent) < 3 ? fmt(value) : `10${raised(exponent)}`;
}

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// A number with so many significant digits; 12 leave out what binary arithmetic adds.
export const trim = (value, digits = 12) => Number(value.toPrecision(digits));

// The multiple of `step` next to a value.
export const roundTo = (value, step) => trim(Math.round(value / step) * step);

// A part of a whole, for people.
export const percent = (part) => `${Math.round(100 * part)} %`;

// The end of an axis that has to reach `wanted`: the next number with one of these first digits.
export function roundUp(wanted, digits = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return trim(power * digits.find((digit) => digit * power >= wanted));
}

// One column of a list of rows.
export const column = (rows, j) => rows.map((row) => row[j]);

// [x1, y1, x2, y2, ...] as a list of pairs.
export const pairs = (flat) => range(flat.length / 2, (i) => [flat[2 * i], flat[2 * i + 1]]);

export const range = (count, term = (i) => i) => Array.from({ length: count }, (_, i) => term(i));
