// The switch between reading and verifying: one setting for the whole book, remembered.
(() => {
  "use strict";
  const KEY = "reading";
  const root = document.documentElement;
  const modes = { read: "Read", verify: "Verify" };

  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage can be forbidden; the switch then lasts for one page
    }
  };
  const remember = (mode) => {
    try {
      localStorage.setItem(KEY, mode);
    } catch {
      // see above
    }
  };
  root.dataset.reading = stored() === "verify" ? "verify" : "read";

  const folds = () => document.querySelectorAll("details.fold");
  const unfoldAround = (element) => {
    for (let at = element?.closest("details"); at; at = at.parentElement?.closest("details")) at.open = true;
  };
  const target = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));

  const show = (mode) => {
    root.dataset.reading = mode;
    for (const fold of folds()) fold.open = mode === "verify";
    unfoldAround(target());
    for (const button of document.querySelectorAll(".reading-switch button"))
      button.setAttribute("aria-pressed", String(button.value === mode));
  };

  const button = (mode) => {
    const element = document.createElement("button");
    element.type = "button";
    element.value = mode;
    element.textContent = modes[mode];
    element.title = mode === "read" ? "fold the code" : "show all code and checks";
    element.addEventListener("click", () => {
      const anchor = [...document.querySelectorAll(".bd-article :is(h1, h2, h3, p, .cell)")].find(
        (part) => part.getBoundingClientRect().bottom > 80,
      );
      const before = anchor?.getBoundingClientRect().top ?? 0;
      show(mode);
      remember(mode);
      scrollBy(0, (anchor?.getBoundingClientRect().top ?? 0) - before); // stay at the same sentence
    });
    return element;
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (folds().length) {
      const place = document.createElement("div");
      place.className = "reading-switch";
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", "What the page shows");
      place.append(button("read"), button("verify"));
      document.querySelector(".article-header-buttons")?.prepend(place);
    }
    show(root.dataset.reading);
    if (target()) target().scrollIntoView();
  });
  addEventListener("hashchange", () => unfoldAround(target()));
})();
