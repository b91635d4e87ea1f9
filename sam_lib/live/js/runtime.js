// Brings the live figures of a static page to life: no kernel, no server, no network.
// A page built by MyST-NB holds the state of its widgets as JSON; each widget whose state has an
// ES module (`_esm`) is given a stand-in model and is mounted when it comes near the viewport.
(() => {
  "use strict";
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const models = new Map();
  const views = [];

  const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

  // Whether a trait that is described by `spec` may hold `value`; live/traits.py asks the same.
  function admits(spec, value) {
    const fits = (v) => typeof v === "number" && v >= spec.low && v <= spec.high;
    const rises = (v, i, all) => i === 0 || v > all[i - 1];
    if (spec.kind === "flag") return typeof value === "boolean";
    if (spec.kind === "choice") return spec.options.includes(value);
    if (spec.kind === "number") return fits(value);
    if (!Array.isArray(value) || value.length !== spec.start.length) return false;
    return value.every(fits) && (!spec.rising || value.every(rises));
  }

  // What a figure uses of a widget model; shared by id, so that two views stay in step.
  // Whatever sets the state (control, link, phrase, script) comes through `set`, which checks it.
  class Model {
    constructor(state) {
      this.state = state;
      this.isStatic = true;
      this.listeners = new Map();
    }
    get(key) {
      return this.state[key];
    }
    spec(key) {
      const all = this.state._spec ?? {};
      return Object.hasOwn(all, key) ? all[key] : undefined;
    }
    allows(key, value) {
      if (this.state._spec === undefined) return true;
      const spec = this.spec(key);
      if (spec && admits(spec, value)) return true;
      console.warn(`${this.get("name")}: cannot set ${key} to ${JSON.stringify(value)}`);
      return false;
    }
    set(key, value) {
      const changes = typeof key === "object" ? key : { [key]: value };
      const changed = Object.keys(changes).filter(
        (k) => this.allows(k, changes[k]) && !same(this.state[k], changes[k]),
      );
      for (const k of changed) this.state[k] = changes[k];
      for (const k of changed) this.emit(`change:${k}`, this.state[k]);
      if (changed.length) this.emit("change");
    }
    on(events, callback) {
      for (const event of events.split(/\s+/)) {
        if (!this.listeners.has(event)) this.listeners.set(event, new Set());
        this.listeners.get(event).add(callback);
      }
    }
    off(events, callback) {
      const names = events ? events.split(/\s+/) : [...this.listeners.keys()];
      for (const event of names) {
        if (callback) this.listeners.get(event)?.delete(callback);
        else this.listeners.delete(event);
      }
    }
    emit(event, value) {
      for (const callback of [...(this.listeners.get(event) ?? [])]) callback(this, value);
    }
    save_changes() {}
    send() {}
  }

  // "0.5" or "0.4,0.9" or "true" as a value of the kind that `spec` describes; what cannot be read
  // stays text, which no trait but a choice admits. One number stands for a whole list.
  function read(spec, text) {
    const number = (t) => (t.trim() === "" ? text : Number(t));
    if (spec?.kind === "flag") return text === "true" || (text === "false" ? false : text);
    if (spec?.kind === "choice") return spec.options.find((option) => String(option) === text) ?? text;
    if (spec?.kind === "number") return number(text);
    if (spec?.kind !== "vector") return text;
    const values = text.replace(/[[\]]/g, "").split(",").map(number);
    return values.length === 1 ? spec.start.map(() => values[0]) : values;
  }

  // Sets traits of one model from [trait, text] pairs.
  function apply(model, pairs) {
    for (const [trait, text = ""] of pairs) model.set(trait, read(model.spec(trait), text));
  }

  // The state in which the figure was made, but for [trait, text] pairs: what a phrase promises must not
  // hang on what was set before it.
  function reset(model, pairs) {
    const start = Object.entries(model.get("_spec")).map(([trait, { start }]) => [trait, start]);
    const own = pairs.map(([trait, text = ""]) => [trait, read(model.spec(trait), text)]);
    model.set(Object.fromEntries([...start, ...own]));
  }

  const byName = (name) => [...models.values()].find((m) => m.get("name") === name);

  function restore(query) {
    for (const [key, text] of new URLSearchParams(query)) {
      const dot = key.indexOf(".");
      const model = dot > 0 && byName(key.slice(0, dot));
      if (model) apply(model, [[key.slice(dot + 1), text]]);
    }
  }

  const modules = new Map();
  function load(source) {
    if (!modules.has(source)) {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const entry = { module: undefined };
      entry.promise = import(url).then((module) => (entry.module = module));
      modules.set(source, entry);
    }
    return modules.get(source);
  }

  function complain(host, error) {
    const note = document.createElement("p");
    note.className = "live-error";
    note.setAttribute("role", "alert");
    note.textContent = `This figure could not be drawn: ${error.message ?? error}`;
    host.replaceChildren(note);
    console.error(error);
  }

  function mount(view) {
    if (view.mounted) return;
    try {
      const { default: figure } = load(view.model.get("_esm")).module;
      view.mounted = true;
      view.host.replaceChildren();
      view.host.classList.add("live-mounted");
      figure.render({ model: view.model, el: view.host });
    } catch (error) {
      complain(view.host, error);
    }
  }

  function mountSoon(view) {
    return load(view.model.get("_esm")).promise.then(
      () => mount(view),
      (error) => complain(view.host, error),
    );
  }

  // On paper every figure is there, also those that were not reached; they hear the event themselves.
  function mountForPrint() {
    const fresh = views.filter((view) => !view.mounted && load(view.model.get("_esm")).module);
    fresh.forEach(mount);
    if (fresh.some((view) => view.mounted)) dispatchEvent(new Event("beforeprint"));
  }

  function addStyle(css) {
    if (!css || [...document.querySelectorAll("style.live-css")].some((s) => s.textContent === css)) return;
    const style = document.createElement("style");
    style.className = "live-css";
    style.textContent = css;
    document.head.append(style);
  }

  function place(script) {
    const { model_id: id } = JSON.parse(script.textContent);
    const model = models.get(id);
    const host = document.createElement("div");
    script.before(host);
    if (!model?.get("_esm")) {
      host.className = "live-note";
      host.textContent = "This part needs a running kernel: open the notebook to use it.";
      return;
    }
    const name = model.get("name") || `figure-${views.length + 1}`;
    const taken = views.filter((view) => view.name === name);
    host.id = taken.length ? `${name}-${taken.length + 1}` : name;
    host.className = "live-host";
    const view = { name, model, host, mounted: false };
    views.push(view);
    if (taken.some((other) => other.model !== model)) {
      complain(host, new Error(`two figures of this page are called ${name}`));
      return;
    }
    addStyle(model.get("_css"));
    new IntersectionObserver(
      (entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        mountSoon(view);
      },
      { rootMargin: "400px 0px" },
    ).observe(host);
  }

  // A figure that a cell computed in this page: drawn at once, and no view that links or phrases reach.
  function mountState(host, state) {
    addStyle(state._css);
    host.className = "live-host";
    mountSoon({ name: state.name, model: new Model(state), host, mounted: false });
  }

  // Phrases of the text that set a figure: <button data-live="gate" data-set="alpha=0.45; depth=3">.
  function followPhrase(event) {
    const phrase = event.target.closest?.("button[data-live]");
    if (!phrase) return;
    const view = views.find((v) => v.name === phrase.dataset.live);
    if (!view) return;
    const parts = phrase.dataset.set.split(";").map((part) => part.split("=").map((s) => s.trim()));
    reset(
      view.model,
      parts.filter(([trait]) => trait),
    );
    mountSoon(view).then(() => bring(view.host, phrase));
  }

  // A page may bring the figure to the sentence; else the reader is brought to the figure.
  function bring(host, phrase) {
    const event = new CustomEvent("live-phrase", { bubbles: true, cancelable: true, detail: { host } });
    const box = host.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (phrase.dispatchEvent(event) && (box.top < 0 || box.bottom > innerHeight))
      host.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    host.classList.remove("live-set");
    void host.offsetWidth;
    host.classList.add("live-set");
  }

  function start() {
    for (const script of document.querySelectorAll(STATE))
      for (const [id, { state }] of Object.entries(JSON.parse(script.textContent).state))
        if (!models.has(id)) models.set(id, new Model(state));
    restore(location.search);
    document.querySelectorAll(VIEW).forEach(place);
    document.addEventListener("click", followPhrase);
    addEventListener("beforeprint", mountForPrint);
    (window.requestIdleCallback ?? setTimeout)(() => {
      for (const view of views) load(view.model.get("_esm")).promise.catch(() => {});
    });
    const target = document.getElementById(location.hash.slice(1));
    if (target?.classList.contains("live-host")) target.scrollIntoView();
    window.liveFigures = { byName, restore, views, mount: mountState };
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
