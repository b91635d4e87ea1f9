// Making elements, and writing labels with a little mathematics in them.

const SVG = "http://www.w3.org/2000/svg";

// Sets attributes; functions become properties, null and false leave the attribute out.
export function assign(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node[name] = value;
    else if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
  return node;
}

export function html(tag, attributes = {}, ...children) {
  const node = assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

export function svg(tag, attributes = {}) {
  return assign(document.createElementNS(SVG, tag), attributes);
}

// "rate of $w_j$" as runs of text; between dollars letters are italic, _x and ^{xy} are shifted.
function runs(label) {
  return String(label)
    .split("$")
    .flatMap((part, i) => (i % 2 ? mathRuns(part) : [{ text: part }]));
}

function mathRuns(source) {
  const found = [];
  for (const [, mark, braced, single, plain] of source.matchAll(/([_^])(?:\{([^}]*)\}|(.))|([^_^]+)/gu)) {
    const shift = mark === "_" ? 1 : mark === "^" ? -1 : 0;
    for (const [text] of (plain ?? braced ?? single).matchAll(/\p{L}+|[^\p{L}]+/gu))
      found.push({ text, shift, italic: /\p{L}/u.test(text) && !UPRIGHT.has(text) });
  }
  return found;
}

const UPRIGHT = new Set(["log", "exp", "max", "min", "top", "arg", "SAM", "GD", "cos"]);

// The label without its mark-up, for assistive technology.
export function plain(label) {
  return String(label).replace(/[$_^{}]/g, "");
}

export function writeHtml(node, label) {
  if (node.liveLabel === label) return node;
  node.liveLabel = label;
  node.replaceChildren(
    ...runs(label).map(({ text, shift, italic }) => {
      const inner = italic ? html("i", {}, text) : text;
      return shift ? html(shift > 0 ? "sub" : "sup", {}, inner) : inner;
    }),
  );
  return node;
}

export function writeSvg(node, label) {
  if (node.liveLabel === label) return node;
  node.liveLabel = label;
  let drop = 0;
  node.replaceChildren(
    ...runs(label)
      .filter((run) => run.text)
      .map(({ text, shift = 0, italic }) => {
        const target = shift > 0 ? 0.28 : shift < 0 ? -0.38 : 0;
        const size = shift ? 0.76 : 1;
        const piece = svg("tspan", {
          dy: target === drop ? null : `${((target - drop) / size).toFixed(3)}em`,
          "font-size": shift ? "0.76em" : null,
          "font-style": italic ? "italic" : null,
        });
        drop = target;
        piece.textContent = text;
        return piece;
      }),
  );
  return node;
}

// An id that no other element of the page has; figures are separate modules, so the page counts.
export function unique(kind) {
  globalThis.liveCount = (globalThis.liveCount ?? 0) + 1;
  return `live-${kind}-${globalThis.liveCount}`;
}
