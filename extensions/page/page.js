// The cells of a page: run, edited, put back.
import { engine, fetchOnce, Stopped } from "./engine.js";
import { agrees, element, show, textOf } from "./output.js";

export const here = DOCUMENTATION_OPTIONS.pagename;
const edits = new Map(); // cell number -> the reader's text

export const chapter = (page) => fetchOnce(`${page}.json`);
export const cells = () =>
  [...document.querySelectorAll("div.cell")].filter((cell) => cell.querySelector(".cell_input"));

// The sources of a page's cells, with what the reader changed in this one.
export async function sourcesOf(page) {
  const { cells: all } = await chapter(page);
  return all.map(({ source }, i) => (page === here && edits.has(i) ? edits.get(i) : source));
}

export const edited = (page, index) => page === here && edits.has(index);

// Asks inside `host`; true for yes.
function asker(host) {
  return (question) =>
    new Promise((answer) => {
      const box = element("p", "run-ask", `${question} `);
      for (const [label, value] of [
        ["Load and run", true],
        ["Not now", false],
      ]) {
        const button = element("button", "run-button", label);
        button.type = "button";
        button.onclick = () => {
          box.remove();
          answer(value);
        };
        box.append(button, " ");
      }
      host.append(box);
      box.querySelector("button").focus();
    });
}

// A line that says how far it is, spoken only when its words change, and a bar for the loading.
export function teller(host) {
  let line = host.querySelector(":scope > .run-status");
  if (!line) {
    line = element("span", "run-status");
    line.setAttribute("role", "status");
    host.append(line);
  }
  let bar = host.querySelector(":scope > progress");
  let spoken = 0;
  return (text, part) => {
    if (part === undefined) {
      bar?.remove();
      bar = null;
    } else {
      if (!bar) {
        bar = element("progress");
        bar.setAttribute("aria-label", "loading Python");
        line.before(bar);
      }
      bar.value = Math.min(1, part);
      if (performance.now() - spoken < 1000) return;
      spoken = performance.now();
    }
    line.textContent = text;
  };
}

export async function startIn(host, tell = teller(host)) {
  return engine.start(tell, asker(host));
}

// Run a cell of any page and collect what it shows; `on` sees each output as it comes.
export async function compute(page, index, on = () => {}, sources = null) {
  const { cells: stored } = await chapter(page);
  const outputs = [];
  const result = await engine.run(page, sources ?? (await sourcesOf(page)), index, (event) => {
    if (!["running", "fetching"].includes(event.kind)) outputs.push(event);
    on(event);
  });
  const texts = outputs.map(textOf).join("\n");
  const tolerance = Math.max(0, ...stored[index].checks.map((check) => check.tolerance ?? 0));
  return { ...result, outputs, texts, same: agrees(stored[index].text, texts, tolerance) };
}

export const seconds = (value) => (value < 0.095 ? "under 0.1 s" : `${value.toFixed(1)} s`);

const bars = (cell) => cell.querySelector(".run-bar");

// Run one cell of this page and show what comes below it.
export async function runCell(index) {
  const cell = cells()[index];
  const bar = bars(cell);
  const tell = teller(bar);
  const button = bar.querySelector("[data-run=cell]");
  const stop = element("button", "run-button", "Stop");
  stop.type = "button";
  stop.onclick = () => engine.stop();
  bar.setAttribute("aria-busy", "true");
  button.disabled = true;
  let result = null;
  try {
    if (!(await startIn(bar, tell))) return null;
    button.after(stop);
    const fresh = freshPart(cell);
    const { alt } = (await chapter(here)).cells[index];
    result = await compute(here, index, (event) => {
      if (event.kind === "running")
        tell(event.of > 1 ? `Running: cell ${event.count} of ${event.of} that this needs …` : "Running …");
      else if (event.kind === "fetching") tell(`Loading ${event.layer} …`);
      else show(fresh, event, alt);
    });
    tell(sentence(result, index));
    engine.ahead();
  } catch (error) {
    tell(error.message);
    if (!(error instanceof Stopped)) throw error;
  } finally {
    const focus = document.activeElement === stop || document.activeElement === document.body;
    stop.remove();
    button.disabled = false;
    bar.removeAttribute("aria-busy");
    if (focus) button.focus({ preventScroll: true });
  }
  return result;
}

function sentence({ done, seconds: time, same, outputs }, index) {
  const took = `Ran in ${seconds(time)}`;
  if (outputs.some(({ kind, name }) => kind === "error" && name === "ClaimFailed"))
    return `${took}; the check refuses it.`;
  const absent = outputs.find((o) => o.absent)?.absent;
  if (absent) return `Not run to its end: ${absent} does not exist in a browser.`;
  if (!done) return `${took}; it stopped with an error.`;
  if (edits.has(index)) return `${took}, as changed by you.`;
  return same ? `${took}; agrees with the stored output.` : `${took}; differs from the stored output.`;
}

function freshPart(cell) {
  cell.querySelector(".fresh")?.remove();
  const part = element("div", "fresh");
  part.setAttribute("role", "region");
  part.setAttribute("aria-label", "Computed in this page");
  const outputs = cell.querySelector(".cell_output");
  (outputs ?? bars(cell)).after(part);
  return part;
}

// The cell's text in a field; Ctrl+Enter runs it, Escape leaves the field.
export async function edit(index, text) {
  const cell = cells()[index];
  const input = cell.querySelector(".cell_input");
  for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  let field = cell.querySelector(".run-editor");
  const { source } = (await chapter(here)).cells[index];
  if (!field) {
    field = element("textarea", "run-editor");
    field.spellcheck = false;
    field.setAttribute("aria-label", `Code of cell ${index + 1}. Control and Enter runs it, Escape leaves it.`);
    field.value = edits.get(index) ?? source;
    field.addEventListener("input", () => mark(index, source, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") bars(cell).querySelector("[data-run=edit]").focus();
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      runCell(index);
    });
    input.hidden = true;
    input.after(field);
  }
  if (text !== undefined) field.value = text;
  mark(index, source, field.value);
  field.rows = field.value.split("\n").length + 1;
  if (text === undefined) field.focus();
}

function mark(index, source, text) {
  const changed = text !== source;
  if (changed) edits.set(index, text);
  else edits.delete(index);
  const cell = cells()[index];
  cell.classList.toggle("run-changed", changed);
  const bar = bars(cell);
  let undo = bar.querySelector("[data-run=reset]");
  if (!undo) {
    undo = element("button", "run-button", "Undo my changes");
    undo.type = "button";
    undo.dataset.run = "reset";
    bar.querySelector("[data-run=edit]").after(undo);
  }
  const field = cell.querySelector(".run-editor");
  if (field) field.rows = field.value.split("\n").length + 1;
}

export function reset(index) {
  const cell = cells()[index];
  edits.delete(index);
  cell.classList.remove("run-changed");
  cell.querySelector(".run-editor")?.remove();
  cell.querySelector(".cell_input").hidden = false;
  cell.querySelector(".fresh")?.remove();
  bars(cell).querySelector("[data-run=reset]")?.remove();
  teller(bars(cell))("The cell is as it was.");
  bars(cell).querySelector("[data-run=edit]").focus();
}
