// What a cell shows, as parts of the page; and whether that agrees with what is stored.
const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

export { element };

function block(className, text) {
  const pre = element("pre", className, text);
  pre.tabIndex = 0;
  return pre;
}

async function typeset(host) {
  await window.MathJax?.typesetPromise?.([host]);
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const named of template.content.querySelectorAll("[id]")) named.removeAttribute("id");
  return template.content;
}

function picture(svg, alt) {
  const image = element("img", "fresh-figure");
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  image.alt = alt || "The plot of this cell, drawn again";
  return image;
}

export const absence = (name) =>
  `needs the package ${name}, which does not exist in a browser; it runs where the library is installed.`;

function complaint({ name, text, trace, absent }) {
  if (absent) return element("p", "fresh-absent", `This cell ${absence(absent)}`);
  const refused = name === "ClaimFailed";
  const box = element("div", refused ? "fresh-refused" : "fresh-error");
  const head = element("p");
  head.append(element("strong", "", refused ? "✗ Refused: " : `${name}: `), text);
  box.append(head);
  if (trace && !refused) box.append(block("fresh-trace", trace));
  return box;
}

// Adds one output to `host`.
export function show(host, output, alt) {
  const last = host.lastElementChild;
  if (output.kind === "stream") {
    if (last?.matches("pre.fresh-text.stream")) last.append(output.text);
    else host.append(block("fresh-text stream", output.text));
  } else if (output.kind === "text") host.append(block("fresh-text", output.text));
  else if (output.kind === "error") host.append(complaint(output));
  else if (output.kind === "figure") host.append(picture(output.svg, alt));
  else if (output.kind === "latex") {
    const math = element("div", "math fresh-math", output.latex);
    math.tabIndex = 0;
    host.append(math);
    typeset(math);
  } else if (output.kind === "html" || output.kind === "verdict") {
    const part = element("div");
    part.append(fragment(output.html));
    host.append(part);
    typeset(part);
  } else if (output.kind === "live") {
    const part = element("div");
    host.append(part);
    window.liveFigures.mount(part, output.state);
  }
}

// The text that an output is compared by, as in the notebook.
export const textOf = (output) =>
  ({ stream: output.text, latex: output.latex, figure: "", live: "", error: `${output.name}: ${output.text}` })[
    output.kind
  ] ?? output.text;

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;
const words = (text) => text.replace(NUMBER, "#").replace(/\s+/g, "");

// One unit of the last digit that is written, or the tolerance of the check, whichever is larger.
function close(a, b, tolerance) {
  const [x, y] = [Number(a), Number(b)];
  const [mantissa, exponent = "0"] = a.toLowerCase().split("e");
  const unit = 10 ** (Number(exponent) - (mantissa.split(".")[1] ?? "").length);
  const whole = !a.includes(".") && exponent === "0";
  return x === y || Math.abs(x - y) <= Math.max(tolerance * Math.max(1, Math.abs(x)), whole ? 0 : 1.01 * unit);
}

// Whether two texts say the same: equal words, and numbers within the tolerance.
export function agrees(stored, fresh, tolerance = 0) {
  if (words(stored) !== words(fresh)) return false;
  const [a, b] = [stored, fresh].map((text) => text.match(NUMBER) ?? []);
  return a.length === b.length && a.every((number, i) => close(number, b[i], tolerance));
}
