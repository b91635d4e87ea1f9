// The page's side of the worker: asks first where that is due, starts it, runs cells, ends it.
const BASE = new URL("./", import.meta.url);
const MEGA = 1e6;

export const megabytes = (bytes) => Math.round(bytes / MEGA);

const layers = ["scipy.pack", "matplotlib.pack"]; // they come when a cell needs them

const once = new Map();
export function fetchOnce(name) {
  if (!once.has(name))
    once.set(
      name,
      fetch(new URL(name, BASE)).then((response) => {
        if (!response.ok) throw new Error(`${name} could not be loaded (status ${response.status})`);
        return response.json();
      }),
    );
  return once.get(name);
}

// Whether the reader should be asked before some 30 MB are loaded and some 700 MB of memory used.
function modest() {
  const { connection, deviceMemory } = navigator;
  const small = matchMedia("(pointer: coarse) and (max-width: 800px)").matches;
  return small || connection?.saveData || (deviceMemory ?? 8) < 4 || /2g|3g/.test(connection?.effectiveType ?? "");
}

class Engine {
  worker = null;
  ready = null;
  tasks = new Map();
  next = 0;
  asked = false;
  started = false;
  memory = 0;

  // Start Python for a reader who has all of it from an earlier visit and reaches for a button.
  async early() {
    const files = await fetchOnce("files.json");
    const kept = await globalThis.caches?.open("sam-lib-python").catch(() => null);
    for (const [name, { version }] of Object.entries(files))
      if (!layers.includes(name) && !(await kept?.match(new URL(`${name}?v=${version}`, BASE)))) return;
    if (!modest()) await this.start(() => {});
  }

  // Start Python unless it runs; `status` tells how far it is, `ask` returns whether to go on.
  async start(status, ask) {
    if (this.ready) {
      if (!this.started) status("Starting Python …");
      return this.ready;
    }
    const files = await fetchOnce("files.json");
    const total = Object.entries(files).reduce((sum, [name, { size }]) => sum + (layers.includes(name) ? 0 : size), 0);
    const all = Object.values(files).reduce((sum, { size }) => sum + size, 0);
    if (modest() && !this.asked) {
      const kept = await globalThis.caches?.has("sam-lib-python").catch(() => false);
      const load = kept ? "" : `load up to ${megabytes(all)} MB once, keep 90 MB for the next visit and `;
      if (!(await ask(`Running Python in this page will ${load}use about 700 MB of memory.`))) return false;
      this.asked = true;
    }
    this.ready ??= new Promise((resolve, reject) => {
      this.worker = new Worker(new URL("worker.js", BASE), { type: "module" });
      this.worker.onerror = (event) => reject(new Error(event.message ?? "the worker did not start"));
      this.fail = reject;
      this.worker.onmessage = ({ data }) => {
        if (data.memory) this.memory = data.memory;
        if (data.kind === "progress")
          this.started ||
            status(`Loading Python: ${megabytes(data.loaded)} of ${megabytes(total)} MB`, data.loaded / total);
        else if (data.kind === "loaded") status("Starting Python …");
        else if (data.kind === "started") resolve((this.started = true));
        else if (data.kind === "fetching")
          this.tasks.forEach((task) => task.on({ kind: "fetching", layer: data.layer }));
        else if (data.id === undefined && data.kind === "failed") reject(new Error(data.message));
        else this.deliver(data);
      };
      status("Loading Python …");
      this.worker.postMessage({ kind: "start", files });
    });
    this.ready.catch(() => this.stop());
    return this.ready;
  }

  deliver(data) {
    const task = this.tasks.get(data.id);
    if (!task) return;
    if (["done", "failed", "variant"].includes(data.kind)) this.tasks.delete(data.id);
    if (data.kind === "failed") task.reject(new Error(data.message));
    else if (data.kind === "done" || data.kind === "variant") task.resolve(data);
    else task.on(data);
  }

  send(message, on = () => {}) {
    const id = ++this.next;
    return new Promise((resolve, reject) => {
      this.tasks.set(id, { resolve, reject, on });
      this.worker.postMessage({ ...message, id });
    });
  }

  run(page, sources, target, on) {
    return this.send({ kind: "run", page, sources, target }, on);
  }

  async variant(source, record, name) {
    return (await this.send({ kind: "variant", source, claim: record.id, part: record.part, name })).source;
  }

  ahead() {
    this.worker?.postMessage({ kind: "ahead" });
  }

  // End the worker: that is how a running cell is stopped; the next run starts afresh.
  stop() {
    this.worker?.terminate();
    this.fail?.(new Stopped());
    for (const task of this.tasks.values()) task.reject(new Stopped());
    this.tasks.clear();
    this.worker = this.ready = this.fail = null;
    this.started = false;
  }
}

export class Stopped extends Error {
  message = "Stopped. The next run starts Python again.";
}

export const engine = new Engine();
