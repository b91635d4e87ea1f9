// One SVG drawing: its size, layers, axes and labels. Drawing is declarative: every frame names all
// marks again by key; marks that are still there are changed in place, marks not named any more are
// removed.
import { svg, html, assign, writeSvg, plain, unique } from "./dom.js";
import { fmt, power, clamp } from "./numbers.js";
import { scale } from "./scale.js";

export class Frame {
  constructor({
    ratio = 0.62,
    alt = "",
    right = 16,
    left = 44,
    top = 42,
    bottom = 44,
    least = 270,
    most = 460,
    strip = 0,
    picture = 0,
  }) {
    this.options = { ratio, right, left, top, bottom, least, most, strip, picture };
    const clip = unique("clip");
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.svg = svg("svg", { role: "group", "aria-label": plain(alt) });
    this.clip = svg("rect");
    const mask = svg("clipPath", { id: clip });
    mask.append(this.clip);
    this.layers = {
      back: svg("g"),
      data: svg("g", { "clip-path": `url(#${clip})` }),
      marks: svg("g"),
      front: svg("g"),
      handles: svg("g"),
    };
    this.svg.append(mask, ...Object.values(this.layers));
    this.node = html("div", { class: "live-panel" }, this.canvas, this.svg);
    this.marks = new Map();
    this.used = new Set();
    this.width = this.height = 0;
  }

  resize(width) {
    const { ratio, right, left, top, bottom, least, most, strip, picture } = this.options;
    this.width = Math.round(width);
    const above = Math.round(width * picture);
    this.height = above + Math.round(clamp(width * ratio, least, most));
    this.box = { left, right: this.width - right, top: top + above, bottom: this.height - bottom - strip };
    assign(this.svg, { width: this.width, height: this.height, viewBox: `0 0 ${this.width} ${this.height}` });
    const { left: x, top: y } = this.box;
    assign(this.clip, { x, y, width: this.box.right - x, height: this.box.bottom - y });
  }

  begin() {
    this.used.clear();
    this.labels = [];
    this.painted = false;
  }

  end() {
    this.placeLabels();
    if (!this.painted && this.paintedBefore) this.canvas.width = this.canvas.height = 0;
    this.paintedBefore = this.painted;
    for (const [key, node] of this.marks)
      if (!this.used.has(key)) {
        node.remove();
        this.marks.delete(key);
      }
  }

  // The one way to draw: the element called `key`, made once and then changed in place.
  put(key, tag, attributes, { layer = "data", text } = {}) {
    let node = this.marks.get(key);
    if (!node) {
      node = svg(tag);
      this.marks.set(key, node);
      this.layers[layer].append(node);
    }
    this.used.add(key);
    assign(node, attributes);
    if (text !== undefined) writeSvg(node, text);
    return node;
  }

  // Axes { from, to, label, type, ticks, format }; ticks may be a list of [value, label].
  axes({ x, y }) {
    const { left, right, top, bottom } = this.box;
    const below = bottom + this.options.strip;
    this.x = scale(x.type ?? "linear", x.from, x.to, left, right);
    this.y = scale(y.type ?? "linear", y.from, y.to, bottom, top);
    const list = (axis, position, count) => {
      const format = axis.format ?? (axis.type === "log" ? power : fmt);
      return axis.ticks ?? position.ticks(count).map((v) => [v, format(v)]);
    };
    list(x, this.x, (right - left) / 70).forEach(([v, label], i) => {
      const at = this.x(v);
      this.put(`x-grid-${i}`, "line", { class: "live-grid", x1: at, x2: at, y1: top, y2: bottom }, { layer: "back" });
      this.text(`x-tick-${i}`, at, below + 16, label, { class: "live-tick", anchor: "middle" });
    });
    list(y, this.y, (bottom - top) / 48).forEach(([v, label], i) => {
      const at = this.y(v);
      this.put(`y-grid-${i}`, "line", { class: "live-grid", x1: left, x2: right, y1: at, y2: at }, { layer: "back" });
      this.text(`y-tick-${i}`, left - 6, at + 4, label, { class: "live-tick", anchor: "end" });
    });
    const under = below + (x.ticks?.length === 0 ? 17 : 35);
    this.text("x-label", right, under, x.label, { class: "live-axis", anchor: "end" });
    this.text("y-label", 4, 14, y.label, { class: "live-axis" });
  }

  // Text at a place in pixels.
  text(key, x, y, label, { anchor = "start", color, class: name = "live-label", layer = "front", rotate } = {}) {
    const turn = rotate ? `rotate(${rotate} ${x.toFixed(1)} ${y.toFixed(1)})` : null;
    this.put(
      key,
      "text",
      {
        class: name,
        x: x.toFixed(1),
        y: y.toFixed(1),
        "text-anchor": anchor,
        style: color ? `fill:${color}` : null,
        transform: turn,
      },
      { layer, text: label },
    );
  }

  // Text at a place of the plane, moved by (dx, dy) pixels.
  note(key, x, y, label, { dx = 0, dy = 0, ...rest } = {}) {
    this.text(key, this.x(x) + dx, this.y(y) + dy, label, rest);
  }

  placeLabels() {
    const { right, top, bottom } = this.box;
    const atTop = this.labels.filter((l) => l.py < top + 4 && l.px < right - 6);
    const aside = this.labels.filter((l) => !atTop.includes(l));
    spread(aside, "py", () => 17, top + 4, bottom - 2);
    for (const l of aside) this.text(l.key, Math.min(l.px + 6, right + 5), l.py + 4, l.label, { color: l.color });
    const wide = (l) => plain(l.label).length * 8 + 8;
    spread(atTop, "px", wide, this.box.left + 20, this.width - 24);
    for (const l of atTop) this.text(l.key, l.px, top - 5, l.label, { color: l.color, anchor: "middle" });
  }

  shows(x, y) {
    const { left, right, top, bottom } = this.box;
    const [px, py] = [this.x(x), this.y(y)];
    return px >= left - 1 && px <= right + 1 && py >= top - 1 && py <= bottom + 1;
  }
}

// Moves items apart along `axis` so that neighbors are `gap` apart and all stay in [low, high].
export function spread(items, axis, gap, low, high) {
  items.sort((a, b) => a[axis] - b[axis]);
  let edge = -Infinity;
  for (const item of items) {
    item[axis] = Math.max(item[axis], edge, low);
    edge = item[axis] + gap(item);
  }
  edge = high;
  for (const item of [...items].reverse()) {
    item[axis] = Math.min(item[axis], edge);
    edge = item[axis] - gap(item);
  }
}
