// Points in the plane that the reader moves: the data of a figure, its trait `points`.
import { fmt } from "./numbers.js";

export function movable(panel, points, [low, high], view) {
  points.forEach(([x, y], i) =>
    panel.handle(`point-${i}`, {
      x,
      y,
      color: "var(--soft)",
      step: 0.05,
      limits: { x: [low, high], y: [low, high] },
      label: `point ${i + 1}, times its label`,
      text: `(${fmt(x)}, ${fmt(y)})`,
      move: (a, b) => view.set({ points: points.flatMap((z, k) => (k === i ? [a, b] : z)) }),
    }),
  );
}
