// Where to write the name of a region of a map.
import { range } from "./dom.js";

const GRID = 20;

// The place (0..1, 0..1) deepest inside `region` of a map given by value(x, y), or null if the
// region is thin everywhere.
export function heart(value, region, thin = 0.05) {
  const cells = range(GRID * GRID, (k) => {
    const [x, y] = [((k % GRID) + 0.5) / GRID, (Math.floor(k / GRID) + 0.5) / GRID];
    return { x, y, inside: value(x, y) === region };
  });
  const outside = cells.filter((c) => !c.inside);
  let best = null;
  let depth = thin;
  for (const c of cells) {
    if (!c.inside) continue;
    let room = Math.min(c.x, 1 - c.x, c.y, 1 - c.y);
    for (const o of outside) room = Math.min(room, Math.hypot(c.x - o.x, c.y - o.y));
    if (room > depth) [best, depth] = [c, room];
  }
  return best;
}
