"""What ops see after the demo's week: files, documents, effects, cases, orders, status."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.gateway import open_gateway
from gateway.ledger.effects import stick_effect, take_effects
from gateway.ledger.tables import effects

PO = "4500012345"
ROOT = Path(__file__).resolve().parents[2]
WEEK_855 = (ROOT / "console" / "demo" / "week" / "3_855.edi").read_bytes()
LISTINGS = [
    ("file", "list"),
    ("document", "list"),
    ("effect", "list"),
    ("case", "list"),
    ("order", "list"),
    ("partner", "list"),
    ("mapping", "list"),
]


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_every_listing_has_json_and_nothing_else_on_stdout(week, words) -> None:
    """--json is one array; stderr is empty."""
    ran = week(*words, "--json")

    assert isinstance(json.loads(ran.out), list)
    assert (0, "") == (ran.code, ran.err)


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_every_listing_is_a_table(week, words) -> None:
    """Without --json the same rows stand in a table, with a head and a rule."""
    rows = json.loads(week(*words, "--json").out)
    ran = week(*words)

    assert len(rows) + 2 == len(ran.out.splitlines())


def test_files_are_listed_by_state_and_partner(week) -> None:
    """The parked and the duplicate file of the week, with their reasons."""
    parked = json.loads(week("file", "list", "--state", "parked", "--json").out)
    borealis = json.loads(week("file", "list", "--partner", "borealis", "--json").out)

    assert ["855_703.edi"] == [file["name"] for file in parked]
    assert ["ack_20261124.csv"] == [file["name"] for file in borealis]
    assert "2026-11-24T18:30:05Z" == borealis[0]["received_at"]


def test_a_state_that_does_not_exist_is_told(week) -> None:
    """The sentence lists the states there are."""
    ran = week("file", "list", "--state", "perked")

    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith("cmgateway: 'perked' is no state of a file; it is one of received,")


def test_a_parked_file_tells_why_and_what_to_do(week) -> None:
    """Document, finding with place and advice, both answers and their effects."""
    ran = week("file", "show", "855_703.edi")
    lines = ran.out.splitlines()

    assert (
        "d23 error no-such-order at set 2 (ST*855*0002): "
        "order 4500019999 is not one that acme was given" in lines
    )
    assert (
        "    what to do: correct the order number, or ask the buyer whether the order is released"
        in lines
    )
    assert "997_000000703_000000006.edi" in ran.out
    assert "855_703.edi.answer.txt" in ran.out


def test_a_file_is_found_by_id_hash_and_name(week) -> None:
    """All three lead to the same file."""
    by_name = json.loads(week("file", "show", "855_702.edi", "--json").out)
    by_id = json.loads(week("file", "show", str(by_name["id"]), "--json").out)
    by_hash = json.loads(week("file", "show", by_name["sha256"][:8], "--json").out)

    assert by_name == by_id == by_hash
    assert ["OrderAck"] == [one["entity"] for one in by_name["documents"]]
    assert ["FunctionalAck"] == [one["entity"] for one in by_name["answers"]]


def test_raw_is_the_archived_bytes(week) -> None:
    """What arrived is what comes out, nothing beside it."""
    assert week("file", "show", "855_702.edi", "--raw").out.startswith("ISA*00*")
    assert "AK1*PR*" in week("document", "show", "d9", "--raw").out


def test_history_tells_when_and_why_it_was_taken(week) -> None:
    """Every look stands with the file: when, size and time as seen, what was decided and why."""
    ran = week("file", "show", "855_702.edi", "--history")
    (look,) = json.loads(week("file", "show", "855_702.edi", "--json").out)["observations"]

    assert "it ends with its IEA" in ran.out.partition("history")[2]
    assert ("2026-11-24T10:15:00Z", "take") == (look["at"], look["verdict"])
    assert look["size"] > 0
    assert look["modified_at"]


def test_a_file_that_waits_at_its_source_says_why(week, drop) -> None:
    """What was not taken yet is shown by its name, with each size it had and why it waits."""
    drop("drop/acme/in/late.edi", b"ISA*00*")
    shown = json.loads(week("file", "show", "late.edi", "--json").out)

    assert ("acme/drop", "wait") == (shown["channel"], shown["verdict"])
    assert [7] == [one["size"] for one in shown["observations"]][:1]
    assert "X12 without its IEA" in week("file", "show", "late.edi").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("file", "show", "no.edi"),
            "there is no file no.edi in the ledger; see cmgateway file list",
        ),
        (
            ("document", "show", "d99"),
            "there is no document d99 in the ledger; see cmgateway document list",
        ),
        (
            ("effect", "show", "99-1"),
            "there is no effect 99-1 in the ledger; see cmgateway effect list",
        ),
        (("case", "show", "99"), "there is no case 99 in the ledger; see cmgateway case list"),
        (("order", "show", "PO9"), "there is no order PO9 in the ledger; see cmgateway order list"),
        (("partner", "show", "acne"), "did you mean acme?"),
        (("mapping", "lint", "acme/8555"), "there is no mapping acme/8555; did you mean acme/855?"),
        (("effect", "skip", "1-1", "--reason", " "), "say with --reason why it need not be done"),
        (
            ("effect", "retry", "1-1"),
            "effect 1-1 is done; only what is stuck or pending can be retried",
        ),
        (("rerun", "d99"), "there is no file or document d99 in the ledger"),
        (
            ("rerun", "1", "--from", "receive"),
            "--from receive is no step; it is one of read, map, apply, deliver",
        ),
        (("file", "close", "1", "--reason", "x"), "file 1 is delivered; only a parked file is"),
        (("file", "close", "6", "--reason", " "), "say with --reason why nothing more is"),
        (("file", "close", "99", "--reason", "x"), "there is no file 99 in the ledger"),
    ],
)
def test_what_is_not_there_is_a_sentence_and_exit_code_2(week, words, said) -> None:
    """Never a traceback, and the way to what there is."""
    ran = week(*words)

    assert (2, True) == (ran.code, said in ran.err)
    assert "Traceback" not in ran.err


def test_a_case_shows_its_decision_and_is_closed_with_a_reason(week, drop) -> None:
    """Every candidate with its verdict; closed once, by whom and how."""
    drop(
        "drop/acme/in/hold.edi",
        WEEK_855.replace(b"ACK*IA*20", b"ACK*IF*20").replace(b"000000702", b"000000798"),
    )
    number = json.loads(week("case", "list", "--json").out)[-1]["id"]
    shown = week("case", "show", "1").out
    closed = week("case", "close", str(number), "--reason", "they told us by phone")
    again = week("case", "close", str(number), "--reason", "again")
    after = json.loads(week("case", "show", str(number), "--json").out)

    assert "  delmar cannot: not qualified for A-200 rev C (has B)" in shown
    assert (0, f"case {number} is closed\n") == (closed.code, closed.out)
    assert (2, True) == (again.code, f"case {number} was closed by" in again.err)
    assert ("closed", "they told us by phone") == (after["state"], after["resolution"])


def test_a_parked_file_is_closed_with_a_reason(week) -> None:
    """It becomes ignored, with who and why; what took effect of it stays; status is quiet about it."""
    ran = week("file", "close", "855_703.edi", "--reason", "agreed by telephone")
    file = json.loads(week("file", "show", "855_703.edi", "--json").out)
    now = json.loads(week("status", "--json").out)
    again = week("file", "close", "855_703.edi", "--reason", "again")

    assert (0, "file 10 is closed, with 1 document that took no effect\n") == (ran.code, ran.out)
    assert ("ignored", True) == (file["state"], file["reason"].endswith(": agreed by telephone"))
    assert ["delivered", "ignored"] == [one["state"] for one in file["documents"]]
    assert [("close", "agreed by telephone")] == [
        (one["verb"], one["reason"]) for one in file["actions"]
    ]
    assert ([], []) == (now["parked_files"], now["parked_documents"])
    assert (2, True) == (
        again.code,
        "file 10 is ignored; only a parked file is closed" in again.err,
    )


def test_status_shows_what_a_person_must_look_at(week) -> None:
    """Counts, the parked file with its reason, the open case, the late answer."""
    now = json.loads(week("status", "--json").out)
    shown = week("status").out

    assert {"delivered": 10, "duplicate": 1, "parked": 1} == now["files"]
    assert ["855_703.edi"] == [file["name"] for file in now["parked_files"]]
    assert [("4500012351", "997")] == [(one["po_number"], one["kind"]) for one in now["overdue"]]
    assert [] == now["open_cases"]
    assert "cmgateway file show ID, then cmgateway rerun ID" in shown


def test_a_channel_nobody_polls_is_silent(week, clock) -> None:
    """Two minutes after its last poll a channel is called silent."""
    before = json.loads(week("status", "--json").out)["channels"]
    clock.advance(timedelta(minutes=3))
    after = json.loads(week("status", "--json").out)["channels"]

    assert {"alive"} == {channel["state"] for channel in before}
    assert {"silent"} == {channel["state"] for channel in after}


@pytest.fixture
def stuck(week, home):
    """Return `run` in a site where the 997 to the last shipment is stuck."""
    gateway = open_gateway(home)
    with gateway.ledger.begin() as tx:
        tx.execute(
            effects.update().where(effects.c.key == "27-1").values(state="pending", done_at=None)
        )
        (taken,) = take_effects(tx, "test")
        stick_effect(tx, taken.id, "the partner's folder is gone", "test")
    gateway.ledger.dispose()
    return week


def test_a_stuck_effect_is_retried_and_remembered(stuck) -> None:
    """It is due again, and who asked for it and why is kept."""
    ran = stuck("effect", "retry", "27-1", "--reason", "the folder is back")
    after = json.loads(stuck("effect", "show", "27-1", "--json").out)

    assert (0, "effect 27-1 is due now\n") == (ran.code, ran.out)
    assert "pending" == after["state"]
    assert [("retry", "the folder is back")] == [
        (one["verb"], one["reason"]) for one in after["actions"]
    ]


def test_a_stuck_effect_is_given_up_with_a_reason(stuck) -> None:
    """Skipped for good; a reason is asked for."""
    without = stuck("effect", "skip", "27-1")
    ran = stuck("effect", "skip", "27-1", "--reason", "sent by mail")

    assert (2, 0) == (without.code, ran.code)
    assert "skipped" == json.loads(stuck("effect", "show", "27-1", "--json").out)["state"]


def test_status_shows_a_stuck_effect(stuck) -> None:
    """With its target and the other side's words."""
    assert "the partner's folder is gone" in stuck("status").out


def test_rerun_without_a_step_retries_what_is_stuck(stuck) -> None:
    """A file that is fine is not read again; its stuck effects are made due."""
    dry = stuck("rerun", "856_704.edi", "--dry-run")
    ran = stuck("rerun", "856_704.edi")
    again = stuck("rerun", "856_704.edi")

    assert (0, True) == (dry.code, "effect 27-1 to acme: to be retried" in dry.out)
    assert (0, True) == (ran.code, "due now: 27-1; cmgateway up does them" in ran.out)
    assert 2 == again.code


def test_partner_check_names_file_and_line(run, home) -> None:
    """A misspelt key is a finding with its line; the other partners go on."""
    path = home / "partners" / "acme.yaml"
    path.write_text(path.read_text().replace("usage: production", "usage: prodction", 1))
    ran = run("partner", "check")

    assert 1 == ran.code
    assert "acme: error: (acme.yaml:6): usage holds 'prodction'" in ran.err
    assert ran.out.endswith("with mistakes\n")
    assert 0 == run("partner", "check", "borealis").code


def test_partner_check_looks_into_the_mappings_it_names(run, home) -> None:
    """An agreement whose mapping is not there would park every document: it is told before."""
    path = home / "partners" / "acme.yaml"
    path.write_text(path.read_text().replace("acme/856,", "acme/857,", 1))
    ran = run("partner", "check", "acme")

    assert (1, True) == (ran.code, "there is no mapping acme/857" in ran.err)


def test_mapping_lint_names_file_and_line(run, home) -> None:
    """A mistake is told as editors jump to it; exit code 1."""
    path = home / "mappings" / "acme" / "855.yaml"
    path.write_text(path.read_text().replace("fields:", "feilds:", 1))
    ran = run("mapping", "lint", "acme/855")
    fine = run("mapping", "lint", "base/855_4010")

    assert (1, True) == (ran.code, ran.err.startswith("acme/855.yaml:"))
    assert (0, "1 mapping, none with mistakes\n") == (fine.code, fine.out)


def test_a_folder_that_is_no_site_gets_no_ledger(run, home) -> None:
    """A command in the wrong folder makes nothing there."""
    empty = home / "elsewhere"
    empty.mkdir()
    ran = run("--home", str(empty), "status")

    assert (2, True) == (ran.code, "is no site" in ran.err)
    assert [] == list(empty.iterdir())


def test_a_fault_of_ours_is_a_sentence_and_a_traceback_only_when_asked(run, monkeypatch) -> None:
    """--debug shows where; without it people get one sentence."""
    monkeypatch.setattr("gateway.overview.list_polls", lambda _: 1 / 0)
    quiet = run("status")
    loud = run("--debug", "status")

    assert (2, 1) == (quiet.code, len(quiet.err.splitlines()))
    assert "this is a fault of cmgateway: ZeroDivisionError" in quiet.err
    assert (2, True) == (loud.code, "Traceback" in loud.err)
