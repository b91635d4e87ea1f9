// From data to pixels and back: linear, logarithmic, and symmetric logarithmic axes.
import { trim } from "./numbers.js";

const TRANSFORMS = {
  linear: [(v) => v, (v) => v],
  log: [(v) => Math.log10(v), (v) => 10 ** v],
  symlog: [(v) => Math.asinh(v), (v) => Math.sinh(v)],
};

// A function from [from, to] to [start, end], with `invert` and `ticks`.
export function scale(type, from, to, start, end) {
  const [forward, backward] = TRANSFORMS[type];
  const low = forward(from);
  const span = forward(to) - low;
  const position = (v) => start + ((forward(v) - low) / span) * (end - start);
  position.invert = (pixel) => backward(low + ((pixel - start) / (end - start)) * span);
  position.ticks = (count) => ticks(type, from, to, count);
  position.domain = [from, to];
  position.type = type;
  return position;
}

function ticks(type, from, to, count) {
  if (type === "linear") return linearTicks(from, to, count);
  const decades = [];
  for (let k = -12; k <= 18; k++) decades.push(10 ** k);
  const all = type === "log" ? decades : [...decades.map((v) => -v), 0, ...decades.filter((v) => v >= 1)];
  const inside = all.filter((v) => v >= from * (1 - 1e-9) && v <= to * (1 + 1e-9)).sort((a, b) => a - b);
  const every = Math.ceil(inside.length / count);
  return inside.filter((_, i) => (inside.length - 1 - i) % every === 0);
}

function linearTicks(from, to, count) {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((m) => m * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const found = [];
  for (let i = first; i <= last; i++) found.push(trim(i * step));
  return found;
}
