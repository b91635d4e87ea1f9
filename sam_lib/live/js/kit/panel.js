// The marks of a drawing: curves, points, rules, maps, handles.
import { html, assign, plain } from "./dom.js";
import { clamp, range } from "./numbers.js";
import { Frame, spread } from "./frame.js";
import { handle } from "./handle.js";

const LIMIT = 1e4;

export class Panel extends Frame {
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
    this.put(key, "path", {
      class: "live-curve",
      d: path || "M0 0",
      style: `stroke:${color};fill:${fill ?? "none"}`,
      "stroke-dasharray": dash || null,
      "stroke-width": width,
      opacity,
    });
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

  // A label beside (x, y), moved away from other labels.
  label(key, x, y, label, { color, dx = 0 } = {}) {
    if (this.shows(x, y)) this.labels.push({ key, px: this.x(x) + dx, py: this.y(y), label, color });
  }

  area(key, xs, ys, { color, opacity = 0.15 }) {
    const path = xs.map((x, i) => `${i ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`).join("");
    this.put(key, "path", { d: `${path}Z`, style: `fill:${color};stroke:none`, opacity });
  }

  dot(key, x, y, { color, r = 4.5, hollow, opacity } = {}) {
    if (!this.shows(x, y)) return;
    this.put(
      key,
      "circle",
      {
        cx: this.x(x).toFixed(1),
        cy: this.y(y).toFixed(1),
        r,
        style: hollow ? `fill:var(--paper);stroke:${color};stroke-width:2` : `fill:${color}`,
        opacity,
      },
      { layer: "marks" },
    );
  }

  // Many small dots as one mark; those outside the panel are left out.
  dots(key, xs, ys, { color, r = 2.8 }) {
    const dot = (x, y) =>
      `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    const path = xs.map((x, i) => (this.shows(x, ys[i]) ? dot(this.x(x), this.y(ys[i])) : "")).join("");
    this.put(key, "path", { d: path || "M0 0", style: `fill:${color};stroke:none` });
  }

  // A cross at (x, y): where something ends.
  cross(key, x, y, { color, r = 5 } = {}) {
    if (!this.shows(x, y)) return;
    const [px, py] = [this.x(x), this.y(y)];
    this.put(
      key,
      "path",
      {
        class: "live-curve",
        d: `M${px - r} ${py - r}L${px + r} ${py + r}M${px - r} ${py + r}L${px + r} ${py - r}`,
        style: `stroke:${color}`,
        "stroke-width": 2.4,
      },
      { layer: "marks" },
    );
  }

  // A horizontal (y) or vertical (x) line across the panel.
  rule(key, { x, y }, { label, color = "var(--soft)", dash = "5 4", width = 1.3, at = "end", ink = color } = {}) {
    const { left, right, top, bottom } = this.box;
    const vertical = x !== undefined;
    const p = vertical ? this.x(x) : this.y(y);
    const outside = vertical ? p < left - 1 || p > right + 1 : p < top - 1 || p > bottom + 1;
    if (outside) return;
    const ends = vertical ? { x1: p, x2: p, y1: top, y2: bottom } : { x1: left, x2: right, y1: p, y2: p };
    this.put(key, "line", {
      ...ends,
      class: "live-curve",
      style: `stroke:${color}`,
      "stroke-dasharray": dash,
      "stroke-width": width,
    });
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
    const barb = (side) => {
      const [dx, dy] = [h * (-ux * 0.9 + side * uy * 0.5), h * (-uy * 0.9 - side * ux * 0.5)];
      return `M${bx.toFixed(1)} ${by.toFixed(1)}l${dx.toFixed(1)} ${dy.toFixed(1)}`;
    };
    this.put(key, "path", {
      class: "live-curve",
      d: `M${ax.toFixed(1)} ${ay.toFixed(1)}L${bx.toFixed(1)} ${by.toFixed(1)}`,
      style: `stroke:${color}`,
      "stroke-width": width,
      "stroke-dasharray": dash,
    });
    this.put(`${key}-head`, "path", {
      class: "live-curve",
      d: barb(1) + barb(-1),
      style: `stroke:${color}`,
      "stroke-width": width,
    });
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
        const line = `l${(2 * ux).toFixed(1)} ${(2 * uy).toFixed(1)}`;
        const barb = `l${(-0.7 * ux + 0.4 * uy).toFixed(1)} ${(-0.7 * uy - 0.4 * ux).toFixed(1)}`;
        d += `M${(px - ux).toFixed(1)} ${(py - uy).toFixed(1)}${line}${barb}`;
      }
    this.put(
      key,
      "path",
      { class: "live-curve", d: d || "M0 0", style: `stroke:${color}`, "stroke-width": 1.2 },
      { layer: "back" },
    );
  }

  // Stretches { from, to, color, label } of the x axis, as a strip between the axis and its ticks.
  // It needs room: the panel's option `strip`.
  strip(key, stretches, label) {
    const { left, right, bottom } = this.box;
    const [top, height] = [bottom + 4, this.options.strip - 6];
    stretches.forEach(({ from, to, color, label: name }, i) => {
      const [x0, x1] = [from, to].map((x) => clamp(this.x(x), left, right));
      this.put(
        `${key}-${i}`,
        "rect",
        { x: x0.toFixed(1), y: top, width: Math.max(0, x1 - x0).toFixed(1), height, style: `fill:${color}` },
        { layer: "back" },
      );
      if (x1 - x0 > 6 + 7 * plain(name).length)
        this.text(`${key}-text-${i}`, (x0 + x1) / 2, top + height / 2 + 4.5, name, {
          class: "live-strip",
          anchor: "middle",
        });
    });
    this.text(`${key}-label`, left - 6, top + height / 2 + 4, label, { class: "live-tick live-fine", anchor: "end" });
  }

  // Names { x, label, color } of places on the x axis, in the room of the option `strip`.
  below(key, names) {
    const { left, right, bottom } = this.box;
    const items = names.map((name, i) => ({ ...name, i, px: this.x(name.x) }));
    spread(items, "px", (item) => 7 * plain(item.label).length + 6, left, right);
    for (const { i, px, label, color } of items)
      this.text(`${key}-${i}`, px, bottom + 16, label, { color, anchor: "middle" });
  }

  // Upright bars at positions xs.
  bars(key, xs, values, { colors, width = 20, base = 0 }) {
    xs.forEach((x, i) => {
      const [y0, y1] = [this.y(base), this.y(values[i])];
      this.put(`${key}-${i}`, "rect", {
        x: this.x(x) - width / 2,
        y: Math.min(y0, y1),
        width,
        height: Math.abs(y1 - y0),
        style: `fill:${colors[i]}`,
      });
    });
  }

  // Parts { d, dark, lit } of a drawing, 200 wide, above the axes, each in the light that light(part)
  // says, from 0 to 1. It needs room: the panel's option `picture`, its height for a width of 1.
  picture(key, parts, light) {
    const { top, picture } = this.options;
    const place = `translate(0 ${top - 2}) scale(${(this.width / 200).toFixed(4)})`;
    const height = 200 * picture;
    this.put(
      key,
      "rect",
      { width: 200, height, rx: 4, transform: place, style: `fill:var(--night)` },
      { layer: "back" },
    );
    parts.forEach((part, i) => {
      const share = (100 * light(part)).toFixed(1);
      const style = `fill:color-mix(in srgb,${part.lit} ${share}%,${part.dark})`;
      this.put(`${key}-${i}`, "path", { d: part.d, transform: place, style }, { layer: "back" });
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
      assign(this.canvas, {
        width: Math.round(this.width * ratio),
        height: Math.round(this.height * ratio),
        style: `width:${this.width}px;height:${this.height}px`,
      });
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
