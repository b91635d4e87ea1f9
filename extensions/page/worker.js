// Python in a worker: starts the interpreter from the site's own files, runs cells, tells the page.
// The page ends it to stop a cell; another page has a worker of its own.
import { loadPyodide } from "./pyodide.mjs";
import { archiveBytes, openStore, unpack } from "./archive.js";

const BASE = new URL("./", import.meta.url);
const SITE = "/lib/python3.14/site-packages";
const LAYERS = { scipy: ["scipy"], matplotlib: ["matplotlib", "PIL", "mpl_toolkits", "contourpy", "cycler"] };
// What is imported before the memory is kept for the next start: nothing with machine code, no file left open.
const PURE = `import gc, importlib; importlib.invalidate_caches()
import session, sympy, tqdm, traitlets, yaml
tqdm.tqdm.monitor_interval = 0 # there are no threads
gc.collect()`;
const waiting = new Map(); // layers that were fetched and are not yet unpacked
const present = new Set();

let python;
let session;
let store;

// The interpreter with memory that holds the snapshot; a block of that size makes it grow.
const roomFor = (snapshot) => async (settings) => {
  const { default: create } = await import("./pyodide.asm.mjs");
  const module = await create(settings);
  module._malloc(snapshot.byteLength);
  return module;
};

function say(message) {
  postMessage(message);
}

// The interpreter with the core packages and the library; `files` tells each one's version and size.
async function start(files) {
  store = await openStore(files, say);
  self.fetch = (request, options) => store.fetch(new URL(request.url ?? request, BASE), options);
  const core = ["core.pack", "sam_lib.pack", "session.pack"].map((name) => store.bytes(new URL(name, BASE)));
  const snapshot = await store.snapshot();
  python = await loadPyodide({
    indexURL: BASE.href,
    env: { TQDM_DISABLE: "1", MPLBACKEND: "svg", HOME: "/home/pyodide" },
    ...(snapshot ? { _loadSnapshot: snapshot, createPyodideModule: roomFor(snapshot) } : { _makeSnapshot: true }),
  });
  for (const bytes of await Promise.all(core)) unpack(await archiveBytes(bytes), python.FS, SITE);
  if (!snapshot) {
    python.runPython(PURE);
    store.keepSnapshot(python.makeMemorySnapshot());
  }
  self.fetchLayer = fetchLayer;
  self.pythonHeap = () => python._module.HEAPF64; // anew for each call: it moves when it grows
  say({ kind: "loaded", memory: python._module.HEAP8.length });
  python.runPython("import importlib; importlib.invalidate_caches(); import layers; layers.install()");
  session = python.pyimport("session");
  for (const layer of Object.keys(LAYERS)) if (await store.has(new URL(`${layer}.pack`, BASE))) await prepare(layer);
}

// Called by an import that finds a layer missing: Python waits, so the request does not return before.
function fetchLayer(layer) {
  if (present.has(layer)) return;
  present.add(layer);
  let bytes = waiting.get(layer);
  waiting.delete(layer);
  if (!bytes) {
    say({ kind: "fetching", layer });
    const request = new XMLHttpRequest();
    request.open("GET", store.address(new URL(`${layer}.pack`, BASE)), false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${layer}.pack: status ${request.status}`);
    bytes = python.pyimport("layers").gunzip(new Uint8Array(request.response)).toJs();
  }
  unpack(bytes, python.FS, SITE);
}

// Fetch a layer ahead of its first import.
async function prepare(layer) {
  if (present.has(layer) || waiting.has(layer)) return;
  waiting.set(layer, await archiveBytes(await store.bytes(new URL(`${layer}.pack`, BASE))));
}

function plain(proxy) {
  const value = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy();
  return value;
}

async function run({ id, page, sources, target }) {
  const emit = (kind, facts) => say({ ...plain(facts), kind, id });
  const modules = session.modules(python.toPy(sources), target).toJs();
  for (const [layer, names] of Object.entries(LAYERS))
    if (names.some((name) => modules.includes(name))) await prepare(layer);
  const result = plain(session.run(page, python.toPy(sources), target, emit));
  say({ ...result, kind: "done", id, memory: python._module.HEAP8.length });
}

function variant({ id, source, claim, part, name }) {
  say({ kind: "variant", id, source: python.pyimport("cells").with_wrong_variant(source, claim, part, name) });
}

let queue = Promise.resolve();
addEventListener("message", ({ data }) => {
  queue = queue.then(async () => {
    try {
      if (data.kind === "start") {
        await start(data.files);
        say({ kind: "started" });
      } else if (data.kind === "run") await run(data);
      else if (data.kind === "variant") variant(data);
      else if (data.kind === "ahead") for (const layer of Object.keys(LAYERS)) await prepare(layer);
    } catch (error) {
      if (data.kind === "start") await store?.forgetSnapshot();
      say({ kind: "failed", id: data.id, message: String(error.message ?? error) });
    }
  });
});
