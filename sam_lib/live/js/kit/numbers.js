// Numbers for people, and the two smallest tools for them.

const SUPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// A number for people: `digits` significant ones, a real minus, powers of ten where they help.
export function fmt(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const exponent = [...String(Number(power))].map((c) => SUPER[c]).join("");
    return `${mantissa.replace("-", "−")}·10${exponent}`;
  }
  const text = size >= 10 ** digits ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

// 1000 as 10³, for logarithmic axes.
export function power(value) {
  const exponent = Math.round(Math.log10(value));
  return Math.abs(exponent) < 3 ? fmt(value) : `10${[...String(exponent)].map((c) => SUPER[c]).join("")}`;
}

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export const range = (count, term = (i) => i) => Array.from({ length: count }, (_, i) => term(i));
