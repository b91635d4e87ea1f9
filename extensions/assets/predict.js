// Veils the figure after a question until the reader has chosen, or wants to see it anyway.
(() => {
  "use strict";
  const asked = new URLSearchParams(location.search);

  // What the figure is about to show, beside what was predicted.
  function verdict(box, chosen) {
    const right = box.querySelector(`input[value="${box.dataset.right}"]`)?.closest("label");
    if (!right) return "Now look at the figure.";
    if (right === chosen) return "So it is. Look how it comes about.";
    const words = right.querySelector("span").cloneNode(true);
    for (const math of words.querySelectorAll(".math")) math.replaceWith(math.dataset.plain ?? "");
    return `You predicted otherwise than the figure shows: ${words.textContent.trim()}. Look where they part.`;
  }

  function veil(box) {
    const figure = box.dataset.figure;
    const cell = box.nextElementSibling;
    const set = [...asked.keys()].some((key) => key.startsWith(`${figure}.`));
    const done = (event) => {
      if (!box.classList.contains("waiting")) return;
      box.classList.remove("waiting");
      const chosen = event.target.closest?.("label");
      box.querySelector("output").textContent = chosen && box.contains(chosen) ? verdict(box, chosen) : "";
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
