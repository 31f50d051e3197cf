"""Changes of partner files and routing rules are kept, and somebody answers for them (B-98)."""

import json

import pytest


@pytest.mark.parametrize("name", ["acme", "_defaults", "_routing"])
def test_a_change_is_a_case_until_somebody_answers_for_it(week, home, name) -> None:
    """What changed is shown with its versions; the first wording needs nobody's word."""
    path = home / "partners" / f"{name}.yaml"
    before = path.read_text()
    assert "as it was first seen" in week("partner", "history", name).out
    path.write_text(f"{before}\n# one more line\n")

    assert "partner history" in _cases(week)[f"file {name}.yaml"]
    shown = week("partner", "history", name)
    assert "+# one more line" in shown.out
    assert "nobody answers for it yet" in shown.out
    assert 2 == week("partner", "accept", name, "--reason", " ").code
    done = week("partner", "accept", name, "--reason", "ticket 12")
    assert (0, "is accepted") == (done.code, " ".join(done.out.split()[-2:]))
    assert f"file {name}.yaml" not in _cases(week)

    last = json.loads(week("partner", "history", name, "--json").out)[-1]
    assert (2, "ticket 12") == (last["version"], last["reason"])
    assert last["actor"]
    assert before == week("partner", "history", name, "--version", "1").out


def test_what_is_put_back_needs_no_word_and_what_is_broken_gets_none(week, home) -> None:
    """The case ends by itself; mistakes are refused with where to look."""
    path = home / "partners" / "_routing.yaml"
    before = path.read_text()
    week("watch")
    path.write_text(f"{before}\n# hm\n")
    assert "file _routing.yaml" in _cases(week)
    path.write_text(before)
    assert "file _routing.yaml" not in _cases(week)

    path.write_text("automatic: perhaps\n")
    refused = week("partner", "accept", "_routing", "--reason", "late")
    assert 2 == refused.code
    assert "has mistakes" in refused.err
    acme = home / "partners" / "acme.yaml"
    acme.write_text("partner: acme\npassword: geheim\n")
    assert 2 == week("partner", "accept", "acme", "--reason", "late").code
    assert "geheim" not in week("partner", "history", "acme", "--json").out


def _cases(run) -> dict[str, str]:
    run("watch")
    rows = json.loads(run("case", "list", "--json").out)
    return {row["subject"]: row["summary"] for row in rows if row["kind"] == "changed-file"}
