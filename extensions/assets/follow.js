// A figure comes to the sentence: where a phrase sets a figure that is out of sight, the figure stands
// beside the text, or at the foot of a narrow screen, until its own place is in sight again.
(() => {
  "use strict";
  const GAP = 16;
  const LEAST = 288;
  let pinned = null;

  const button = (label, action) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = label;
    element.addEventListener("click", action);
    return element;
  };

  const scrollTo = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  };

  // Beside the text if there is room, else below it.
  function place({ figure, phrase }) {
    const text = phrase.closest("p, li, dd, td, div").getBoundingClientRect();
    const left = text.right + GAP;
    const width = document.documentElement.clientWidth - left - GAP;
    figure.classList.toggle("beside", width >= LEAST);
    figure.style.setProperty("--pin-left", `${Math.round(left)}px`);
    figure.style.setProperty("--pin-width", `${Math.round(Math.min(width, 560))}px`);
    if (width >= LEAST) return;
    const hidden = phrase.getBoundingClientRect().bottom + GAP - (innerHeight - figure.offsetHeight);
    if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" }); // the sentence stays above it
  }

  function release() {
    if (!pinned) return;
    const { figure, host, bar, sight } = pinned;
    const within = figure.contains(document.activeElement);
    const { phrase } = pinned;
    pinned = null;
    sight.disconnect();
    bar.remove();
    figure.classList.remove("live-pinned", "beside");
    host.style.minHeight = host.style.height; // a sentence that got shorter moves nothing
    host.style.removeProperty("height");
    if (within) phrase.focus({ preventScroll: true });
  }

  function pin(host, phrase) {
    const figure = host.querySelector("figure.live");
    if (!figure) return false;
    if (pinned?.host === host) {
      pinned.phrase = phrase;
      place(pinned);
      return true;
    }
    release();
    const bar = document.createElement("div");
    bar.className = "live-pin-bar";
    bar.append(
      button("back to the sentence", () => {
        scrollTo(pinned.phrase);
        pinned.phrase.focus({ preventScroll: true });
      }),
      button("to the figure", () => {
        release();
        scrollTo(host);
      }),
      button("×", release),
    );
    bar.lastChild.setAttribute("aria-label", "close");
    host.style.height = `${host.getBoundingClientRect().height}px`;
    figure.prepend(bar);
    figure.classList.add("live-pinned");
    const sight = new IntersectionObserver(
      (entries) => entries.at(-1).isIntersecting && release(),
      { rootMargin: "-35% 0px" }, // its own place is in the middle of the screen
    );
    sight.observe(host);
    pinned = { figure, host, phrase, bar, sight };
    place(pinned);
    return true;
  }

  // Whether most of the plots can be seen where they are.
  function inSight(host) {
    const box = (host.querySelector(".live-panels") ?? host).getBoundingClientRect();
    const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 60);
    return seen > 0.6 * Math.min(box.height, innerHeight - 60);
  }

  document.addEventListener("live-phrase", (event) => {
    const { host } = event.detail;
    if (pinned?.host !== host && inSight(host)) release();
    else if (!pin(host, event.target)) return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && release());
  addEventListener("resize", () => pinned && place(pinned));
  addEventListener("beforeprint", release);
})();
