"""The answer box refuses what it cannot check, and its text output does not tell the answer."""

import json
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from sam_lib.live import Answer
from sam_lib.live.bundle import JS, bundle


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="value"):
        Answer("a", value=value)


def test_a_bad_name_is_refused():
    with pytest.raises(ValueError, match="name"):
        Answer("A box", value=1.0)


def test_the_text_output_does_not_tell_the_answer():
    assert "42" not in repr(Answer("a", value=42.0))


def test_judgments():
    """The judge, run by node: right within the tolerance, and told on which side it is wrong."""
    source = bundle(JS / "figures" / "answer.js", exports=("judge",))
    cases = [
        ("7.27", 7.2725),
        ("7,27", 7.2725),
        ("7.5", 7.2725),
        ("−1", 2.0),
        ("", 2.0),
        ("x", 2.0),
    ]
    script = (
        source
        + f"console.log(JSON.stringify({json.dumps(cases)}.map(([t, v]) => judge(t, v, 0.005)[0])))"
    )
    node, _ = compute_driver_executable()
    out = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    assert json.loads(out.stdout) == ["✓", "✓", "✗", "✗", "?", "?"]
