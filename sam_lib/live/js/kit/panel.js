// One SVG drawing with axes. Drawing is declarative: every frame names all marks again by key;
// marks that are still there are changed in place, marks not named any more are removed.
import { svg, html, assign, writeSvg, plain, fmt, clamp, range, unique } from "./dom.js";
import { scale } from "./scale.js";
import { handle } from "./handle.js";

const LIMIT = 1e4;

export class Panel {
  constructor({ ratio = 0.62, alt = "", right = 16, left = 44, top = 42, bottom = 44, least = 270, most = 460, strip = 0 }) {
    this.options = { ratio, right, left, top, bottom, least, most, strip };
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
    const { ratio, right, left, top, bottom, least, most, strip } = this.options;
    this.width = Math.round(width);
    this.height = Math.round(clamp(width * ratio, least, most));
    this.box = { left, right: this.width - right, top, bottom: this.height - bottom - strip };
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
    this.text("x-label", right, below + 35, x.label, { class: "live-axis", anchor: "end" });
    this.text("y-label", 4, 14, y.label, { class: "live-axis" });
  }

  // Text at a place in pixels.
  text(key, x, y, label, { anchor = "start", color, class: name = "live-label", layer = "front", rotate } = {}) {
    const turn = rotate ? `rotate(${rotate} ${x.toFixed(1)} ${y.toFixed(1)})` : null;
    this.put(key, "text", { class: name, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, style: color ? `fill:${color}` : null, transform: turn }, { layer, text: label });
  }

  // Text at a place of the plane, moved by (dx, dy) pixels.
  note(key, x, y, label, { dx = 0, dy = 0, ...rest } = {}) {
    this.text(key, this.x(x) + dx, this.y(y) + dy, label, rest);
  }

  // A curve through (xs[i], ys[i]); its label is put where it leaves the panel, or at its end.
  curve(key, xs, ys, { color, dash, width = 2.2, label, opacity, fill } = {}) {
    let path = "";
    let pen = "M";
    for (let i = 0; i < xs.length; i++) {
      const px = this.x(xs[i]);
      const py = this.y(ys[i]);
      if (Number.isNaN(px) || Number.isNaN(py)) {
        pen = "M";
        continue;
      }
      path += `${pen}${clamp(px, -LIMIT, LIMIT).toFixed(1)} ${clamp(py, -LIMIT, LIMIT).toFixed(1)}`;
      pen = "L";
    }
    this.put(key, "path", { class: "live-curve", d: path || "M0 0", style: `stroke:${color};fill:${fill ?? "none"}`, "stroke-dasharray": dash || null, "stroke-width": width, opacity });
    if (label) this.labelCurve(key, xs, ys, label, color);
  }

  labelCurve(key, xs, ys, label, color) {
    const { top, bottom } = this.box;
    let i = xs.length - 1;
    while (i > 0 && !this.shows(xs[i], ys[i])) i--;
    let px = this.x(xs[i]);
    let py = this.y(ys[i]);
    if (i < xs.length - 1) {
      const qx = this.x(xs[i + 1]);
      const qy = clamp(this.y(ys[i + 1]), -LIMIT, LIMIT);
      const edge = qy < top ? top : qy > bottom ? bottom : null;
      if (edge !== null && qy !== py) px += ((edge - py) / (qy - py)) * (qx - px);
      py = edge ?? py;
    }
    if (this.shows(xs[i], ys[i])) this.labels.push({ key: `${key}-label`, px, py, label, color });
  }

  placeLabels() {
    const { right, top, bottom } = this.box;
    const atTop = this.labels.filter((l) => l.py < top + 4 && l.px < right - 6);
    const aside = this.labels.filter((l) => !atTop.includes(l));
    spread(aside, "py", () => 16, top + 4, bottom - 2);
    for (const l of aside) this.text(l.key, Math.min(l.px + 6, right + 5), l.py + 4, l.label, { color: l.color });
    const wide = (l) => plain(l.label).length * 7.5 + 8;
    spread(atTop, "px", wide, this.box.left + 20, this.width - 24);
    for (const l of atTop) this.text(l.key, l.px, top - 5, l.label, { color: l.color, anchor: "middle" });
  }

  area(key, xs, ys, { color, opacity = 0.15 }) {
    const path = xs.map((x, i) => `${i ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`).join("");
    this.put(key, "path", { d: `${path}Z`, style: `fill:${color};stroke:none`, opacity });
  }

  dot(key, x, y, { color, r = 4.5, hollow, opacity } = {}) {
    if (!this.shows(x, y)) return;
    this.put(key, "circle", { cx: this.x(x).toFixed(1), cy: this.y(y).toFixed(1), r, style: hollow ? `fill:var(--paper);stroke:${color};stroke-width:2` : `fill:${color}`, opacity }, { layer: "marks" });
  }

  shows(x, y) {
    const { left, right, top, bottom } = this.box;
    const [px, py] = [this.x(x), this.y(y)];
    return px >= left - 1 && px <= right + 1 && py >= top - 1 && py <= bottom + 1;
  }

  // A cross at (x, y): where something ends.
  cross(key, x, y, { color, r = 5 } = {}) {
    if (!this.shows(x, y)) return;
    const [px, py] = [this.x(x), this.y(y)];
    this.put(key, "path", { class: "live-curve", d: `M${px - r} ${py - r}L${px + r} ${py + r}M${px - r} ${py + r}L${px + r} ${py - r}`, style: `stroke:${color}`, "stroke-width": 2.4 }, { layer: "marks" });
  }

  // A horizontal (y) or vertical (x) line across the panel.
  rule(key, { x, y }, { label, color = "var(--soft)", dash = "5 4", width = 1.3, at = "end", ink = color } = {}) {
    const { left, right, top, bottom } = this.box;
    const vertical = x !== undefined;
    const p = vertical ? this.x(x) : this.y(y);
    const outside = vertical ? p < left - 1 || p > right + 1 : p < top - 1 || p > bottom + 1;
    if (outside) return;
    const ends = vertical ? { x1: p, x2: p, y1: top, y2: bottom } : { x1: left, x2: right, y1: p, y2: p };
    this.put(key, "line", { ...ends, class: "live-curve", style: `stroke:${color}`, "stroke-dasharray": dash, "stroke-width": width });
    if (!label) return;
    if (vertical) this.text(`${key}-label`, p, top - 6, label, { color: ink, anchor: "middle" });
    else if (at === "end") this.text(`${key}-label`, right + 5, p + 4, label, { color: ink });
    else if (at === "margin") this.labels.push({ key: `${key}-label`, px: right, py: p, label, color: ink });
    else if (at === "start") this.text(`${key}-label`, left + 12, p - 6, label, { color: ink });
    else this.text(`${key}-label`, right - 6, p - 6, label, { color: ink, anchor: "end" });
  }

  arrow(key, x0, y0, x1, y1, { color, width = 2, head = 7, dash } = {}) {
    const [ax, ay, bx, by] = [this.x(x0), this.y(y0), this.x(x1), this.y(y1)];
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
    const h = Math.min(head, length);
    const barb = (s) => `M${bx.toFixed(1)} ${by.toFixed(1)}l${(h * (-ux * 0.9 + s * uy * 0.5)).toFixed(1)} ${(h * (-uy * 0.9 - s * ux * 0.5)).toFixed(1)}`;
    this.put(key, "path", { class: "live-curve", d: `M${ax.toFixed(1)} ${ay.toFixed(1)}L${bx.toFixed(1)} ${by.toFixed(1)}`, style: `stroke:${color}`, "stroke-width": width, "stroke-dasharray": dash });
    this.put(`${key}-head`, "path", { class: "live-curve", d: barb(1) + barb(-1), style: `stroke:${color}`, "stroke-width": width });
  }

  // A field of directions (x, y) -> [dx, dy] in pixels' sense of the axes, as short equal strokes.
  field(key, direction, { nx = 14, ny = 10, color = "var(--faint)" } = {}) {
    const { left, right, top, bottom } = this.box;
    let d = "";
    for (const i of range(nx))
      for (const k of range(ny)) {
        const px = left + ((i + 0.5) / nx) * (right - left);
        const py = top + ((k + 0.5) / ny) * (bottom - top);
        const [dx, dy] = direction(this.x.invert(px), this.y.invert(py));
        const length = Math.hypot(dx, dy);
        if (!(length > 0)) continue;
        const [ux, uy] = [(6 * dx) / length, (-6 * dy) / length];
        d += `M${(px - ux).toFixed(1)} ${(py - uy).toFixed(1)}l${(2 * ux).toFixed(1)} ${(2 * uy).toFixed(1)}l${(-0.7 * ux + 0.4 * uy).toFixed(1)} ${(-0.7 * uy - 0.4 * ux).toFixed(1)}`;
      }
    this.put(key, "path", { class: "live-curve", d: d || "M0 0", style: `stroke:${color}`, "stroke-width": 1.2 }, { layer: "back" });
  }

  // Stretches { from, to, color, label } of the x axis, as a strip between the axis and its ticks.
  // It needs room: the panel's option `strip`.
  strip(key, stretches, label) {
    const { left, right, bottom } = this.box;
    const [top, height] = [bottom + 4, this.options.strip - 6];
    stretches.forEach(({ from, to, color, label: name }, i) => {
      const [x0, x1] = [from, to].map((x) => clamp(this.x(x), left, right));
      this.put(`${key}-${i}`, "rect", { x: x0.toFixed(1), y: top, width: Math.max(0, x1 - x0).toFixed(1), height, style: `fill:${color}` }, { layer: "back" });
      if (x1 - x0 > 6 + 7 * plain(name).length)
        this.text(`${key}-text-${i}`, (x0 + x1) / 2, top + height / 2 + 4.5, name, { class: "live-strip", anchor: "middle" });
    });
    this.text(`${key}-label`, left - 6, top + height / 2 + 4, label, { class: "live-tick", anchor: "end" });
  }

  // Names { x, label, color } of places on the x axis, in the room of the option `strip`.
  below(key, names) {
    const { left, right, bottom } = this.box;
    const items = names.map((name, i) => ({ ...name, i, px: this.x(name.x) }));
    spread(items, "px", (item) => 7 * plain(item.label).length + 6, left, right);
    for (const { i, px, label, color } of items) this.text(`${key}-${i}`, px, bottom + 16, label, { color, anchor: "middle" });
  }

  // Upright bars at positions xs.
  bars(key, xs, values, { colors, width = 20, base = 0 }) {
    xs.forEach((x, i) => {
      const [y0, y1] = [this.y(base), this.y(values[i])];
      this.put(`${key}-${i}`, "rect", { x: this.x(x) - width / 2, y: Math.min(y0, y1), width, height: Math.abs(y1 - y0), style: `fill:${colors[i]}` });
    });
  }

  // A grid of colored cells under the drawing; repainted only when `version` changes.
  heat(version, columns, rows, color) {
    this.painted = true;
    const ratio = window.devicePixelRatio || 1;
    const stamp = `${version}|${this.width}|${this.height}|${ratio}`;
    if (this.stamp === stamp && this.paintedBefore) return;
    this.stamp = stamp;
    if (this.cells?.width !== columns || this.cells.height !== rows) {
      this.cells = new ImageData(columns, rows);
      this.small = html("canvas", { width: columns, height: rows }).getContext("2d");
    }
    const { data } = this.cells;
    for (let r = 0, at = 0; r < rows; r++)
      for (let c = 0; c < columns; c++, at += 4) {
        const rgb = color(c, rows - 1 - r);
        data[at] = rgb[0];
        data[at + 1] = rgb[1];
        data[at + 2] = rgb[2];
        data[at + 3] = 255;
      }
    this.small.putImageData(this.cells, 0, 0);
    if (this.canvas.width !== Math.round(this.width * ratio) || this.canvas.height !== Math.round(this.height * ratio))
      assign(this.canvas, { width: Math.round(this.width * ratio), height: Math.round(this.height * ratio), style: `width:${this.width}px;height:${this.height}px` });
    const { left, right, top, bottom } = this.box;
    this.ground ??= this.canvas.getContext("2d");
    this.ground.imageSmoothingEnabled = false;
    this.ground.drawImage(this.small.canvas, left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
  }

  // A point that can be dragged, or moved with the arrow keys. See handle.js.
  handle(key, options) {
    handle(this, key, options);
  }
}

// Moves items apart along `axis` so that neighbors are `gap` apart and all stay in [low, high].
function spread(items, axis, gap, low, high) {
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
