"""Every phrase of the built book that drives a figure finds it, and sets what it says."""

PRESS = """async () => {
  const pause = () => new Promise((done) => setTimeout(done, 30));
  const numbers = (value) => [value].flat().map(Number).join();
  const wrong = [];
  for (const phrase of document.querySelectorAll("button[data-live]")) {
    const { live: name, set } = phrase.dataset;
    const view = window.liveFigures?.views.find((v) => v.name === name);
    phrase.click();
    await pause();
    for (const part of view ? set.split(";") : []) {
      const [trait, text] = part.split("=").map((s) => s.trim());
      const value = view.model.get(trait);
      const uniform = Array.isArray(value) && value.every((v) => v === Number(text));
      const listed = !numbers(value).includes("NaN") && numbers(value) === numbers(text.split(","));
      if (String(value) !== text && !uniform && !listed) wrong.push(`${name}: ${part}`);
    }
    if (!view) wrong.push(`no figure is called ${name}`);
  }
  return [document.querySelectorAll("button[data-live]").length, wrong];
}"""


def test_phrases_of_every_page(page, html):
    found = 0
    for path in sorted(html.rglob("*.html")):
        if "data-live=" not in path.read_text(encoding="utf-8"):
            continue
        page.goto(path.as_uri())
        page.wait_for_function("window.liveFigures")
        count, wrong = page.evaluate(PRESS)
        assert wrong == [], path.name
        found += count
    assert found > 0
