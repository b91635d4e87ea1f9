// Small repairs of the theme, before it starts.
(() => {
  "use strict";
  // A page opened from a file cannot fetch the pages that search would quote from.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined")
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  document.addEventListener("DOMContentLoaded", () => {
    // Excerpts of the search: inline math as plain text, displays left out.
    if (typeof Search !== "undefined") {
      const { htmlToText } = Search;
      Search.htmlToText = (text, anchor) => {
        const page = new DOMParser().parseFromString(text, "text/html");
        for (const header of page.querySelectorAll("#jb-print-docs-body")) header.remove();
        for (const math of page.querySelectorAll(".math")) math.replaceWith(math.dataset.plain ?? " ");
        return htmlToText(page.documentElement.outerHTML, anchor);
      };
    }

    // A button that shows only an icon is called what its tooltip says.
    for (const button of document.querySelectorAll(".article-header-buttons [title]"))
      if (!button.textContent.trim()) button.setAttribute("aria-label", button.title);

    // The sidebar is a landmark, so that its parts are found.
    const sidebar = document.getElementById("pst-primary-sidebar");
    sidebar?.setAttribute("role", "complementary");
    sidebar?.setAttribute("aria-label", "The book");

    // What scrolls sideways can be reached and scrolled with the keyboard.
    const wide = "div.highlight pre, .cell_output pre, div.math, span.math.wide";
    const reach = () => {
      for (const math of document.querySelectorAll(".bd-article span.math")) {
        const formula = math.querySelector("mjx-container");
        const room = math.closest("p, li, dd, td, th, figcaption, div");
        math.classList.toggle("wide", formula?.getBoundingClientRect().width > room?.clientWidth);
      }
      for (const region of document.querySelectorAll(wide)) {
        if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
        else region.removeAttribute("tabindex");
      }
    };
    reach();
    addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(reach));
    addEventListener("resize", reach);
  });

  // Folded parts are open on paper.
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details:not([open], .fold)")) {
      fold.open = true;
      fold.dataset.openedForPrint = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of document.querySelectorAll("details[data-opened-for-print]")) {
      fold.open = false;
      delete fold.dataset.openedForPrint;
    }
  });
})();
