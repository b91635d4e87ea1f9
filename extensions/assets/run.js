// Buttons that run the cells of a page in the reader's browser. What they do, and all that they
// need, is loaded with the first click (`python/act.js`).
(() => {
  "use strict";
  const base = new URL("../python/", document.currentScript.src);
  const FILE =
    "A page opened from a file cannot start Python. Run `make serve`, or `python -m http.server` in the " +
    "book's folder, and open the page there.";

  function button(label, kind, facts) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "run-button";
    made.textContent = label;
    Object.assign(made.dataset, { run: kind, ...facts });
    return made;
  }

  function bar(className, ...buttons) {
    const made = document.createElement("div");
    made.className = className;
    made.append(...buttons);
    return made;
  }

  function addButtons() {
    let count = 0;
    for (const cell of document.querySelectorAll("div.cell")) {
      const input = cell.querySelector(".cell_input");
      if (!input) continue;
      count += 1;
      const [run, edit] = [button("Run", "cell"), button("Edit", "edit")];
      run.setAttribute("aria-label", `Run cell ${count} in this page`);
      edit.setAttribute("aria-label", `Edit cell ${count}`);
      input.after(bar("run-bar", run, edit));
    }
    for (const box of document.querySelectorAll(".statement, tr[id^='ledger-']")) {
      if (!box.querySelector("a.badge-verdict[href*='#check-']")) continue;
      const claim = button("Check this claim yourself", "claim", { claim: box.id.replace(/^ledger-/, "") });
      const foot = box.querySelector(".statement-foot");
      if (foot) foot.prepend(claim);
      else box.cells[1].append(claim);
    }
    if (document.querySelector(".verdict[data-claim]"))
      document.querySelector(".bd-article h1")?.after(bar("run-page", button("Run all checks of this page", "page")));
  }

  async function follow(event) {
    const target = event.target.closest?.("button[data-run]");
    if (!target) return;
    if (location.protocol === "file:") {
      const note = document.createElement("span");
      note.className = "run-status";
      note.setAttribute("role", "status");
      target.parentElement.querySelector(":scope > .run-status")?.remove();
      target.parentElement.append(note);
      return (note.textContent = FILE);
    }
    const { act } = await import(new URL("act.js", base));
    await act(target);
  }

  // A reader who ran cells before has Python kept: it starts when the pointer or the focus comes near.
  // Should that fail, the click tries again and says why.
  async function near(event) {
    if (!event.target.closest?.("button[data-run]")) return;
    for (const kind of ["pointerover", "focusin"]) document.removeEventListener(kind, near);
    if (location.protocol === "file:" || !(await globalThis.caches?.has("sam-lib-python").catch(() => false))) return;
    const { engine } = await import(new URL("engine.js", base));
    await engine.early().catch(() => {});
  }

  addEventListener("DOMContentLoaded", addButtons);
  document.addEventListener("pointerover", near);
  document.addEventListener("focusin", near);
  document.addEventListener("click", follow);
})();
