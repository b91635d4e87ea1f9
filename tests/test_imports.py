"""Heavy packages are imported by what needs them, when it is first used."""

import subprocess
import sys

import pytest

HEAVY = ("numba", "sympy", "scipy", "matplotlib", "anywidget", "ipywidgets", "yaml")
OWN = {"ascent", "checks", "data", "network", "run"}  # the model: all that `import sam_lib` reads


def loaded(code):
    """Modules of the library, and heavy packages, that are loaded after ``code``."""
    code = f"import sys, sam_lib as sam; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = done.stdout.split()
    return {n.removeprefix("sam_lib.") for n in names if n.startswith("sam_lib.")}, {
        name for name in HEAVY if name in names
    }


def test_the_library_itself_loads_the_model_and_nothing_heavy():
    own, heavy = loaded("sam.GD")
    assert own == OWN and heavy == set()


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        ("sam.descend, sam.claims, sam.palette, sam.figures, sam.certify", set()),
        ("sam.exact, sam.theory", set()),
        ("sam.flow, sam.l1_max_margin", {"scipy"}),
        ("sam.closed_form.clock_rate", {"sympy"}),
        ("sam.live.Gate", {"anywidget", "ipywidgets"}),
    ],
)
def test_a_name_loads_what_it_needs_and_no_more(names, needed):
    assert loaded(names)[1] == needed


def test_a_heavy_package_is_seen_where_it_is_loaded():
    assert loaded("import yaml")[1] == {"yaml"}
