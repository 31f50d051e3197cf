"""Replay with effect preview (F13): what is done stays done; repeat or suppress by key, with who and why."""

import json

import pytest

LATE_ORDER = (
    b'{"order_no":"4500019999","released_on":"2026-11-26","vendor":"acme","currency":"USD",'
    b'"items":[{"pos":"1","part":"A-100","rev":"B","qty":"5","uom":"ST","price":"12.50",'
    b'"need_by":"2027-02-01","date_basis":"DELIVERY"}]}'
)
PARKED = "855_703.edi"


def listed(ran) -> dict[str, dict]:
    """Return what a command says of each effect, by its key."""
    return {one["key"]: one for one in json.loads(ran.out)}


def effects(week) -> dict[str, dict]:
    """Return the effects of the ledger by key."""
    return {
        one["key"]: one
        for one in json.loads(week("effect", "list", "--limit", "1000", "--json").out)
    }


def actions(week, key: str) -> list[tuple[str, str]]:
    """Return what people did with an effect, and why."""
    shown = json.loads(week("effect", "show", key, "--json").out)
    return [(one["verb"], one["reason"]) for one in shown["actions"]]


def test_a_dry_run_lists_every_effect_and_changes_nothing(week) -> None:
    """Each with its key and that it is already done; nothing is repeated unless it is named."""
    before = week("effect", "list", "--json").out
    found = listed(week("replay", "--since", "2026-11-23", "--dry-run", "--json"))
    said = week("replay", "--since", "2026-11-24", "--partner", "acme", "--dry-run").out

    of_documents = {key for key, one in effects(week).items() if one["document_id"] is not None}
    assert of_documents == found.keys()
    assert {(True, "left alone")} == {
        (one["already_done"], one["happens"]) for one in found.values()
    }
    assert "already done 2026-11-24 10:15" in said
    assert before == week("effect", "list", "--json").out


def test_only_what_is_named_is_done_once_more(week, drop, home) -> None:
    """The partner lost our 997: it lies there again, byte for byte; nothing else moves."""
    lying = {path.name: path.read_bytes() for path in (home / "drop/acme/out").iterdir()}
    (name,) = [one for one in lying if one.startswith("997_000000702")]
    puts = [key for key, one in effects(week).items() if one["payload"].get("name") == name]
    (key,) = [one for one in puts if not one.startswith("again-")]  # its sender sent the file twice
    (home / "drop/acme/out" / name).unlink()
    told = sorted(path.name for path in (home / "erp/in").iterdir())
    silent = week("replay", "--since", "2026-11-24", "--again", key)
    ran = week("replay", "--since", "2026-11-24", "--again", key, "--reason", "lost", "--json")
    drop("drop/acme/in/nothing.part", b"")  # lets the gateway turn

    assert (2, True) == (silent.code, "say with --reason why" in silent.err)
    assert "done once more" == listed(ran)[key]["happens"]
    assert lying == {path.name: path.read_bytes() for path in (home / "drop/acme/out").iterdir()}
    assert told == sorted(path.name for path in (home / "erp/in").iterdir())
    assert "done" == effects(week)[key]["state"]
    assert [("again", "lost")] == actions(week, key)


def test_a_new_effect_can_be_suppressed_before_anybody_does_it(week, drop, home) -> None:
    """The parked answer is taken now; the ERP was told by hand, so it is not told again."""
    drop("erp/out/late.json", LATE_ORDER)
    found = listed(week("replay", "--since", "2026-11-23", "--dry-run", "--json"))
    (key,) = [
        key
        for key, one in found.items()
        if (one["stands"], one["kind"], one["what"]) == ("not there yet", "erp", "ConfirmOrder")
    ]
    before = {path.name for path in (home / "erp/in").iterdir()}
    ran = week("rerun", PARKED, "--suppress", key, "--reason", "told by telephone")
    drop("drop/acme/in/nothing.part", b"")

    assert 0 == ran.code, ran
    assert "skipped" == effects(week)[key]["state"]
    assert [("suppress", "told by telephone")] == actions(week, key)
    assert set() == {path.name for path in (home / "erp/in").iterdir()} - before
    assert "delivered" == json.loads(week("file", "show", PARKED, "--json").out)["state"]


def test_a_rerun_previews_effects_too(week, drop) -> None:
    """`rerun --dry-run` tells which effects would come and which are done already."""
    drop("erp/out/late.json", LATE_ORDER)
    said = week("rerun", PARKED, "--dry-run").out

    assert "not there yet" in said
    assert "already done" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "monday"), "--since monday is no time"),
        (("--since", "2026-11-23", "--again", "99-1"), "there is no effect 99-1 among these"),
        (
            ("--since", "2026-11-23", "--again", "1-1", "--suppress", "1-1"),
            "1-1 cannot be both repeated and suppressed",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(week, words, said) -> None:
    """With a sentence, and nothing is changed."""
    ran = week("replay", *words, "--reason", "x")

    assert (2, True) == (ran.code, said in ran.err), ran
