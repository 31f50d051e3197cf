"""`partner semantics`: what is declared held against what the samples say."""

import json
from pathlib import Path

import pytest

SETS = {
    "facets": ("ACK*IA*144*EA*067*20261214~", "ACK*DR*144*EA*067*20261218~"),
    "split": ("ACK*IA*72*EA*067*20261214~", "ACK*DR*72*EA*067*20261218~"),
    "first": ("ACK*IA*60*EA*067*20261214~",),
    "rest": ("ACK*IA*84*EA*067*20261218~",),
    "whole": ("ACK*IA*144*EA*067*20261218~",),
    "shares": ("ACK*IA*60*EA*067*20261214~", "ACK*BP*84*EA*067*20261218~"),
}


@pytest.fixture
def sample(tmp_path: Path):
    """Return what writes an 855 with the answers of one line."""

    def write(kind: str) -> str:
        lines = [
            "BAK*00*AC*P-7*20261123*****20261124~",
            "PO1*1*144*EA*1250**BP*A-100~",
            *SETS[kind],
            "CTT*1~",
        ]
        sets = "".join(["ST*855*0001~", *lines, f"SE*{len(lines) + 2}*0001~"])
        head = "ISA*00*          *00*          *ZZ*ACMETOOL       *01*048826173      *261124*1015*U*00401*000000702*0*P*>~"
        group = "GS*PR*ACMETOOL*KESTREL*20261124*1015*702*X*004010~"
        path = tmp_path / f"{kind}.edi"
        path.write_text(f"{head}{group}{sets}GE*1*702~IEA*1*000000702~")
        return str(path)

    return write


def test_a_profile_the_samples_deny_is_warned_of(run, sample) -> None:
    """Two answers of the whole line each are facets; declared is split, and each line says why not."""
    ran = run("partner", "semantics", "acme", sample("facets"), "--json")
    told = json.loads(ran.out)
    setting = next(one for one in told["settings"] if one["setting"] == "repeated_acks")

    assert (1, "contradicted") == (ran.code, setting["verdict"])
    assert {"split": 0, "facets": 1} == setting["votes"]
    assert "write repeated_acks: facets" in told["findings"][0]["advice"]
    assert "only so it adds up to the 144 ordered" == told["lines"][0]["because"]


def test_a_profile_the_samples_bear_out_agrees(run, sample) -> None:
    """Each line is shown under each option, with what adds up."""
    ran = run("partner", "semantics", "acme", sample("split"), sample("shares"))

    assert 0 == ran.code
    assert "repeated_acks  split        split 1, facets 0" in ran.out
    assert "IA 72 + DR 72" in ran.out
    assert "accepted 60 + backordered 84 ✓" in ran.out


def test_answers_that_add_up_over_documents_are_warned_of(run, sample) -> None:
    """Here a later answer replaces the one before; 60 and then 84 of 144 are meant otherwise, 60 and then 144 are not."""
    adds = run("partner", "semantics", "acme", sample("first"), sample("rest"))
    replaces = run("partner", "semantics", "acme", sample("first"), sample("whole"))

    assert (1, 0) == (adds.code, replaces.code)
    assert "answers of 60 and 84 only together come to the 144 ordered" in adds.err
    assert "60, then 144" in replaces.out
    assert "the last says all of it" in replaces.out


def test_orders_of_the_ledger_tell_what_is_not_mentioned(week) -> None:
    """Lines of our order that the answer leaves out, and what the setting for silence makes of them."""
    folder = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
    ran = week("partner", "semantics", "acme", str(folder / "3_855.edi"), "--json")
    told = json.loads(ran.out)

    assert {"agrees", "not told"} >= {one["verdict"] for one in told["settings"]}
    assert all(line["ordered"]["value"] for line in told["lines"])
