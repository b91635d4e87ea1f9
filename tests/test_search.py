"""The searches for counterexamples: they find what is false, resume, and say what they tried."""

import json

import pytest

from sam_lib.claims import registry
from search import HUNTS, PLANTED
from search import __main__ as runner

WHOLE_RUNS = {"bounds_meet", "gate_of_layers", "even_depth"}  # slower than the others


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_false_statement_is_found(name):
    rows = (runner.batch(PLANTED[name], number, 10) for number in range(5))
    assert any(row["counterexamples"] for row in rows)


@pytest.mark.parametrize("name", HUNTS)
def test_a_tiny_search_finds_nothing_and_decides_some_cases(name):
    row = runner.batch(HUNTS[name], 0, 6 if name in WHOLE_RUNS else 30)
    assert row["counterexamples"] == [] and row["decided"] > 0
    json.dumps(row, allow_nan=False)


def test_each_hunt_is_about_a_claim_and_each_chapter_beyond_the_paper_is_hunted():
    claims = registry()
    assert {hunt.claim for hunt in [*HUNTS.values(), *PLANTED.values()]} <= set(claims)
    hunted = {hunt.claim for hunt in HUNTS.values()}
    for number in range(13, 17):
        theorems = {
            key
            for key, claim in claims.items()
            if claim.origin == "derived" and f"chapters/{number}_" in str(claim.chapter)
        }
        assert theorems and theorems <= hunted


def test_a_search_resumes_and_grows(tmp_path, monkeypatch):
    hunt, tried = HUNTS["lone_weight"], []
    batch = runner.batch
    monkeypatch.setattr(runner, "batch", lambda h, n: tried.append(n) or batch(h, n, 5))
    (first,) = runner.search([hunt], 2 * runner.BATCH, tmp_path)
    path = tmp_path / "lone_weight.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[1][:40])  # stopped while writing
    (second,) = runner.search([hunt], 3 * runner.BATCH, tmp_path)
    assert tried == [0, 1, 1, 2]
    assert first["trials"] == 10 and second["trials"] == 15
    assert [json.loads(line)["batch"] for line in path.read_text().splitlines()] == [0, 1, 2]
    assert json.loads((tmp_path / "summary.json").read_text())[0]["trials"] == 15


def test_the_command_reports_and_fails_on_a_counterexample(tmp_path, capsys):
    options = ["--trials", "50", "--workers", "1", "--output", str(tmp_path)]
    assert runner.main([*options, "--claims", "d38"]) == 0
    assert runner.main([*options, "--claims", "d38", "--planted"]) == 1
    printed = capsys.readouterr().out
    assert "none found" in printed and "COUNTEREXAMPLES" in printed
    with pytest.raises(SystemExit):
        runner.main([*options, "--claims", "d999"])
