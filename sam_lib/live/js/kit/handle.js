// A draggable point: pointer, touch and arrow keys all give the same values.
import { svg, assign, plain } from "./dom.js";
import { clamp, roundTo } from "./numbers.js";

// options: x, y (place in data), axis ("x", "y" or "xy"), move(x, y), label, text (spoken value),
// color, step, limits { x: [low, high], y: [low, high] }, shape ("round" or "square"),
// surface (pressing anywhere in the panel brings the point there).
export function handle(panel, key, options) {
  const { x, y, axis = "xy", color, label, text, limits = {}, shape = "round" } = options;
  const ground = options.surface && surface(panel, `${key}-ground`);
  const node = panel.put(key, "g", {}, { layer: "handles" });
  if (!node.live) furnish(panel, node, shape);
  if (ground) ground.point = node;
  const [low, high] = limits[axis === "y" ? "y" : "x"] ?? panel[axis === "y" ? "y" : "x"].domain;
  node.live = { ...options, axis, step: options.step ?? 0.01 };
  const px = clamp(panel.x(x), panel.box.left, panel.box.right);
  const py = clamp(panel.y(y), panel.box.top, panel.box.bottom);
  assign(node, {
    class: "live-handle",
    tabindex: 0,
    role: "slider",
    "aria-roledescription": "draggable point",
    "aria-label": plain(label),
    "aria-valuemin": low,
    "aria-valuemax": high,
    "aria-valuenow": axis === "y" ? y : x,
    "aria-valuetext": plain(text),
    "aria-orientation": axis === "y" ? "vertical" : "horizontal",
    style: `--mark:${color}`,
    transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})`,
  });
}

// Pressing anywhere brings the point there, and it can be dragged on from there.
function surface(panel, key) {
  const { left, right, top, bottom } = panel.box;
  const area = { class: "live-ground", x: left, y: top, width: right - left, height: bottom - top };
  const ground = panel.put(key, "rect", area, { layer: "handles" });
  ground.onpointerdown ??= (event) => {
    const node = ground.point;
    const [px, py] = place(panel, event);
    moveTo(panel, node, panel.x.invert(px), panel.y.invert(py));
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    node.grip = { dx: 0, dy: 0 };
  };
  return ground;
}

function furnish(panel, node, shape) {
  const body =
    shape === "square" ? svg("rect", { x: -7, y: -7, width: 14, height: 14, rx: 2 }) : svg("circle", { r: 8 });
  assign(body, { class: "live-handle-body" });
  node.append(svg("circle", { r: 22, class: "live-handle-reach" }), body);
  node.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const [px, py] = place(panel, event);
    const held = nearest(panel, px, py);
    held.focus({ preventScroll: true });
    held.setPointerCapture(event.pointerId);
    held.grip = { dx: panel.x(held.live.x) - px, dy: panel.y(held.live.y) - py };
  });
  node.addEventListener("pointermove", (event) => {
    if (!node.grip) return;
    const [px, py] = place(panel, event);
    moveTo(panel, node, panel.x.invert(px + node.grip.dx), panel.y.invert(py + node.grip.dy));
  });
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => (node.grip = null));
  node.addEventListener("keydown", (event) => onKey(panel, node, event));
}

// Where the reaches of points overlap, the nearest one is meant.
function nearest(panel, px, py) {
  const far = ({ live }) => Math.hypot(panel.x(live.x) - px, panel.y(live.y) - py);
  const points = [...panel.layers.handles.children].filter((node) => node.live);
  return points.reduce((best, node) => (far(node) < far(best) ? node : best));
}

function place(panel, event) {
  const box = panel.svg.getBoundingClientRect();
  return [
    ((event.clientX - box.left) * panel.width) / box.width,
    ((event.clientY - box.top) * panel.height) / box.height,
  ];
}

function moveTo(panel, node, x, y) {
  const { axis, step, move, limits = {} } = node.live;
  const bound = (value, name) =>
    value === node.live[name] ? value : clamp(roundTo(value, step), ...(limits[name] ?? panel[name].domain));
  move(axis === "y" ? node.live.x : bound(x, "x"), axis === "x" ? node.live.y : bound(y, "y"));
}

function onKey(panel, node, event) {
  const { axis, step, x, y } = node.live;
  const far = event.shiftKey || event.key.startsWith("Page") ? 10 : 1;
  const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const rise = { ArrowUp: 1, ArrowDown: -1, PageUp: 1, PageDown: -1 }[event.key];
  if (side === undefined && rise === undefined) return;
  event.preventDefault();
  const along = (side ?? rise) * far * step;
  if (axis === "x") moveTo(panel, node, x + along, y);
  else if (axis === "y") moveTo(panel, node, x, y + along);
  else moveTo(panel, node, x + (side ?? 0) * far * step, y + (rise ?? 0) * far * step);
}
