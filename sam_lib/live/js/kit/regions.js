// Where to write the names of the regions of a map.

const GRID = 24;
const NEAR = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
  [-1, -1],
  [1, 1],
  [-1, 1],
  [1, -1],
];

// For a map given by value(x, y) on the unit square: region -> the place deepest inside it,
// { x, y }. Regions that are thin everywhere (`thin` cells or less) are left out.
export function hearts(value, thin = 1.5) {
  const cells = Array.from({ length: GRID * GRID }, (_, k) =>
    value(((k % GRID) + 0.5) / GRID, (Math.floor(k / GRID) + 0.5) / GRID),
  );
  const depth = new Array(cells.length).fill(0);
  // Layers are peeled off until nothing is left: a cell's depth is when its turn comes.
  for (let layer = 1, left = cells.length; left > 0 && layer < GRID; layer++) {
    const peeled = [];
    for (let k = 0; k < cells.length; k++) {
      if (depth[k]) continue;
      const [i, j] = [k % GRID, Math.floor(k / GRID)];
      const inner = NEAR.every(([a, b]) => {
        const inside = i + a >= 0 && i + a < GRID && j + b >= 0 && j + b < GRID;
        const n = k + a + GRID * b;
        return inside && cells[n] === cells[k] && !depth[n];
      });
      if (!inner) peeled.push(k);
    }
    for (const k of peeled) depth[k] = layer;
    left -= peeled.length;
  }
  const found = new Map();
  cells.forEach((region, k) => {
    if (depth[k] > (found.get(region)?.depth ?? thin))
      found.set(region, { depth: depth[k], x: ((k % GRID) + 0.5) / GRID, y: (Math.floor(k / GRID) + 0.5) / GRID });
  });
  return found;
}
