"""What a run says about itself."""

import matplotlib
import numpy as np
import pytest

import sam_lib as sam

matplotlib.use("Agg")

DATA = sam.single_example([1, 2])


def test_it_prints_as_a_short_table():
    run = sam.flow(sam.balanced([0.5, 0.6], 2), DATA, sam.SAM(1.0, np.inf), np.linspace(0, 5, 100))
    lines = repr(run).splitlines()
    assert len(lines) == 10 and max(map(len, lines)) <= 100
    assert lines[0] == "SAM(rho=1, p=inf), rescaled clock: 100 times, L=2, d=2"
    assert lines[1].split() == ["time", "loss", "beta[0]", "beta[1]"]
    assert lines[-1] == sam.Status.COLLAPSED.value
    wide = sam.flow(sam.balanced(np.ones(50), 2), sam.single_example(np.ones(50)), sam.GD(), [0, 1])
    assert max(map(len, repr(wide).splitlines())) <= 110
    assert "beta[49]" in repr(wide)


def test_a_batch_prints_as_a_summary_and_can_be_indexed():
    starts = sam.balanced(np.linspace(0.2, 0.9, 12).reshape(3, 4, 1) * [1, 1], 2)
    run = sam.flow(starts, DATA, sam.SAM(1.0), [0, 10])
    text = repr(run)
    counts = {line.split(" x ")[1]: int(line.split()[0]) for line in text.splitlines()[2:]}
    assert "3x4 starts" in text and sum(counts.values()) == 12
    assert set(counts) == {str(sam.Status.COMPLETED), str(sam.Status.COLLAPSED)}
    one = run[2, 3]
    assert one.status is run.status[2, 3] and one.theta.shape == (2, 2, 2)
    np.testing.assert_array_equal(run[1].beta, run.beta[:, 1])
    assert run[1].status.shape == run[1].end.shape == (4,)
    with pytest.raises(IndexError, match="no batch axis"):
        one[0]


def test_plot():
    run = sam.flow(sam.balanced([1.5, 1.2], 3), DATA, sam.SAM(1.0, np.inf), np.linspace(0, 9, 50))
    assert run.status is sam.Status.BLEW_UP
    ax = run.plot()
    assert len(ax.lines) == 2 and "rescaled" in ax.get_xlabel()
    same = sam.descend(np.ones((2, 2)), DATA, sam.GD(), 0.1, 50).plot(ax=ax)
    assert same is ax and len(ax.lines) == 4 and "original" in ax.get_xlabel()
    matplotlib.pyplot.close("all")
    batch = sam.flow(np.ones((3, 2, 2)), DATA, sam.GD(), [0, 1])
    with pytest.raises(ValueError, match=r"run has batch axes \(3,\)"):
        batch.plot()


def test_every_status_is_a_sentence():
    for status in sam.Status:
        assert str(status) == status.value and status.value[0].isupper() and status.value[-1] == "."


def test_leaders_are_the_walk_of_the_dominant_coordinate():
    rng = np.random.default_rng(0)
    for _ in range(50):
        path = rng.normal(size=(int(rng.integers(1, 30)), int(rng.integers(1, 5)))).round(1)
        path[rng.random(len(path)) < 0.2] = 0
        path[rng.random(len(path)) < 0.2] = 1
        expected = []
        for row in np.abs(path):
            alone = row.max() > 0 and np.sum(row == row.max()) == 1
            if alone and (not expected or expected[-1] != row.argmax()):
                expected.append(int(row.argmax()))
        assert sam.leaders(path).tolist() == expected
    batch = sam.flow(sam.balanced([[0.5, 0.6]], 2), DATA, sam.GD(), [0, 1])
    with pytest.raises(ValueError, match=r"run\[0\]\.leaders"):
        batch.leaders()
    with pytest.raises(ValueError, match="path"):
        sam.leaders([1.0, 2.0])
    blown = sam.flow(sam.balanced([1.5, 0.2], 3), DATA, sam.SAM(0.1, np.inf), [0, 1, 100])
    assert blown.status is sam.Status.BLEW_UP and blown.leaders().tolist() == [0]
