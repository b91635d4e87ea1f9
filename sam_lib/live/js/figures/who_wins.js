import { figure } from "../kit/figure.js";
import { slider, choice } from "../kit/controls.js";
import { coordinate, paint, gray, isDark } from "../kit/color.js";
import { hearts } from "../kit/regions.js";
import { fmt, range } from "../kit/numbers.js";
import { linfCoordinate, linfWinner, curveTimes } from "../maths/linf.js";

const CELLS = 100;
const MOST = 2.5;
const cell = (k) => ((k + 0.5) / CELLS) * MOST;

// The winner of every start of the plane, row by row.
function winners(mu, rho, depth) {
  return range(CELLS * CELLS, (k) => linfWinner(mu, [cell(k % CELLS), cell(Math.floor(k / CELLS))], rho, depth));
}

function drawPlane(panel, key, title, { mu, alpha, rho, depth }, view) {
  const map = view.memo(key, [mu, rho, depth], () => winners(mu, rho, depth));
  const none = depth % 2 ? "both stay" : "$β$ → 0";
  panel.axes({
    x: { from: 0, to: MOST, label: "start $α_1$ (minor), then $w_1$" },
    y: { from: 0, to: MOST, label: title },
  });
  const colors = [paint(0, 2, 0.34), paint(1, 2, 0.34)];
  const empty = gray(0.07);
  panel.heat(`${key}|${mu}|${rho}|${depth}|${isDark()}`, CELLS, CELLS, (i, j) => colors[map[j * CELLS + i]] ?? empty);
  const spots = view.memo(`${key}-names`, [mu, rho, depth], () =>
    hearts((x, y) => map[Math.floor(y * CELLS) * CELLS + Math.floor(x * CELLS)]),
  );
  for (const [region, spot] of spots) {
    if (region === null) continue;
    const [x, y] = [spot.x * MOST, spot.y * MOST];
    const hidden = Math.hypot(panel.x(x) - panel.x(alpha[0]), panel.y(y) - panel.y(alpha[1])) < 62;
    panel.note(`name${region}`, x, y, region < 0 ? none : `$e_${region + 1}$ wins`, {
      dy: hidden ? (y > alpha[1] ? -24 : 36) : 5,
      anchor: "middle",
      class: "live-strong",
      color: region < 0 ? "var(--soft)" : coordinate(region, 2).color,
    });
  }
  if (rho > 0)
    for (const axis of ["x", "y"])
      panel.rule(`rho-${axis}`, { [axis]: rho }, { label: "$ρ$", color: "var(--ink)", dash: "2 3" });
  const flows = mu.map((m, j) => linfCoordinate(m, alpha[j], rho, depth));
  const end = Math.min(12, ...flows.map((f) => f.blowUp));
  const times = flows
    .flatMap((f) => curveTimes(f, end, 80))
    .filter((s) => s < end)
    .sort((a, b) => a - b);
  panel.curve("path", times.map(flows[0].at), times.map(flows[1].at), { color: "var(--ink)", width: 2.4 });
  panel.handle("start", {
    x: alpha[0],
    y: alpha[1],
    color: "var(--ink)",
    label: `start of both coordinates, ${rho > 0 ? "l-infinity SAM" : "gradient descent"}`,
    text: `alpha 1 = ${fmt(alpha[0])}, alpha 2 = ${fmt(alpha[1])}`,
    limits: { x: [0.02, MOST], y: [0.02, MOST] },
    move: (x, y) => view.set({ alpha: [x, y] }),
  });
}

function fate(winner, depth) {
  if (winner === null) return "a tie";
  return winner < 0 ? (depth % 2 ? "a finite point" : "0") : `$e_${winner + 1}$`;
}

export default figure({
  panels: {
    sam: { ratio: 0.95, least: 300, most: 380, right: 24, alt: "starts colored by the winner under l-infinity SAM" },
    gd: { ratio: 0.95, least: 300, most: 380, right: 24, alt: "starts colored by the winner under gradient descent" },
  },
  controls: [
    slider("rho", {
      label: "radius $ρ$",
      landmarks: ({ alpha }) => alpha.map((at, j) => ({ at, label: `$α_${j + 1}$` })),
    }),
    slider("ratio", { label: "feature ratio $μ_2/μ_1$", low: 1.05, step: 0.05 }),
    choice("depth", { label: "depth $L$" }),
  ],
  draw({ sam, gd }, { alpha, ratio, rho, depth }, view) {
    const mu = [1, ratio];
    drawPlane(sam, "sam", "$ℓ_∞$-SAM: start $α_2$ (major), then $w_2$", { mu, alpha, rho, depth }, view);
    drawPlane(gd, "gd", "GD: start $α_2$ (major), then $w_2$", { mu, alpha, rho: 0, depth }, view);
    const [winner, free] = [linfWinner(mu, alpha, rho, depth), linfWinner(mu, alpha, 0, depth)];
    const ends = `$ℓ_∞$-SAM goes to ${fate(winner, depth)}, GD to ${fate(free, depth)}`;
    view.say(`From $α$ = (${fmt(alpha[0])}, ${fmt(alpha[1])}) ${ends}; the same in every clock.`);
    view.values([
      ["$α_1$", alpha[0]],
      ["$α_2$", alpha[1]],
      ["winner, $ℓ_∞$-SAM", winner === null ? "tie" : winner + 1],
      ["winner, GD", free === null ? "tie" : free + 1],
    ]);
  },
});
