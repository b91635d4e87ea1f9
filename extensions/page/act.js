// What the buttons of `run.js` do; loaded with the first click.
import { cells, edit, reset, runCell } from "./page.js";

export async function act(button) {
  const index = cells().indexOf(button.closest("div.cell"));
  const kind = button.dataset.run;
  if (kind === "cell") await runCell(index);
  else if (kind === "edit") await edit(index);
  else if (kind === "reset") reset(index);
  else {
    const claims = await import("./claims.js");
    if (kind === "claim") await claims.checkClaim(button);
    else await claims.checkPage(button);
  }
}
