// A live figure: panels, controls, read-out and caption around one shared state.
import { html, assign, writeHtml, plain } from "./dom.js";
import { inChunks } from "./chunks.js";
import { fmt, clamp } from "./numbers.js";
import { Panel } from "./panel.js";

// The module of a figure is `export default figure({ panels, controls, draw })`:
// panels    { name: options of a Panel }
// row       true: the panels keep side by side, also on a phone
// controls  list made of slider(), choice(), flag(), player(); or a function: first state -> list
// draw      (panels, state, view) => names every mark, again at every change
export function figure(parts) {
  return {
    render({ model, el }) {
      const view = new View(model, el, parts);
      return () => view.remove();
    },
  };
}

class View {
  constructor(model, el, { panels, row = false, controls = [], draw }) {
    Object.assign(this, { model, draw, row, visible: false, memos: new Map() });
    this.spec = model.get("_spec");
    this.keys = Object.keys(this.spec);
    this.panels = {};
    for (const [name, options] of Object.entries(panels)) this.panels[name] = new Panel(options);
    const list = typeof controls === "function" ? controls(this.state) : controls;
    this.controls = list.map((make) => make(this));
    this.build(el);
    this.onChange = () => this.request();
    for (const key of this.keys) model.on(`change:${key}`, this.onChange);
    this.measure();
    this.paint();
    this.watchPage();
  }

  build(el) {
    this.values_ = html("dl", { class: "live-values" });
    this.said = html("p", { class: "live-said", "aria-hidden": "true" });
    this.spoken = html("p", { class: "live-spoken", "aria-live": "polite" });
    const caption = html("figcaption", {}, writeHtml(html("p"), this.model.get("caption")));
    this.link = html("button", { type: "button", onclick: () => this.copyLink() }, "copy link");
    this.buttons = html(
      "div",
      { class: "live-buttons" },
      html("button", { type: "button", onclick: () => this.reset() }, "reset"),
      this.link,
    );
    const numbers = html("details", { class: "live-numbers" }, html("summary", {}, "numbers"), this.values_);
    this.grid = html(
      "div",
      { class: `live-panels${this.row ? " live-row" : ""}` },
      ...Object.values(this.panels).map((p) => p.node),
    );
    this.node = html(
      "figure",
      { class: "live", "aria-label": plain(this.model.get("alt")) },
      this.grid,
      this.said,
      this.spoken,
      caption,
      html("div", { class: "live-controls" }, ...this.controls.map((c) => c.node)),
      html("div", { class: "live-foot" }, numbers, this.buttons),
    );
    el.append(this.node);
    if (!this.model.isStatic) this.link.textContent = "copy code";
  }

  watchPage() {
    this.sizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        const panel = Object.values(this.panels).find((p) => p.node === target);
        if (contentRect.width > 0 && Math.round(contentRect.width) !== panel.width) panel.resize(contentRect.width);
      }
      for (const control of this.controls) control.resize?.();
      this.request();
    });
    for (const panel of Object.values(this.panels)) this.sizes.observe(panel.node);
    this.words = new ResizeObserver((entries) => this.keepRoom(entries.at(-1).contentRect));
    this.words.observe(this.said);
    this.sight = new IntersectionObserver(
      (entries) => {
        this.visible = entries.at(-1).isIntersecting;
        if (this.visible && this.stale) this.request();
      },
      { rootMargin: "200px 0px" },
    );
    this.sight.observe(this.node);
    this.theme = new MutationObserver(() => this.request());
    for (const target of [document.documentElement, document.body])
      this.theme.observe(target, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
    this.beforePrint = () => {
      this.job?.finish();
      this.paint();
    };
    addEventListener("beforeprint", this.beforePrint);
  }

  // Room for the longest sentence so far, so that a shorter one moves nothing below it.
  keepRoom({ width, height }) {
    const wider = this.room && this.room.width !== width;
    this.room = { width, height: wider ? 0 : Math.max(this.room?.height ?? 0, height) };
    if (wider) requestAnimationFrame(() => this.said.style.removeProperty("min-height"));
    else this.said.style.minHeight = `${this.room.height}px`;
  }

  // Sizes that are known at once; the observer reports the others, and later changes.
  measure() {
    for (const panel of Object.values(this.panels))
      if (!panel.width && panel.node.clientWidth) panel.resize(panel.node.clientWidth);
  }

  remove() {
    for (const key of this.keys) this.model.off(`change:${key}`, this.onChange);
    for (const control of this.controls) control.remove?.();
    for (const observer of [this.sizes, this.words, this.sight, this.theme]) observer.disconnect();
    this.job?.stop();
    removeEventListener("beforeprint", this.beforePrint);
    this.node.remove();
  }

  get state() {
    return Object.fromEntries(this.keys.map((key) => [key, this.model.get(key)]));
  }

  // Sets part of the state; numbers are kept within what the traits allow.
  set(changes) {
    for (const [key, value] of Object.entries(changes)) {
      const { kind, low, high } = this.spec[key];
      const fit = (v) => clamp(v, low, high);
      this.model.set(key, kind === "number" ? fit(value) : kind === "vector" ? value.map(fit) : value);
    }
    this.model.save_changes();
  }

  getPath(path) {
    return path.split(".").reduce((value, key) => value[key], this.state);
  }

  setPath(path, value) {
    const [key, index] = path.split(".");
    this.set({
      [key]: index === undefined ? value : this.model.get(key).map((v, i) => (i === Number(index) ? value : v)),
    });
  }

  reset() {
    this.set(Object.fromEntries(this.keys.map((key) => [key, this.spec[key].start])));
  }

  // The result of compute(), kept until one of `causes` changes.
  memo(name, causes, compute) {
    const stamp = JSON.stringify(causes);
    if (this.memos.get(name)?.stamp !== stamp) this.memos.set(name, { stamp, value: compute() });
    return this.memos.get(name).value;
  }

  // Does work(item) for all items in short pieces; a later call ends an earlier one.
  work(items, work) {
    this.job?.stop();
    this.job = inChunks(items, work);
  }

  request() {
    this.stale = true;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.visible) return;
      try {
        this.paint();
      } catch (error) {
        this.complain(error);
      }
    });
  }

  complain(error) {
    this.sentence = null;
    this.said.liveLabel = null;
    this.said.replaceChildren(
      html("span", { class: "live-error", role: "alert" }, `This figure could not be drawn: ${error.message}`),
    );
    console.error(error);
  }

  paint() {
    const panels = Object.values(this.panels);
    if (panels.some((panel) => !panel.width)) return;
    this.stale = false;
    const state = this.state;
    for (const panel of panels) panel.begin();
    this.draw(this.panels, state, this);
    for (const panel of panels) panel.end();
    for (const control of this.controls) control.update(state);
  }

  // One sentence about what is to be seen now: visible, and spoken once it stops changing.
  say(sentence) {
    if (this.sentence === sentence) return;
    this.sentence = sentence;
    writeHtml(this.said, sentence);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = plain(sentence)), 500);
  }

  // Quantities with six digits: [[label, number], ...].
  values(entries) {
    entries.forEach(([label, value], i) => {
      const row = this.values_.children[i] ?? this.values_.appendChild(html("div", {}, html("dt"), html("dd")));
      writeHtml(row.children[0], label);
      row.children[1].textContent = typeof value === "number" ? fmt(value, 6) : value;
      assign(row.children[1], { "data-value": value });
    });
    while (this.values_.children.length > entries.length) this.values_.lastChild.remove();
  }

  // The address of the figure in its present state, or the code that makes it.
  get address() {
    const name = this.model.get("name");
    const changed = this.keys.filter(
      (key) => JSON.stringify(this.model.get(key)) !== JSON.stringify(this.spec[key].start),
    );
    if (!this.model.isStatic) {
      const code = (value) => JSON.stringify(value).replace("true", "True").replace("false", "False");
      return `${this.model.get("_class")}(${changed.map((key) => `${key}=${code(this.model.get(key))}`).join(", ")})`;
    }
    const address = new URL(location.href);
    for (const key of [...address.searchParams.keys()])
      if (key.startsWith(`${name}.`)) address.searchParams.delete(key);
    for (const key of changed) address.searchParams.set(`${name}.${key}`, String(this.model.get(key)));
    address.hash = name;
    return address.href.replaceAll("%2C", ",");
  }

  async copyLink() {
    const { address, link } = this;
    const label = link.textContent;
    try {
      if (this.model.isStatic) history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse this for pages opened from disk; the copy below is what matters.
    }
    try {
      await navigator.clipboard.writeText(address);
      link.textContent = "copied";
    } catch {
      const field = html("input", { value: address, readonly: "", "aria-label": "link to this state" });
      link.after(field);
      field.select();
      link.textContent = document.execCommand("copy") ? "copied" : "copy from here:";
      if (link.textContent === "copied") field.remove();
    }
    setTimeout(() => (link.textContent = label), 1600);
  }
}
