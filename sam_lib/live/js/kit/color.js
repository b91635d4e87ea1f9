// The color of a coordinate is its name. The values are those of palette.py.
import { PALETTE } from "../palette.js";

const slot = (j, count) => PALETTE.slots[count]?.[j] ?? j % PALETTE.light.length;

// The style of coordinate j of `count`, minor first: { color, dash } for lines and labels.
export function coordinate(j, count) {
  const k = slot(j, count);
  return { color: `var(--coord-${k})`, dash: PALETTE.dashes[k].join(" ") };
}

// The style of an optimizer: "gd", "linf" or "l2".
export function optimizer(method) {
  return { color: `var(--${method})`, dash: PALETTE.methods[method].dash.join(" ") };
}

// [r, g, b] of coordinate j, mixed with the page's paper, for canvases.
export function paint(j, count, strength = 1) {
  const dark = isDark();
  const from = channels(PALETTE[dark ? "dark" : "light"][slot(j, count)]);
  const paper = dark ? [20, 24, 30] : [255, 255, 255];
  return from.map((c, i) => Math.round(paper[i] + (c - paper[i]) * strength));
}

// [r, g, b] of a gray between paper (0) and ink (1).
export function gray(strength) {
  return isDark() ? [20, 24, 30].map((c) => c + (200 - c) * strength) : [0, 0, 0].map(() => 255 * (1 - strength));
}

function channels(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

export function isDark() {
  return (
    document.documentElement.dataset.theme === "dark" ||
    document.body.dataset.jpThemeLight === "false"
  );
}
