import { html, writeHtml } from "../kit/dom.js";
import { fmt } from "../kit/numbers.js";

function judge(text, value, tolerance) {
  const given = text.trim() === "" ? NaN : Number(text.trim().replace(",", ".").replace("−", "-"));
  if (!Number.isFinite(given)) return ["?", "Please give a number, such as 1.25."];
  const allowed = tolerance * Math.max(Math.abs(value), 1e-12);
  if (Math.abs(given - value) <= allowed) return ["✓", `Right: ${fmt(value, 5)}.`];
  return ["✗", given < value ? "Not yet: too small." : "Not yet: too large."];
}

export default {
  render({ model, el }) {
    const id = `${model.get("name")}-field`;
    const field = html("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", size: 10 });
    const said = html("output", { for: id, "aria-live": "polite" });
    const label = writeHtml(html("label", { for: id }), model.get("label"));
    const form = html(
      "form",
      { class: "live live-answer" },
      label,
      field,
      html("button", { type: "submit" }, "check"),
      said,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const [sign, words] = judge(field.value, model.get("value"), model.get("tolerance"));
      said.textContent = `${sign} ${words}`;
    };
    el.append(form);
  },
};
