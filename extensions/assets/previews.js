// Shows what a link to a statement, an equation, a term or a symbol points to, on hover and focus.
// The page carries the previews as templates, so this works from a file and without a network.
(() => {
  "use strict";
  const DELAY = 250;
  const templates = new Map();
  for (const template of document.querySelectorAll("template[data-preview]"))
    templates.set(template.dataset.preview, template);
  if (!templates.size) return;

  const card = document.createElement("div");
  card.className = "preview-card";
  card.id = "preview-card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  let anchor = null;
  let timer = 0;

  const keyOf = (link) => decodeURIComponent(link.hash.slice(1));

  function place(link) {
    const box = link.getBoundingClientRect();
    const width = card.offsetWidth;
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8));
    const below = box.bottom + 6;
    const fits = below + card.offsetHeight < innerHeight || box.top < card.offsetHeight + 6;
    const top = fits ? below : box.top - card.offsetHeight - 6;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${top + scrollY}px`;
  }

  async function show(link) {
    hide();
    anchor = link;
    card.replaceChildren(templates.get(keyOf(link)).content.cloneNode(true));
    if (!card.isConnected) document.body.append(card);
    card.hidden = false;
    link.setAttribute("aria-describedby", card.id);
    place(link);
    await window.MathJax?.typesetPromise?.([card]);
    if (anchor === link) place(link);
  }

  function hide() {
    clearTimeout(timer);
    if (!anchor) return;
    anchor.removeAttribute("aria-describedby");
    anchor = null;
    card.hidden = true;
    window.MathJax?.typesetClear?.([card]);
    card.replaceChildren();
  }

  const later = (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, DELAY);
  };

  for (const link of document.querySelectorAll("main a[href*='#']:not(.headerlink)")) {
    if (!templates.has(keyOf(link))) continue;
    link.addEventListener("mouseenter", () => later(() => show(link)));
    link.addEventListener("mouseleave", () => later(hide));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
  }
  card.addEventListener("mouseenter", () => clearTimeout(timer));
  card.addEventListener("mouseleave", () => later(hide));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
})();
