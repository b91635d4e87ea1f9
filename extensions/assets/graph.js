// In the graph of proofs: what a statement rests on, and what rests on it, while it has the pointer or the focus.

for (const drawing of document.querySelectorAll(".rests-on")) {
  const edges = [...drawing.querySelectorAll("path")];

  const follow = (start, from, to) => {
    const found = new Set([start]);
    for (const key of found) {
      for (const edge of edges) if (edge.dataset[from] === key) found.add(edge.dataset[to]);
    }
    return found;
  };

  const show = (start) => {
    drawing.classList.toggle("lit", Boolean(start));
    const above = follow(start, "to", "from");
    const below = follow(start, "from", "to");
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      const lit = (above.has(from) && above.has(to)) || (below.has(from) && below.has(to));
      edge.classList.toggle("lit", lit);
    }
    for (const node of drawing.querySelectorAll("a")) {
      const key = node.dataset.claimNode;
      node.classList.toggle("lit", above.has(key) || below.has(key));
    }
  };

  const entered = (event) => show(event.target.closest("a")?.dataset.claimNode);
  for (const type of ["pointerover", "focusin"]) drawing.addEventListener(type, entered);
  for (const type of ["pointerleave", "focusout"]) drawing.addEventListener(type, () => show());
}
