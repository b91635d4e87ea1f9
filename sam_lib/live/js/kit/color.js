// The color of a coordinate is its name. The values are those of palette.py.
import { PALETTE } from "../palette.js";

const slot = (j, count) => PALETTE.slots[count]?.[j] ?? j % PALETTE.light.length;

// The style of coordinate j of `count`, minor first: { color, dash } for lines and labels.
export function coordinate(j, count) {
  const k = slot(j, count);
  return { color: `var(--coord-${k})`, dash: PALETTE.dashes[k].join(" ") };
}

// The optimizers, in the order in which they are listed.
export const OPTIMIZERS = Object.keys(PALETTE.methods);

// How the optimizer "gd", "l2" or "linf" is drawn and called: { color, dash, name, short }.
export function optimizer(method) {
  const { name, short, dash } = PALETTE.methods[method];
  return { color: `var(--${method})`, dash: dash.join(" "), name, short };
}

// [r, g, b] of coordinate j, mixed with the page's paper, for canvases.
export function paint(j, count, strength = 1) {
  return mix(channels(PALETTE[isDark() ? "dark" : "light"][slot(j, count)]), strength);
}

// [r, g, b] of a gray between paper (0) and ink (1).
export function gray(strength) {
  return mix(isDark() ? [220, 220, 220] : [0, 0, 0], strength);
}

function mix(ink, strength) {
  const dark = isDark();
  if (!papers.has(dark)) papers.set(dark, paperOf(dark));
  return ink.map((c, i) => Math.round(papers.get(dark)[i] + (c - papers.get(dark)[i]) * strength));
}

// The page's background, looked up once for each theme.
const papers = new Map();

function paperOf(dark) {
  const found = getComputedStyle(document.body)
    .backgroundColor.match(/\d+(\.\d+)?/g)
    ?.map(Number);
  return found && found[3] !== 0 ? found : dark ? [20, 24, 30] : [255, 255, 255];
}

function channels(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

export function isDark() {
  return document.documentElement.dataset.theme === "dark" || document.body.dataset.jpThemeLight === "false";
}
