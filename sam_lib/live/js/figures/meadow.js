// The opening: three learners look at one picture, and what they rely on is lit.
import { figure } from "../kit/figure.js";
import { choice, player, slider } from "../kit/controls.js";
import { coordinate, optimizer } from "../kit/color.js";
import { range } from "../kit/numbers.js";
import { SCENE } from "../scene.js";
import { balanced_margin, initial_swap } from "../maths/formulas.js";
import { collapseThreshold } from "../maths/l2.js";
import { threeFlows } from "../maths/optimizers.js";

const END = 6;
const MU = [1, 2];
const RHO = 1;
const BEACH = [-1, 2];
const LEARNERS = ["gd", "linf", "l2"];
const CALLED = { gd: "gradient descent", linf: optimizer("linf").name, l2: optimizer("l2").name };
const TIMES = range(181, (i) => (i / 180) * END);

// What a learner with these weights relies on: shares of meadow and cow, and how much light is left.
function reliance(w, first) {
  const beta = w.map((v) => v * v);
  const total = beta[0] + beta[1];
  const light = Math.min(1, total / (first[0] ** 2 + first[1] ** 2));
  return { light, shares: beta.map((b) => (total > 0 ? b / total : 0)) };
}

function looks({ light, shares }) {
  if (light < 0.02) return "is in the dark";
  if (shares[0] > 0.55) return "looks at the grass";
  return shares[0] < 0.45 ? "looks at the cow" : "looks at both";
}

function onTheBeach(method, w, { light }) {
  const there = "Shown a cow on the beach, it ";
  const name = CALLED[method];
  if (light < 0.02) return `You ship ${name}. ${there}has no opinion.`;
  return `You ship ${name}. ${there}says: ${balanced_margin(BEACH, w, 2) > 0 ? "a cow" : "no cow"}.`;
}

function drawLearner(panel, method, weights, now, time) {
  const seen = TIMES.filter((s) => s < time).concat([time]);
  const path = weights
    .slice(0, seen.length - 1)
    .concat([now])
    .map((w) => reliance(w, weights[0]));
  const { light, shares } = path.at(-1);
  panel.axes({
    x: { from: 0, to: END, label: "training time", ticks: [] },
    y: { from: 0, to: 1, label: CALLED[method], ticks: [] },
  });
  panel.picture("scene", SCENE, ({ feature }) => Math.min(1, 1.25 * light * shares[feature]));
  const [grass, cow] = range(2, (j) => path.map((at) => at.light * at.shares[j]));
  const both = grass.map((v, i) => v + cow[i]);
  const back = [...seen].reverse();
  const band = (key, low, high, j) =>
    panel.area(key, [...seen, ...back], [...high, ...[...low].reverse()], {
      color: coordinate(j, 2).color,
      opacity: 1,
    });
  band(
    "grass",
    grass.map(() => 0),
    grass,
    0,
  );
  band("cow", grass, both, 1);
  panel.area("dark", [...seen, ...back], [...both, ...back.map(() => 1)], { color: "var(--night)", opacity: 1 });
  panel.rule("now", { x: time }, { color: "var(--ink)", dash: null, width: 2 });
}

const size = { ratio: 0, least: 76, most: 76, picture: 0.75, left: 0, right: 1, top: 24, bottom: 22 };
const alt = "a cow on a meadow, lit where the learner looks, and a band of what it relied on so far";
const swap = initial_swap(...MU, Math.hypot(...MU), RHO);

export default figure({
  row: true,
  panels: Object.fromEntries(LEARNERS.map((method) => [method, { ...size, alt: `${CALLED[method]}: ${alt}` }])),
  controls: [
    player("time", {
      label: "train",
      seconds: 10,
      format: (s) => (s > 0 ? `${Math.round((100 * s) / END)} %` : "start"),
    }),
    slider("alpha", {
      label: "size of the starting weights",
      landmarks: (_, view) => [
        { at: view.memo("wakes", [], () => collapseThreshold(MU, RHO)), label: `${CALLED.l2} survives` },
        { at: swap, label: "cow from the start" },
        { at: RHO, label: `${CALLED.linf} survives` },
      ],
    }),
    choice("ship", {
      label: "Stop whenever you like: which one would you ship?",
      options: [{ value: "none", label: "none yet" }, ...LEARNERS.map((value) => ({ value, label: CALLED[value] }))],
    }),
  ],
  draw(panels, { alpha, time, ship }, view) {
    const start = MU.map(() => alpha);
    const all = view.memo("flows", alpha, () => threeFlows(TIMES, MU, start, RHO, true));
    const now = threeFlows([0, time], MU, start, RHO);
    const found = Object.fromEntries(LEARNERS.map((method) => [method, reliance(now[method][1], start)]));
    for (const method of LEARNERS) drawLearner(panels[method], method, all[method], now[method][1], time);
    const told = LEARNERS.map((method) => `${CALLED[method]} ${looks(found[method])}`);
    const list = `Now ${told[0]}, ${told[1]}, and ${told[2]}.`;
    const shipped = ship === "none" ? "" : ` ${onTheBeach(ship, now[ship][1], found[ship])}`;
    view.say(`${time > 0 ? list : "At the start all three look at both."}${shipped}`);
    view.values(LEARNERS.map((method) => [`share of the grass, ${CALLED[method]}`, found[method].shares[0]]));
  },
});
