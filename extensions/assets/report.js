// Adds to a prefilled issue what only the browser knows: the anchor and the state of the figures.
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
  });
})();
