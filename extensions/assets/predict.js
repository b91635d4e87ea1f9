// Veils the figure after a question until the reader has chosen, or wants to see it anyway.
(() => {
  "use strict";
  const asked = new URLSearchParams(location.search);

  function veil(box) {
    const figure = box.dataset.figure;
    const cell = box.nextElementSibling;
    const set = [...asked.keys()].some((key) => key.startsWith(`${figure}.`));
    const done = (event) => {
      if (!box.classList.contains("waiting")) return;
      box.classList.remove("waiting");
      const chosen = event.target.closest?.("label");
      box.querySelector("output").textContent = chosen && box.contains(chosen) ? "Now look at the figure." : "";
    };
    if (set || location.hash === `#${figure}`) return box.querySelector("button").remove();
    box.classList.add("waiting");
    box.addEventListener("change", done);
    box.querySelector("button").addEventListener("click", done);
    for (const kind of ["pointerdown", "keydown", "input"])
      cell?.addEventListener(kind, (event) => event.key !== "Tab" && done(event));
    document.addEventListener(
      "click",
      (event) => event.target.closest?.(`[data-live="${CSS.escape(figure)}"]`) && done(event),
    );
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("fieldset.predict").forEach(veil));
})();
