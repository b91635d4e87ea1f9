// Adds to a report what only the browser knows: the anchor and the state of the figures. Where no
// repository is configured the link leads to this page itself, and the report is copied instead.
(() => {
  "use strict";
  const text = (value) => (typeof value === "number" ? String(Number(value.toPrecision(8))) : String(value));

  function figures() {
    return (window.liveFigures?.views ?? []).map(({ name, model }) => {
      const traits = Object.keys(model.get("_spec") ?? {});
      const settings = traits.map((trait) => `${name}.${trait}=${[model.get(trait)].flat().map(text)}`);
      return settings.join("&");
    });
  }

  async function copy(link, report) {
    let told = "The report is in the clipboard: send it to whoever gave you this book.";
    try {
      await navigator.clipboard.writeText(report);
    } catch {
      told = "This browser does not let the page copy. The report:"; // an old browser, or no permission
    }
    const note = document.createElement("div");
    note.className = "report-note";
    note.setAttribute("role", "status");
    const field = document.createElement("textarea");
    field.readOnly = true;
    field.rows = 6;
    field.value = report;
    field.setAttribute("aria-label", "the report");
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "close";
    close.addEventListener("click", () => note.remove());
    note.append(told, field, close);
    document.querySelector(".report-note")?.remove();
    (link.closest(".statement") ?? document.querySelector(".bd-article")).append(note);
    note.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.report-link");
    if (!link) return;
    const url = new URL(link.href);
    if (!link.dataset.body) link.dataset.body = url.searchParams.get("body");
    const statement = link.closest(".statement");
    const cells = [...(statement?.querySelectorAll("a.badge-verdict") ?? [])].map((a) => a.hash);
    const lines = [];
    if (location.hash) lines.push(`Place: \`${location.hash}\``);
    if (cells.length) lines.push(`Cell: \`${[...new Set(cells)].join(" ")}\``);
    for (const state of figures()) lines.push(`Figure: \`${state}\``);
    url.searchParams.set("body", [lines.join("\n"), link.dataset.body].filter(Boolean).join("\n"));
    link.href = url.href;
    if (url.pathname === location.pathname) {
      event.preventDefault();
      copy(link, `${url.searchParams.get("title")}\n\n${url.searchParams.get("body")}`);
    }
  });
})();
