"""The state of a figure in the page: links, phrases and scripts pass the check that Python asks."""

import itertools
import json
import random
from urllib.parse import quote

import pytest

from sam_lib import live

SEED = 20261125
WORDS = [
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "length",
    "_spec",
    "name",
    "_esm",
]
TEXTS = [*WORDS, "", " ", "1", "-1", "1e999", "NaN", "Infinity", "0x10", "true", "false", "null"]
TEXTS += [
    "[1,2]",
    "1,",
    ",1",
    "1,,2",
    "{}",
    "%",
    "1;2",
    "2,1",
    "1,2,3,4,5,6,7",
    "\u0661",
    "9" * 400,
]


def all_figures(figures):
    return [figure() for figure in figures.values()]


@pytest.mark.parametrize("word", WORDS)
def test_a_link_that_names_no_trait_leaves_the_page_alive(show, word):
    query = f"?gate.{word}=1&gate.gd={word}&gate.depth={word}&gate.rho=0.5"
    shown = show(live.Gate(), live.WhoWins(), query=query)
    assert shown.state("gate") == {**live.Gate().state, "rho": 0.5}
    assert shown.page.locator("#gate .live-curve").count() >= 3
    assert len(shown.problems) == 3 and all("cannot set" in p for p in shown.problems)
    shown.problems.clear()
    shown.page.get_by_role("slider", name="radius").first.press("ArrowRight")
    shown.settle()
    assert shown.state("gate")["rho"] == 0.51


def test_features_out_of_order_are_refused(show):
    shown = show(live.PhaseDiagram(name="phase"), query="?phase.mu=2,1")
    assert shown.state("phase")["mu"] == [1, 2]
    assert shown.problems == ["phase: cannot set mu to [2,1]"]
    shown.problems.clear()


def a_link(rng, specs):
    """A query with settings of every kind: right, wrong, unheard of."""
    parts = []
    for _ in range(rng.randint(1, 3)):
        name = rng.choice([*specs, *WORDS])
        spec = specs.get(name, {})
        key = rng.choice([*spec, *spec, *WORDS])
        text = rng.choice(TEXTS)
        if key in spec and rng.random() < 0.7:
            text = str(a_value(rng, spec[key])).strip("[]").replace(" ", "").lower()
        parts.append(f"{quote(name)}.{quote(key)}={quote(text)}")
    return "?" + "&".join(parts)


def a_value(rng, entry):
    """A value near to those that a trait allows."""
    if entry["kind"] == "flag":
        return rng.choice([True, False, "True"])
    if entry["kind"] == "choice":
        return rng.choice([*entry["options"], "no", 1.5])
    low, high = entry["low"], entry["high"]

    def number():
        return rng.choice([rng.uniform(low, high)] * 6 + [low, high, low - 1e-9, high + 1, -low])

    if entry["kind"] == "number":
        return number()
    length = len(entry["start"]) if rng.random() < 0.8 else rng.randint(1, 9)
    values = [number() for _ in range(length)]
    return sorted(values) if rng.random() < 0.5 else values


def test_thousands_of_links_leave_every_state_admissible(show, figures):
    """What is taken is taken by Python too, and what is refused says so."""
    rng = random.Random(SEED)
    made = {figure.name: figure for figure in all_figures(figures)}
    shown = show(*made.values())
    links = [a_link(rng, {name: f._spec for name, f in made.items()}) for _ in range(3000)]
    states = shown.page.evaluate(
        """(links) => links.map((link) => {
            liveFigures.restore(link);
            return liveFigures.views.map(({ name, model }) => [name, Object.fromEntries(
                Object.keys(model.get("_spec")).map((k) => [k, model.get(k)]))]);
        }).filter((state, i, all) => !i || JSON.stringify(state) !== JSON.stringify(all[i - 1]))""",
        links,
    )
    assert len(states) > 500
    before = {}
    for state in states:
        for name, traits in state:
            for key, value in traits.items():
                if before.get((name, key)) != value:
                    setattr(made[name], key, value)
                    assert made[name].state[key] == value
                    before[name, key] = value
    assert all("cannot set" in problem for problem in shown.problems)
    shown.problems.clear()


def test_browser_and_python_admit_the_same_values(show, figures):
    rng = random.Random(SEED)
    made = {figure.name: figure for figure in all_figures(figures)}
    shown = show(*made.values())
    inputs = []
    for name, figure in made.items():
        for key, entry in figure._spec.items():
            values = [a_value(rng, entry) for _ in range(40)]
            values += [None, True, 1, "1", "gd", [], [1], [[1]], {}, {"a": 1}, [None], ["1", "2"]]
            inputs += [[name, key, value] for value in values]
    taken = shown.page.evaluate(
        """(inputs) => inputs.map(([name, key, value]) => {
            const model = liveFigures.byName(name);
            const before = model.get(key);
            model.set(key, value);
            const taken = JSON.stringify(model.get(key)) === JSON.stringify(value);
            model.set(key, before);
            return taken;
        })""",
        inputs,
    )
    shown.problems.clear()
    for (name, key, value), browser in zip(inputs, taken, strict=True):
        figure = type(made[name])()
        try:
            setattr(figure, key, value)
            python = True
        except live.StateError:
            python = False
        assert browser == python, (name, key, value)
    assert 0 < sum(taken) < len(taken)


def a_state(rng, spec):
    """An admissible state, often at a limit or with coordinates that tie."""

    def number(entry):
        low, high = entry["low"], entry["high"]
        return rng.choice([rng.uniform(low, high)] * 3 + [low, high, round(rng.uniform(low, high))])

    state = {}
    for key, entry in spec.items():
        if entry["kind"] in ("choice", "flag"):
            state[key] = rng.choice(entry.get("options", [True, False]))
            continue
        low, high = entry["low"], entry["high"]
        fit = lambda v: min(max(v, low), high)  # noqa: B023, E731
        if entry["kind"] == "number":
            state[key] = fit(number(entry))
            continue
        values = [fit(number(entry)) for _ in entry["start"]]
        if entry["rising"]:
            values = sorted(values)
            if any(b <= a for a, b in itertools.pairwise(values)):
                values = entry["start"]
        state[key] = values
    return state


DRAW = """async ([name, states]) => {
  const model = liveFigures.byName(name);
  const node = document.getElementById(name);
  const wrong = /.{0,120}(NaN|undefined|Infinity).{0,40}/;
  const bad = [];
  for (const state of states) {
    model.set(state);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const shown = node.innerHTML.replaceAll('data-value="NaN"', "");
    const fault = node.querySelector("[role=alert]")?.textContent ?? shown.match(wrong)?.[0];
    if (fault) bad.push([fault, JSON.stringify(state)]);
  }
  return bad;
}"""


def test_every_admissible_state_is_drawn(show, figure_class):
    """A quantity that does not exist is shown as a dash; nothing else is without a value."""
    rng = random.Random(SEED)
    figure = figure_class()
    shown = show(figure)
    states = [a_state(rng, figure._spec) for _ in range(30)]
    bad = shown.page.evaluate(DRAW, [figure.name, states])
    assert bad == [], json.dumps(bad[:3], indent=1)
