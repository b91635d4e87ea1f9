"""The state of a figure has one check, whichever way a value comes in; thousands of bad ones."""

import decimal
import fractions
import itertools
import json
import math

import numpy as np
import pytest
import sympy
from figures import FIGURES

from sam_lib import live

PER_TRAIT = 25
RNG_SEED = 20261125

ODD = [
    None,
    True,
    np.True_,
    "",
    "1",
    "constructor",
    b"1",
    math.nan,
    math.inf,
    -math.inf,
    -0.0,
    5e-324,
    1e308,
    10**400,
    1j,
    np.complex128(1),
    decimal.Decimal("0.5"),
    fractions.Fraction(1, 2),
    fractions.Fraction(10**400),
    np.float32(0.5),
    np.int64(2),
    np.array(0.5),
    np.array([]),
    np.ones((2, 2)),
    np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    sympy.Symbol("x"),
    sympy.Rational(1, 2),
    [],
    (),
    {},
    {1, 2},
    {"0": 1},
    [[1.0]],
    [1, [2]],
    ["1", "2"],
    [True, False],
    [None],
    [10**400, 1],
    [math.nan, 1.0, 2.0],
    range(3),
    iter([1.0, 2.0]),
    object(),
    float,
    lambda: 1,
]


def admissible(entry, value) -> bool:
    """Whether plain data is a value that the description of a trait allows; written apart."""

    def fits(x):
        return type(x) is float and entry["low"] <= x <= entry["high"]

    if entry["kind"] == "flag":
        return type(value) is bool
    if entry["kind"] == "choice":
        return any(type(value) is type(o) and value == o for o in entry["options"])
    if entry["kind"] == "number":
        return fits(value)
    if type(value) is not list or len(value) != len(entry["start"]) or not all(map(fits, value)):
        return False
    rises = all(b > a for a, b in itertools.pairwise(value))
    return len(value) % entry["group"] == 0 and (rises or not entry["rising"])


def candidates(rng, entry):
    """Values for one trait: most of the right kind and near its limits, some of any kind."""
    low, high = entry.get("low", 0), entry.get("high", 1)
    edges = [low, high, np.nextafter(low, -np.inf), np.nextafter(high, np.inf), -high, 1e300]

    def number():
        return float(rng.uniform(low, high)) if rng.random() < 0.8 else float(rng.choice(edges))

    for _ in range(PER_TRAIT):
        kind = rng.random()
        if kind < 0.3:
            yield ODD[rng.integers(len(ODD))]
        elif entry["kind"] == "vector" and kind < 0.95:
            length = len(entry["start"]) if rng.random() < 0.7 else int(rng.integers(0, 9))
            values = [number() for _ in range(length)]
            values = sorted(values) if rng.random() < 0.5 else values
            yield np.array(values) if rng.random() < 0.2 else values
        elif entry["kind"] in ("choice", "flag"):
            yield [*entry.get("options", (True, False)), 1, 2.0, 99][rng.integers(4)]
        else:
            yield number()


def assign(figure, key, value):
    setattr(figure, key, value)


def construct(figure, key, value):
    """The same through the constructor; where it is taken, the state goes on."""
    made = type(figure)(**{**figure.state, key: value})
    setattr(figure, key, getattr(made, key))


def receive(figure, key, value):
    """The same as a message from the browser side of a widget, which is JSON."""
    try:
        message = json.loads(json.dumps({key: value}))
    except (TypeError, ValueError):
        return assign(figure, key, value)
    figure.set_state(message)


@pytest.mark.parametrize("enter", [assign, construct, receive], ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", FIGURES)
def test_every_way_in_passes_one_check(name, enter):
    rng = np.random.default_rng(RNG_SEED)
    figure = FIGURES[name]()
    taken = refused = 0
    for key, entry in figure._spec.items():
        for value in candidates(rng, entry):
            before = figure.state
            try:
                enter(figure, key, value)
            except ValueError as error:
                assert isinstance(error, live.StateError) or "same number" in str(error), value
                assert figure.state == before, (key, value)
                refused += 1
            else:
                taken += 1
            for other, described in figure._spec.items():
                assert admissible(described, figure.state[other]), (other, key, value)
    assert taken > 5 and refused > 5


def test_the_length_of_a_list_stays_once_a_figure_is_made():
    figure = live.Gate(mu=[1.0, 2.0], alpha=[0.5, 1.5])
    with pytest.raises(live.StateError, match=r"alpha = \[1, 0\.5, 2\]: allowed is a list of 2"):
        figure.alpha = [1, 0.5, 2]
    with figure.hold_trait_notifications(), pytest.raises(live.StateError):
        figure.mu, figure.alpha = [1, 2, 3], [1, 1, 1]
    assert figure.state["mu"] == [1, 2] and figure.state["alpha"] == [0.5, 1.5]


def test_features_rise_where_the_figure_needs_it():
    with pytest.raises(live.StateError, match="each larger than the one before"):
        live.PhaseDiagram(mu=[2, 1])
    figure = live.Parabola()
    with pytest.raises(live.StateError, match="each larger than the one before"):
        figure.mu = [1, 2, 2]


def test_points_come_in_pairs():
    with pytest.raises(live.StateError, match="in groups of 2"):
        live.DepthOne(points=[1, 2, 3])


def test_a_list_cannot_be_changed_behind_the_check():
    figure, given = live.Gate(), [1.0, 1.0, 1.0]
    figure.alpha = given
    given[0] = 99.0
    figure.alpha[1] = 99.0
    figure.state["alpha"][2] = 99.0
    assert figure.alpha == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("key", ["name", "caption", "alt"])
@pytest.mark.parametrize("value", [3, None, b"gate", ["gate"]])
def test_words_are_words(key, value):
    figure = live.Gate()
    with pytest.raises(live.StateError, match=key):
        setattr(figure, key, value)


def test_a_plain_value_may_not_hide_a_trait():
    with pytest.raises(ValueError, match=r"Gate\.caption: got 'words', allowed: a trait"):
        type("Gate", (live.Gate,), {"caption": "words"})
    assert type("Gate", (live.Gate,), {"caption": live.Text("words")})().caption == "words"


@pytest.mark.parametrize("name", ["", "The Gate", "a.b", "gate\n", "__proto__", "9"])
def test_a_name_fits_into_a_link(name):
    figure = live.Gate()
    with pytest.raises(live.StateError, match="small letters"):
        figure.name = name
    with pytest.raises(live.StateError, match="small letters"):
        live.Gate(name=name)


@pytest.mark.parametrize("name", FIGURES)
def test_the_defaults_are_admissible(name):
    figure = FIGURES[name]()
    for key, entry in figure._spec.items():
        assert admissible(entry, figure.state[key]), key
        assert admissible(entry, entry["start"]), key
