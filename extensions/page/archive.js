// Fetching with a memory, and unpacking: what the worker needs to bring its files.

// The files of one version, kept by the browser for the next visit. `files`: name -> { version, size }.
export async function openStore(files, say) {
  const name = "sam-lib-python";
  const cache = self.caches ? await caches.open(name).catch(() => null) : null;
  const fileOf = (url) => url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  const address = (url) => {
    const entry = files[fileOf(url)];
    return entry ? `${url.origin}${url.pathname}?v=${entry.version}` : url.href;
  };
  const plain = self.fetch.bind(self);
  let loaded = 0;

  // The memory of the started interpreter, made here on the first visit; of this version only.
  const version = Object.values(files).map((file) => file.version);
  const memory = `${self.location.origin}/python-memory?v=${version.join("")}`;

  async function forget() {
    const known = new Set([...version, version.join("")]);
    for (const request of (await cache?.keys()) ?? [])
      if (!known.has(new URL(request.url).searchParams.get("v"))) await cache.delete(request);
  }

  // A response, from the cache if it is there; counts what comes over the net.
  async function get(url, options) {
    const place = address(url);
    if (!files[fileOf(url)]) return plain(place, options);
    const kept = await cache?.match(place);
    if (kept) return kept;
    const response = await plain(place, options);
    if (!response.ok) throw new Error(`${fileOf(url)}: status ${response.status}`);
    const counter = new TransformStream({
      transform(chunk, out) {
        loaded += chunk.byteLength;
        say({ kind: "progress", loaded });
        out.enqueue(chunk);
      },
    });
    const [mine, theirs] = response.body.pipeThrough(counter).tee();
    const headers = { "Content-Type": response.headers.get("Content-Type") ?? "application/octet-stream" };
    const keep = cache?.put(place, new Response(theirs, { headers })).catch(() => {});
    if (!keep) theirs.cancel();
    return new Response(mine, { headers });
  }

  forget();
  return {
    address,
    fetch: get,
    bytes: async (url) => new Uint8Array(await (await get(url)).arrayBuffer()),
    snapshot: async () => (await cache?.match(memory))?.arrayBuffer(),
    forgetSnapshot: () => cache?.delete(memory),
    keepSnapshot: (bytes) => cache?.put(memory, new Response(bytes)).catch(() => {}),
    has: async (url) => Boolean(await cache?.match(address(url))),
  };
}

// The tar inside: some servers unzip on the way.
export async function archiveBytes(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Puts the files of a tar below `root`; their contents stay views of the archive.
export function unpack(tar, fs, root) {
  const text = new TextDecoder();
  const field = (from, length) => text.decode(tar.subarray(from, from + length)).replace(/\0.*$/s, "");
  const made = new Set();
  for (let at = 0; at + 512 <= tar.length && tar[at]; ) {
    const prefix = field(at + 345, 155);
    const path = `${root}/${prefix ? `${prefix}/` : ""}${field(at, 100)}`;
    const size = parseInt(field(at + 124, 12), 8);
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) fs.mkdirTree(folder);
    made.add(folder);
    fs.writeFile(path, tar.subarray(at + 512, at + 512 + size), { canOwn: true });
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
