"""Every phrase of the built book that drives a figure finds it, and sets what it says.

Whatever was set before: phrases are clicked in random orders, and each time the figure must be in
the state, and say the words, that the same phrase gives on a fresh page.
"""

import random

import pytest

ROUNDS = 2
SEED = 13

# What a phrase is to set, from the state in which its figure was made, and what is in its place.
CLICK = """async (indices) => {
  const phrases = [...document.querySelectorAll("button[data-live]")];
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const show = async (view) => {
    view.host.scrollIntoView({ block: "center", behavior: "instant" });
    while (!view.host.querySelector(".live-said:not(:empty)")) await frame();
  };
  const numbers = (value) => [value].flat().map(Number).join();
  const means = (value, text) =>
    String(value) === text ||
    (Array.isArray(value) && value.every((v) => v === Number(text))) ||
    (!numbers(value).includes("NaN") && numbers(value) === numbers(text.split(",")));
  const found = [];
  for (const i of indices) {
    const { live: name, set } = phrases[i].dataset;
    const view = liveFigures.views.find((v) => v.name === name);
    if (!view) {
      found.push([i, `no figure is called ${name}`, null]);
      continue;
    }
    await show(view);
    phrases[i].click();
    await show(view);
    for (let k = 0; k < 3; k++) await frame();
    const spec = view.model.get("_spec");
    const state = Object.fromEntries(Object.keys(spec).map((key) => [key, view.model.get(key)]));
    const wanted = new Map(set.split(";").map((part) => part.split("=").map((s) => s.trim())));
    const wrong = Object.keys(spec).filter((key) =>
      wanted.has(key)
        ? !means(state[key], wanted.get(key))
        : JSON.stringify(state[key]) !== JSON.stringify(spec[key].start),
    );
    const unknown = [...wanted.keys()].filter((key) => !(key in spec));
    const said = view.host.querySelector(".live-said").textContent;
    const values = [...view.host.querySelectorAll(".live-values dd")].map((d) => d.dataset.value);
    const faults = [...wrong, ...unknown].map((key) => `${name}: ${key}`);
    found.push([i, faults.join(), [state, said, values]]);
  }
  return found;
}"""
COUNT = "() => document.querySelectorAll('button[data-live]').length"


def with_phrases(html):
    """The pages that hold phrases, by name."""
    pages = sorted(html.rglob("*.html"))
    return [path for path in pages if "data-live=" in path.read_text(encoding="utf-8")]


def fresh(page, path):
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_function("window.liveFigures")
    return page.evaluate(COUNT)


def disagreements(page, path, rng):
    """What phrases of a page do not set, or do differently after others."""
    count = fresh(page, path)
    first, faults = {}, []
    for _ in range(1 + ROUNDS):
        order = rng.sample(range(count), count)
        for i, wrong, result in page.evaluate(CLICK, order):
            if wrong:
                faults.append((i, wrong))
            elif first.setdefault(i, result) != result:
                faults.append((i, first[i], result))
    for i in rng.sample(range(count), min(count, 3)):
        fresh(page, path)
        ((_, _, result),) = page.evaluate(CLICK, [i])
        if result != first.get(i):
            faults.append((i, "on a fresh page", result, first.get(i)))
    return count, faults


def test_phrases_of_every_page(page, html):
    rng = random.Random(SEED)
    found = 0
    for path in with_phrases(html):
        count, faults = disagreements(page, path, rng)
        assert faults == [], path.name
        found += count
    assert found > 0


def test_a_phrase_that_keeps_what_was_set_is_found(page, tmp_path):
    """As the runtime did before: a phrase set its own traits only."""
    from sam_lib import live

    body = "".join(
        f'<button data-live="gate" data-set="{setting}">x</button>'
        for setting in ("rho=0.5", "depth=3")
    )
    path = live.Gate(name="gate").save(tmp_path / "gate.html")
    text = path.read_text("utf8").replace("<main>", f"<main>{body}")
    path.write_text(text, encoding="utf-8")
    assert disagreements(page, path, random.Random(SEED)) == (2, [])
    before = "...start, ...own"
    assert before in text
    path.write_text(text.replace(before, "...own"), encoding="utf-8")
    _, faults = disagreements(page, path, random.Random(SEED))
    assert faults


@pytest.mark.parametrize("setting", ["rho=7", "nothing=1", "depth=1.5"])
def test_a_phrase_that_cannot_be_set_is_found(page, tmp_path, setting):
    from sam_lib import live

    path = live.Gate(name="gate").save(tmp_path / "gate.html")
    button = f'<button data-live="gate" data-set="{setting}">x</button>'
    text = path.read_text("utf8").replace("<main>", f"<main>{button}")
    path.write_text(text, encoding="utf-8")
    assert disagreements(page, path, random.Random(SEED))[1]
