"""The opening: its still shows the exact flows, and the README shows that still."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

import sam_lib as sam
from sam_lib.live.bundle import scene

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "extensions"))
import still  # noqa: E402


def test_the_story_that_the_still_tells():
    """Equal at first; then GD has the cow, l_inf nothing, l_2 the grass and in the end the cow."""
    for name, moments in still.weights().items():
        (grass, cow), *_ = lit = [still.light(w) for w in moments]
        assert grass == cow > 0.5
        middle, end = lit[1:]
        if "infty" in name:
            assert max(*middle, *end) == 0
        else:
            assert end[1] > 0.8 > 0.2 > end[0]
            first, second = (0, 1) if "ell_2" in name else (1, 0)
            assert middle[first] > 0.9 > 0.1 > middle[second]


def test_its_weights_are_those_of_small_steps():
    data, count = sam.single_example(still.MU), 12_000
    at = np.array([0, 4_000, count])
    methods = (sam.GD(), sam.SAM(1.0, np.inf), sam.SAM(1.0))
    for method, moments in zip(methods, still.weights().values(), strict=True):
        start = sam.balanced(still.START, 2)
        run = sam.descend(start, data, method, 5e-4, count, at, clock="normalized")
        for stepped, exact in zip(run.theta[:, 0], moments, strict=True):
            np.testing.assert_allclose(still.light(stepped), still.light(exact), atol=0.01)
        assert not np.allclose(still.light(run.theta[1, 0]), still.light(moments[0]), atol=0.1)


def test_the_scene_has_both_features_and_paths_that_both_readers_know():
    parts = scene()
    assert {part["feature"] for part in parts} == {0, 1}
    for part in parts:
        assert set(part["d"]) <= set("MLCZ0123456789.- ")
        box = still.outline(part["d"]).get_extents()
        assert box.x0 >= -10 and box.x1 <= 210 and box.y0 >= 0 and box.y1 <= 150


def test_the_readme_shows_this_still(tmp_path):
    """Not to the pixel: fonts are drawn a little differently by other versions."""
    still.draw(tmp_path / "new.png")
    new, kept = (
        Image.open(path).convert("RGB") for path in (tmp_path / "new.png", ROOT / "book/still.png")
    )
    assert new.size == kept.size == (1200, 630)
    gap = np.asarray(ImageChops.difference(new, kept), float).mean()
    assert gap < 1, "run `python extensions/still.py`"
    other = Image.new("RGB", kept.size, still.NIGHT)
    assert np.asarray(ImageChops.difference(other, kept), float).mean() > 10
