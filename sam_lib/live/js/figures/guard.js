import { figure } from "../kit/figure.js";
import { slider } from "../kit/controls.js";
import { optimizer } from "../kit/color.js";
import { fmt, range } from "../kit/numbers.js";
import { guarded_length, guard_margin } from "../maths/formulas.js";

const END = 60;

export default figure({
  panels: { length: { ratio: 0.5, right: 78, alt: "length of the perturbation against the margin" } },
  controls: [
    slider("guard", {
      label: "guard $κ$",
      log: true,
      format: (v) => fmt(v, 1),
      landmarks: () => [1e-12, 1e-8].map((at) => ({ at, label: fmt(at, 1) })),
    }),
    slider("n", { label: "gradient over its loss factor, $n$", log: true }),
    slider("margin", {
      label: "margin $m$",
      step: 0.5,
      landmarks: ({ guard, n }) => [{ at: guard_margin(n, guard), label: "$m_{1/2}$" }],
    }),
  ],
  draw({ length: panel }, { guard, n, margin }, view) {
    const at = (m) => guarded_length(m, n, 1, guard);
    const margins = range(241, (i) => (i / 240) * END);
    const half = guard_margin(n, guard);
    panel.axes({
      x: { from: 0, to: END, label: "margin $m$" },
      y: { from: 0, to: 1.15, label: "length of the perturbation, in units of $ρ$" },
    });
    panel.rule("half", { x: half }, { label: "$m_{1/2}$", color: "var(--ink)", dash: "2 3" });
    panel.curve("free", [0, END], [1, 1], { ...optimizer("l2"), label: "no guard" });
    panel.curve("guarded", margins, margins.map(at), { ...optimizer("linf"), label: "guarded" });
    panel.dot("now", margin, at(margin), { color: optimizer("linf").color, r: 6 });
    const gone = `With the guard $κ$ = ${fmt(guard, 1)} half the perturbation is gone at the margin ${fmt(half)}`;
    view.say(`${gone}; at the margin ${fmt(margin)} it has the length ${fmt(at(margin))} $ρ$.`);
    view.values([
      ["$m_{1/2}$", half],
      ["length", at(margin)],
    ]);
  },
});
