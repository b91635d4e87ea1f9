import { figure } from "../kit/figure.js";
import { slider, choice, flag } from "../kit/controls.js";
import { coordinate } from "../kit/color.js";
import { fmt, roundUp } from "../kit/numbers.js";
import { linfCoordinate, linfWinner, curveTimes } from "../maths/linf.js";

const TOP = 2.6;

function drawGate({ paths: panel }, { mu, alpha, rho, depth, gd }, view) {
  const d = mu.length;
  const flows = mu.map((m, j) => linfCoordinate(m, alpha[j], rho, depth));
  const winner = linfWinner(mu, alpha, rho, depth);
  const last = Math.min(...flows.map((flow) => flow.blowUp));
  const events = flows.flatMap(({ zero, blowUp }) => [zero, blowUp]).filter(Number.isFinite);
  const reach = 1.25 * Math.max(0, Math.min(last, Math.max(0, ...events)));
  const end = Math.max(3, roundUp(reach, [1, 3, 10]));
  panel.axes({
    x: { from: 0, to: end, label: "rescaled time $s$" },
    y: { from: 0, to: TOP, label: "layer weight $w_j(s)$" },
  });
  if (last < end) {
    panel.area("beyond", [last, end, end, last], [0, 0, TOP, TOP], { color: "var(--faint)", opacity: 0.28 });
    panel.note("never", last, 0.06, "here $t$ is already ∞", { dx: 14, rotate: -90, color: "var(--soft)" });
  }
  panel.rule("rho", { y: rho }, { label: "gate $ρ$", at: "inside", color: "var(--ink)", dash: "" });
  mu.forEach((m, j) => {
    const { color, dash } = coordinate(j, d);
    if (gd) {
      const free = linfCoordinate(m, alpha[j], 0, depth);
      const times = curveTimes(free, end);
      panel.curve(`gd-${j}`, times, times.map(free.at), { color, width: 1.2, opacity: 0.65, label: `GD $w_${j + 1}$` });
    }
    const times = curveTimes(flows[j], end);
    panel.curve(`w-${j}`, times, times.map(flows[j].at), { color, dash, label: `$w_${j + 1}$` });
    if (flows[j].zero < end) panel.dot(`zero-${j}`, flows[j].zero, 0, { color, hollow: true });
    if (flows[j].blowUp < end) panel.rule(`blow-${j}`, { x: flows[j].blowUp }, { color, dash: "2 3" });
  });
  alpha.forEach((a, j) =>
    panel.handle(`start-${j}`, {
      x: 0,
      y: a,
      axis: "y",
      color: coordinate(j, d).color,
      limits: { y: [0.01, 2] },
      label: `start of coordinate ${j + 1}`,
      text: `alpha ${j + 1} = ${fmt(a)}, ${a > rho ? "above" : a < rho ? "below" : "at"} rho`,
      move: (_, y) => view.setPath(`alpha.${j}`, y),
    }),
  );
  view.say(`${verdicts(alpha, rho, depth, flows, last)} ${outcome(winner, depth, last)}`);
  view.values([
    ...flows
      .filter((flow) => flow.zero < Infinity)
      .map((flow) => [`zero time of $w_${flows.indexOf(flow) + 1}$`, flow.zero]),
    ...flows
      .filter((flow) => flow.blowUp < Infinity)
      .map((flow) => [`blow-up of $w_${flows.indexOf(flow) + 1}$`, flow.blowUp]),
  ]);
}

// A blow-up ends the training: what is still on its way then never arrives.
function verdicts(alpha, rho, depth, flows, last) {
  const group = (test, fate) => {
    const names = alpha.map((a, j) => (test(a, j) ? `$w_${j + 1}$` : "")).filter(Boolean);
    return names.length ? [`${fate[0]} ${names.join(" and ")} ${fate[names.length > 1 ? 2 : 1]}`] : [];
  };
  const goal = depth % 2 ? "$ρ$" : "0";
  const rises = depth > 2 ? ["blows up", "blow up"] : ["grows forever", "grow forever"];
  const returns = depth % 2 ? ["is pulled up to $ρ$", "are pulled up to $ρ$"] : ["falls to 0", "fall to 0"];
  const stopped = [`is stopped on its way to ${goal}`, `are stopped on their way to ${goal}`];
  const arrives = (j) => last === Infinity || flows[j].zero < last;
  const below = group((a, j) => a < rho && arrives(j), ["below it", ...returns]);
  const text = [
    ...group((a) => a > rho, ["above the gate", ...rises]),
    ...below,
    ...group((a, j) => a < rho && !arrives(j), [below.length ? "also below it" : "below it", ...stopped]),
    ...group((a) => a === rho, ["on it", "stays", "stay"]),
  ].join("; ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function outcome(winner, depth, last) {
  if (winner === null) return "Two coordinates tie.";
  if (winner < 0) return depth % 2 ? "Nothing grows without bound." : "The whole predictor dies: $β$ → 0.";
  const end = depth > 2 ? ` at $s$ = ${fmt(last)}` : "";
  return `The limit direction is $e_${winner + 1}$${end}.`;
}

export default figure({
  panels: { paths: { ratio: 0.56, least: 300, right: 52, alt: "layer weights against rescaled time" } },
  controls: [
    slider("rho", {
      label: "radius $ρ$",
      landmarks: ({ alpha }) => alpha.map((at, j) => ({ at, label: `$α_${j + 1}$` })),
    }),
    choice("depth", { label: "depth $L$" }),
    flag("gd", { label: "gradient descent ($ρ$ = 0) for comparison, thin" }),
  ],
  draw: drawGate,
});
