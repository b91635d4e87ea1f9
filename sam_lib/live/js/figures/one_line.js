import { figure } from "../kit/figure.js";
import { slider, player } from "../kit/controls.js";
import { OPTIMIZERS, optimizer } from "../kit/color.js";
import { fmt, range } from "../kit/numbers.js";
import { balanced_margin, depth_one_margin, l2_shift, linf_shift } from "../maths/formulas.js";

const DECADES = [-2, 6];
const TIMES = range(121, (k) => 10 ** (DECADES[0] + ((DECADES[1] - DECADES[0]) * k) / 120));

export default figure({
  panels: {
    line: {
      ratio: 0.95,
      least: 300,
      most: 400,
      alt: "the line on which the weights move, with the place of each optimizer",
    },
    margins: {
      ratio: 0.95,
      least: 300,
      most: 400,
      right: 40,
      alt: "margin against original time for three optimizers",
    },
  },
  controls: [
    player("time", { label: "time, as $log_{10} t$", step: 0.05, format: (v) => `$t$ = ${fmt(10 ** v)}` }),
    slider("rho", { label: "radius $ρ$", step: 0.05 }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", step: 0.05 }),
  ],
  draw({ line, margins }, { w0, ratio, rho, time }, view) {
    const mu = [1, ratio];
    const square = 1 + ratio * ratio;
    const norm = Math.sqrt(square);
    const shift = { gd: 0, l2: l2_shift(mu, rho), linf: linf_shift(mu, rho) };
    const u0 = balanced_margin(mu, w0, 1);
    const margin = (key, t) => depth_one_margin(t, u0, shift[key], norm);
    const at = (u) => mu.map((m, j) => w0[j] + (m * (u - u0)) / square);

    line.axes({ x: { from: -2, to: 8, label: "weight $w_1$" }, y: { from: -2, to: 8, label: "weight $w_2$" } });
    line.curve("line", [w0[0], w0[0] + 20], [w0[1], w0[1] + 20 * ratio], { color: "var(--faint)", width: 5 });
    const now = Object.fromEntries(OPTIMIZERS.map((key) => [key, margin(key, 10 ** time)]));
    for (const key of OPTIMIZERS) {
      const { color, short } = optimizer(key);
      line.dot(`now-${key}`, ...at(now[key]), { color, r: 6.5 });
      line.label(`name-${key}`, ...at(now[key]), short, { color, dx: 8 });
    }
    line.handle("start", {
      x: w0[0],
      y: w0[1],
      color: "var(--accent)",
      shape: "square",
      step: 0.05,
      limits: { x: [-2, 3], y: [-2, 3] },
      label: "start of the weights",
      text: `w = (${fmt(w0[0])}, ${fmt(w0[1])})`,
      move: (a, b) => view.set({ w0: [a, b] }),
    });

    const top = Math.max(10, Math.ceil(margin("linf", 1e6) / 5) * 5);
    margins.axes({
      x: { from: TIMES[0], to: TIMES[120], type: "log", label: "original time $t$" },
      y: { from: Math.min(0, Math.floor(u0 / 5) * 5), to: top, label: "margin $u(t)$" },
    });
    for (const key of OPTIMIZERS) {
      const us = TIMES.map((t) => margin(key, t));
      margins.curve(key, TIMES, us, { ...optimizer(key), label: optimizer(key).short });
    }
    margins.rule("now", { x: 10 ** time }, { color: "var(--accent)", dash: "" });
    for (const key of OPTIMIZERS) margins.dot(`at-${key}`, 10 ** time, now[key], { color: optimizer(key).color });
    const ahead = ["l2", "linf"].map((key) => `${optimizer(key).name} by ${fmt(now[key] - now.gd)}`);
    const ends = `they approach ${fmt(shift.l2)} and ${fmt(shift.linf)}`;
    const when = `at $t$ = ${fmt(10 ** time)}`;
    view.say(`One line, three clocks: ${when} the margin leads GD's under ${ahead.join(" and under ")}; ${ends}.`);
    view.values([
      ...OPTIMIZERS.map((key) => [`$u$, ${optimizer(key).short}`, now[key]]),
      ...["l2", "linf"].map((key) => [`$c$, ${optimizer(key).short}`, shift[key]]),
    ]);
  },
});
