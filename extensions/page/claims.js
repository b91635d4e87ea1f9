// "Check this claim yourself", and all checks of a page: verdicts computed anew, beside the stored ones.
import { engine, fetchOnce, Stopped } from "./engine.js";
import { absence, element } from "./output.js";
import { chapter, compute, edit, edited, here, runCell, seconds, sourcesOf, startIn, teller } from "./page.js";

const number = (value) => (typeof value === "string" ? value : value === 0 ? "0" : value.toExponential(1));
const subject = ({ id, part }) => `${id}${part ? ` (${part})` : ""}`;

function button(label, action) {
  const made = element("button", "run-button", label);
  made.type = "button";
  made.onclick = action;
  return made;
}

// The verdict on `record` among the outputs of its cell, or what was said instead.
function judge(result, record) {
  const fresh = result.outputs.find((o) => o.kind === "verdict" && o.record.anchor === record.anchor)?.record;
  if (fresh) {
    const size = (value) => (typeof value === "string" ? Infinity : value);
    const good =
      fresh.verdict === record.verdict && fresh.kind === record.kind && size(fresh.residual) <= fresh.tolerance;
    return { fresh, good, text: `✓ ${fresh.verdict}` };
  }
  const error = result.outputs.find((o) => o.kind === "error");
  if (error?.absent) return { absent: error.absent };
  return {
    good: false,
    text: error ? `✗ ${error.name === "ClaimFailed" ? "refused" : error.name}: ${error.text}` : "✗ no verdict",
  };
}

// One line per check: the stored verdict, and the fresh one. Returns what became of it.
async function checkOne({ page, cell, record }, item, tell) {
  const result = await compute(page, cell, (event) => {
    if (event.kind === "running" && event.of > 1)
      tell(`${subject(record)}: cell ${event.count} of ${event.of} that it needs …`);
    else if (event.kind === "fetching") tell(`Loading ${event.layer} …`);
  });
  const { fresh, good, text, absent } = judge(result, record);
  if (absent) {
    item.replaceChildren(
      element("strong", "fresh-absent", "not recomputed"),
      ` ${subject(record)}, ${record.kind}: the check ${absence(absent)}`,
    );
    return "absent";
  }
  item.replaceChildren(
    element("strong", good ? "fresh-good" : "fresh-bad", text),
    ` ${subject(record)}, ${record.kind}. `,
  );
  if (fresh) {
    const [now, stored, tolerance] = [fresh.residual, record.residual, fresh.tolerance].map(number);
    item.append(`Residual now ${now}, stored ${stored}, tolerance ${tolerance}. `);
  }
  item.append(`It took ${seconds(result.seconds)}${edited(page, cell) ? ", with your changes" : ""}. `);
  breakIt({ page, cell, record }, item);
  return good ? "good" : "bad";
}

// Each wrong variant in the place of the truth, with one click.
function breakIt(place, item) {
  const names = Object.keys(place.record.rejects);
  if (!names.length) return;
  const row = element("span", "run-break", "Now break it: put in its place ");
  for (const name of names)
    row.append(
      button(name.replaceAll("$", ""), () => wrong(place, name, row)),
      " ",
    );
  item.append(row);
}

async function wrong({ page, cell, record }, name, row) {
  row.querySelector(".run-answer")?.remove();
  const answer = element("span", "run-answer", "…");
  answer.setAttribute("role", "status");
  row.append(answer);
  try {
    const sources = await sourcesOf(page);
    if (!(await startIn(row))) return answer.remove();
    const { source } = (await chapter(page)).cells[cell];
    sources[cell] = await engine.variant(source, record, name);
    const result = await compute(page, cell, undefined, sources);
    const { fresh, text } = judge(result, record);
    answer.textContent = fresh
      ? `${text}: the check was fooled, please report it.`
      : `${text}. The check says no, as it must. `;
    if (page === here)
      answer.append(
        button("See it in the cell", async () => {
          await edit(cell, sources[cell]);
          document.querySelectorAll(".run-editor").forEach((field) => field.value === sources[cell] && field.focus());
          await runCell(cell);
        }),
      );
  } catch (error) {
    answer.textContent = error.message;
    if (!(error instanceof Stopped)) throw error;
  }
}

function summary({ good, bad, absent }, time) {
  const count = good + bad;
  const words = bad ? `: ${good} as stored, ${bad} not` : count ? ": as stored" : "";
  const computed = `${count} ${count === 1 ? "verdict" : "verdicts"} computed in this page in ${time}${words}.`;
  return absent ? `${computed} ${absent} not recomputed: see there.` : computed;
}

// Runs checks one after the other into a list below `host`.
async function checkAll(places, host, trigger) {
  host.querySelector(":scope > .run-results")?.remove();
  const results = element("div", "run-results");
  const list = element("ul");
  host.append(results);
  const tell = teller(results);
  trigger.disabled = true;
  const stop = button("Stop", () => engine.stop());
  const tally = { good: 0, bad: 0, absent: 0 };
  const began = performance.now();
  try {
    if (!(await startIn(results, tell))) return results.remove();
    trigger.after(stop);
    results.prepend(list);
    for (const [count, place] of places.entries()) {
      tell(`Check ${count + 1} of ${places.length}: ${subject(place.record)} …`);
      const item = element("li", "", `${subject(place.record)} …`);
      list.append(item);
      tally[await checkOne(place, item, tell)] += 1;
    }
    tell(summary(tally, seconds((performance.now() - began) / 1000)));
    engine.ahead();
  } catch (error) {
    tell(error.message);
    if (!(error instanceof Stopped)) throw error;
  } finally {
    stop.remove();
    trigger.disabled = false;
    if (document.activeElement === document.body) trigger.focus({ preventScroll: true });
  }
}

export async function checkClaim(trigger) {
  const index = await fetchOnce("claims.json");
  const host = trigger.closest(".statement") ?? trigger.closest("tr").cells[2];
  await checkAll(index[trigger.dataset.claim], host, trigger);
}

export async function checkPage(trigger) {
  const { cells } = await chapter(here);
  const places = cells.flatMap(({ checks }, cell) => checks.map((record) => ({ page: here, cell, record })));
  await checkAll(places, trigger.closest(".run-page"), trigger);
}
