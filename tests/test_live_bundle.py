"""The bundler, the state of figures, and what a figure weighs."""

import gzip
import json
import re

import pytest
from figures import FIGURES

from sam_lib import live
from sam_lib.live.bundle import JS, bundle, declarations, stylesheet
from sam_lib.live.pages import runtime


def test_only_what_is_reached_travels():
    source = (
        'import { clamp } from "../kit/numbers.js";\n'
        "// a comment\n"
        "function unused() {\n  return 1;\n}\n"
        "export default {\n  render: () => clamp(2, 0, 1),\n};\n"
    )
    text = bundle(source)
    assert "const clamp" in text and "export default" in text
    assert "unused" not in text and "comment" not in text and "import" not in text


def test_a_missing_import_is_refused():
    source = 'import { nothing } from "../kit/numbers.js";\nexport default {};\n'
    with pytest.raises(ValueError, match=r"nothing.*numbers\.js does not export"):
        bundle(source)


def test_two_modules_may_not_declare_the_same_name():
    source = 'import { clamp } from "../kit/numbers.js";\nconst clamp = 1;\nexport default clamp;\n'
    with pytest.raises(ValueError, match="clamp is declared in"):
        bundle(source)


def test_a_missing_export_is_refused():
    with pytest.raises(ValueError, match="does not declare default"):
        bundle("const a = 1;\n")


def test_loose_statements_are_refused():
    with pytest.raises(ValueError, match="only imports and declarations"):
        declarations("console.log(1);\n")
    with pytest.raises(ValueError, match="declared twice"):
        declarations("const a = 1;\nconst a = 2;\n")


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_figure_is_small_and_described(figure):
    made = figure()
    weight = len(gzip.compress((made._esm + made._css).encode(), 6))
    assert weight <= 25_000
    assert len(made.caption) > 40 and len(made.alt) > 20
    assert "import" not in re.sub(r"\"[^\"]*\"|`[^`]*`", "", made._esm)
    assert set(made.state) == set(figure.state_names()) == set(made._spec)
    json.dumps(made._spec)


def test_figure_files_import_no_numbers_of_their_own():
    """Formulas come from formulas.js: no figure types one of its expressions again."""
    for path in (JS / "figures").glob("*.js"):
        assert not re.search(r"Math\.(expm1|log1p)", path.read_text(encoding="utf-8")), path.name


def test_the_stylesheet_has_the_colors_of_the_palette():
    assert "--coord-0:#" in stylesheet() and "--linf:#" in stylesheet()


def test_repr_has_no_address_and_names_what_differs():
    figure = live.Gate(alpha=[0.5, 1.2, 0.9], depth=3)
    assert repr(figure) == "Gate(name='gate', alpha=[0.5, 1.2, 0.9], depth=3)"
    assert repr(live.Gate(name="second")) == "Gate(name='second')"
    assert live.Gate()._repr_mimebundle_()[0]["text/plain"] == "Gate(name='gate')"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rho": -1}, r"rho = -1: allowed is a number from 0 to 2"),
        ({"rho": float("nan")}, r"rho = nan"),
        ({"rho": "1"}, r"rho = '1'"),
        ({"rho": True}, r"rho = True"),
        ({"depth": 1}, r"depth = 1: allowed is one of \[2, 3, 4, 5, 6\]"),
        ({"depth": True}, r"depth = True"),
        ({"alpha": [0.5, 9, 1]}, r"alpha = \[0.5, 9, 1\]"),
        ({"alpha": 0.5}, r"alpha = 0.5: allowed is a list of 1 to 6 numbers"),
        ({"alpha": []}, r"alpha = \[\]"),
        ({"alpha": [1.0, 1.0]}, r"mu and alpha must have the same number of entries"),
        ({"gd": 1}, r"gd = 1: allowed is True or False"),
        ({"name": "The Gate"}, r"name = 'The Gate'"),
        ({"speed": 1}, r"Gate has no \['speed'\]"),
    ],
    ids=str,
)
def test_bad_state_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        live.Gate(**wrong)


def test_a_refused_value_leaves_the_state_alone():
    figure = live.Gate()
    with pytest.raises(ValueError):
        figure.rho = 3
    assert figure.rho == 1.0


def test_reset_goes_back_to_the_start_that_was_given():
    figure = live.Gate(rho=0.5)
    figure.rho, figure.alpha = 1.5, [1, 1, 1]
    figure.reset()
    assert figure.rho == 0.5 and figure.alpha == [1.1, 0.9, 0.8]


def test_two_figures_do_not_share_their_state():
    one, other = live.Gate(), live.Gate()
    one.alpha = [1, 1, 1]
    assert other.alpha == [1.1, 0.9, 0.8]


def test_a_page_holds_figures_and_runtime_and_nothing_from_outside(tmp_path):
    figure = live.Gate()
    text = figure.save(tmp_path / "gate.html").read_text(encoding="utf-8")
    assert figure.model_id in text and runtime() in text
    loads = r"(?:src|href)\s*=\s*[\"']https?:|@import|from\s+[\"']http"
    assert not re.search(loads, text)
