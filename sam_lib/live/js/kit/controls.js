// Controls: sliders with landmarks, segmented choices, switches, and a player for time.
import { html, assign, writeHtml, plain, unique } from "./dom.js";
import { fmt, clamp, roundTo, trim } from "./numbers.js";

const SNAP = 0.012;

// An end of a slider: a number, or a function of the state.
const limit = (end, view) => (typeof end === "function" ? end(view.state, view) : end);

// A native range input for the state at `path`, such as "rho" or "mu.1".
// landmarks: state -> [{ at, label }], clickable, and magnetic under the pointer.
// low and high may be functions of the state.
export function slider(path, { label, low, high, step = 0.01, landmarks = () => [], format = fmt, log = false }) {
  return (view) => {
    const spec = view.spec[path.split(".")[0]];
    const [forward, backward] = log ? [Math.log10, (v) => 10 ** v] : [(v) => v, (v) => v];
    let from, to, start, end;
    const measure = () => {
      [from, to] = [limit(low ?? spec.low, view), limit(high ?? spec.high, view)];
      [start, end] = [forward(from), forward(to)];
    };
    measure();
    const id = unique("control");
    const input = html("input", { type: "range", id, min: start, max: end, step: "any", list: `${id}-marks` });
    const output = html("output", { for: id });
    const marks = html("datalist", { id: `${id}-marks` });
    const rail = html("div", { class: "live-marks" });
    const name = writeHtml(html("label", { for: id }), label);
    const node = html(
      "div",
      { class: "live-control live-slider" },
      html("div", { class: "live-control-head" }, name, output),
      input,
      rail,
      marks,
    );
    let held = false;
    let places = [];
    let shown = "";
    let width = 300;
    const set = (value) => view.setPath(path, clamp(value, from, to));
    input.addEventListener("pointerdown", () => (held = true));
    for (const release of ["pointerup", "pointercancel", "blur"]) input.addEventListener(release, () => (held = false));
    input.addEventListener("input", () => {
      const position = Number(input.value);
      const near = held && places.find((m) => Math.abs(forward(m.at) - position) < SNAP * (end - start));
      set(near ? near.at : log ? trim(backward(position), 4) : roundTo(position, step));
    });
    input.addEventListener("keydown", (event) => {
      const direction = { ArrowRight: 1, ArrowUp: 1, PageUp: 10, ArrowLeft: -1, ArrowDown: -1, PageDown: -10 }[
        event.key
      ];
      if (!direction) return;
      event.preventDefault();
      const much = direction * (event.shiftKey ? 10 : 1);
      const value = view.getPath(path);
      set(log ? trim(backward(forward(value) + (much * (end - start)) / 200), 4) : roundTo(value + much * step, step));
    });
    const update = (state) => {
      const value = view.getPath(path);
      measure();
      assign(input, { min: start, max: end });
      if (Number(input.value) !== forward(value)) input.value = forward(value);
      const text = format(value);
      assign(input, {
        "aria-valuetext": plain(text),
        style: `--fill:${(100 * (forward(value) - start)) / (end - start)}%`,
      });
      writeHtml(output, text);
      const found = landmarks(state, view).filter((m) => m.at >= from && m.at <= to);
      if (JSON.stringify([found, from, to]) === shown) return;
      shown = JSON.stringify([found, from, to]);
      places = found.map((m) => ({ ...m, share: (forward(m.at) - start) / (end - start) }));
      marks.replaceChildren(...places.map((m) => html("option", { value: forward(m.at), label: plain(m.label) })));
      rail.replaceChildren(...places.map((m) => mark(m, set, label)));
      layOut(rail, places, width);
    };
    const resize = () => {
      width = rail.clientWidth || 300;
      layOut(rail, places, width);
    };
    return { node, update, resize };
  };
}

function mark({ at, label }, set, name) {
  const node = html("button", {
    type: "button",
    class: "live-mark",
    "aria-label": `set ${plain(name)} to ${plain(label)}, ${fmt(at, 4)}`,
    onclick: () => set(at),
  });
  return writeHtml(node, label);
}

// Landmark labels in as few rows as keep them apart. Their widths are estimated: to measure them
// would lay the page out at every event.
function layOut(rail, places, width) {
  const ends = [];
  const inOrder = [...rail.children].map((node, i) => [node, places[i]]).sort((a, b) => a[1].at - b[1].at);
  for (const [node, { label, share }] of inOrder) {
    const at = 9 + (width - 18) * share;
    const half = Math.max(24, 7.5 * plain(label).length + 8) / 2;
    const center = clamp(at, half, width - half);
    let row = ends.findIndex((end) => end + 2 < center - half);
    if (row < 0) row = ends.length;
    ends[row] = center + half;
    node.style.cssText = `left:${at.toFixed(1)}px;--row:${row};--shift:${(center - at).toFixed(0)}px`;
  }
  rail.style.setProperty("--rows", ends.length);
}

// A row of exclusive options: { value, label }; without them, those that the trait allows.
export function choice(path, { label, options }) {
  return (view) => {
    const group = unique("choice");
    const entries = options ?? view.spec[path].options.map((value) => ({ value, label: String(value) }));
    const inputs = entries.map(({ value }) =>
      html("input", { type: "radio", name: group, onchange: () => view.setPath(path, value) }),
    );
    const cells = entries.map((entry, i) => html("label", {}, inputs[i], writeHtml(html("span"), entry.label)));
    const node = html(
      "fieldset",
      { class: "live-control live-choice" },
      writeHtml(html("legend"), label),
      html("div", {}, ...cells),
    );
    const update = () => entries.forEach((entry, i) => (inputs[i].checked = entry.value === view.getPath(path)));
    return { node, update };
  };
}

// A switch for a trait that is true or false.
export function flag(path, { label }) {
  return (view) => {
    const input = html("input", { type: "checkbox", onchange: () => view.setPath(path, input.checked) });
    const node = html("label", { class: "live-control live-flag" }, input, writeHtml(html("span"), label));
    return { node, update: () => (input.checked = view.getPath(path)) };
  };
}

// A slider for time with a button that plays it; with reduced motion it goes in twelve steps.
export function player(path, { seconds = 8, ...options }) {
  return (view) => {
    const inner = slider(path, options)(view);
    const button = html("button", { type: "button", class: "live-play" });
    const node = html("div", { class: "live-player" }, button, inner.node);
    const spec = view.spec[path];
    const low = () => limit(options.low ?? spec.low, view);
    const high = () => limit(options.high ?? spec.high, view);
    let ticking = null;
    const show = () => {
      button.textContent = ticking ? "❚❚" : "▶";
      assign(button, { "aria-label": `${ticking ? "pause" : "play"} ${plain(options.label)}` });
    };
    const stop = () => {
      if (ticking) ticking();
      ticking = null;
      show();
    };
    const advance = (share) => {
      const next = Math.min(high(), view.getPath(path) + share * (high() - low()));
      view.setPath(path, next);
      if (next >= high() || !view.visible) stop();
    };
    const play = () => {
      if (view.getPath(path) >= high()) view.setPath(path, low());
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        const timer = setInterval(() => advance(1 / 12), 600);
        ticking = () => clearInterval(timer);
      } else {
        let last = performance.now();
        let frame = requestAnimationFrame(function step(now) {
          frame = requestAnimationFrame(step);
          advance(Math.min(now - last, 100) / (1000 * seconds));
          last = now;
        });
        ticking = () => cancelAnimationFrame(frame);
      }
      show();
    };
    button.onclick = () => (ticking ? stop() : play());
    node.addEventListener("pointerdown", (event) => event.target.tagName === "INPUT" && stop());
    show();
    return { ...inner, node, remove: stop };
  };
}
