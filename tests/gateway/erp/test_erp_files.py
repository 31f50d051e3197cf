"""The ERP that takes files."""

import errno
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from canonical import schemas
from canonical.erp_commands import (
    ConfirmedLine,
    ConfirmOrder,
    NoteOnOrder,
    RecordShipment,
    ScheduleLine,
)
from canonical.shared import Quantity
from gateway.erp import files
from gateway.erp.erp import Plan, deliver_command
from gateway.erp.errors import ErpRejectedError, ErpUnavailableError
from gateway.erp.files import FilesErp, file_name, open_files_erp
from gateway.partners import load_partners
from gateway.settings import load_site

REPOSITORY = Path(__file__).resolve().parents[3]
KEY = "17-2"


def _schedule(status: str, amount: int) -> ScheduleLine:
    return ScheduleLine(status=status, quantity=Quantity(value=Decimal(amount), unit="EA"))


CONFIRM = ConfirmOrder(
    po_number="4500012345",
    partner="north",
    status="changed",
    lines=(
        ConfirmedLine(
            line_number="1", schedule=(_schedule("accepted", 60), _schedule("backordered", 84))
        ),
    ),
)
NOTE = NoteOnOrder(po_number="4500012345", text="accepted")


@pytest.fixture
def sink(tmp_path) -> FilesErp:
    """Return an ERP whose folders do not exist yet."""
    return FilesErp(tmp_path / "in", tmp_path / "kept", {"accepted": "CONFIRMED"})


def _held(sink: FilesErp) -> list[str]:
    return sorted(path.name for path in sink.folder.iterdir())


def test_a_command_becomes_one_file_named_by_its_key(sink):
    """Nothing else lies there, not even for a moment after."""
    assert "applied" == deliver_command(sink, CONFIRM, KEY).result
    assert ["ConfirmOrder-17-2.json"] == _held(sink)


def test_status_words_are_the_erps_and_free_text_is_not_touched(sink):
    """The table of the ERP partner is used where a status stands; a missing word stays ours."""
    content = json.loads(sink.plan(CONFIRM, KEY).content)
    assert KEY == content["key"]
    assert ["CONFIRMED", "backordered"] == [
        one["status"] for one in content["data"]["lines"][0]["schedule"]
    ]
    assert "accepted" == json.loads(sink.plan(NOTE, KEY).content)["data"]["text"]


def test_without_a_table_the_data_is_what_the_schema_says(tmp_path):
    """The published schema of the command judges the file."""
    content = json.loads(FilesErp(tmp_path, tmp_path / "kept").plan(CONFIRM, KEY).content)
    schema = json.loads(schemas.path_of(ConfirmOrder).read_text(encoding="utf-8"))
    assert [] == list(Draft202012Validator(schema).iter_errors(content["data"]))


def test_a_repeat_is_already_done(sink):
    """Twice is once."""
    deliver_command(sink, CONFIRM, KEY)
    before = (sink.folder / "ConfirmOrder-17-2.json").stat().st_mtime_ns
    assert "already" == deliver_command(sink, CONFIRM, KEY).result
    assert before == (sink.folder / "ConfirmOrder-17-2.json").stat().st_mtime_ns


def test_a_repeat_after_the_erp_took_the_file_writes_nothing(sink):
    """The ERP removes what it has read; it must not come again."""
    deliver_command(sink, CONFIRM, KEY)
    (sink.folder / "ConfirmOrder-17-2.json").unlink()
    assert "already" == deliver_command(sink, CONFIRM, KEY).result
    assert [] == _held(sink)


def test_killed_before_the_copy_was_kept_a_repeat_keeps_it(sink):
    """The file is there and the copy is not: the repeat finds it done."""
    plan = sink.plan(CONFIRM, KEY)
    sink.apply(plan)
    (sink.kept / plan.target).unlink()
    assert "already" == sink.apply(plan).result
    assert "applied" == sink.verify(plan).result


def test_killed_while_writing_leaves_nothing_an_erp_would_read(sink):
    """A part file has a hidden name, and the repeat replaces it."""
    plan = sink.plan(CONFIRM, KEY)
    sink.folder.mkdir()
    (sink.folder / f".{plan.target}.part").write_text('{"half')
    assert "applied" == sink.apply(plan).result
    assert [plan.target] == _held(sink)


def test_killed_between_file_and_copy_at_the_worst_moment_gives_the_same_file_again(
    sink, monkeypatch
):
    """Same name, same key, same bytes: the ERP can pass over it."""
    plan = sink.plan(CONFIRM, KEY)

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_keep_all", dies)
    with pytest.raises(KeyboardInterrupt):
        sink.apply(plan)
    monkeypatch.undo()
    first = (sink.folder / plan.target).read_bytes()
    (sink.folder / plan.target).unlink()
    sink.apply(plan)
    assert first == (sink.folder / plan.target).read_bytes()


def test_an_erp_faster_than_our_second_name_leaves_a_copy(sink, monkeypatch):
    """The file is taken before it has its second name: what was given is remembered all the same."""
    plan = sink.plan(CONFIRM, KEY)
    keep = files._keep_all

    def the_erp_was_here(folder: Path, kept: Path, plans: list[Plan]) -> None:
        (folder / plan.target).unlink(missing_ok=True)
        keep(folder, kept, plans)

    monkeypatch.setattr(files, "_keep_all", the_erp_was_here)
    assert "applied" == deliver_command(sink, CONFIRM, KEY).result
    assert "already" == deliver_command(sink, CONFIRM, KEY).result
    assert [] == _held(sink)


def test_an_erp_on_another_disk_is_remembered_by_a_copy(sink, monkeypatch):
    """No second name there: EXDEV."""

    def fails(*_given: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", fails)
    plan = sink.plan(CONFIRM, KEY)
    assert "applied" == deliver_command(sink, CONFIRM, KEY).result
    assert plan.content.encode() == (sink.kept / plan.target).read_bytes()


def test_another_content_under_the_same_key_is_refused(sink):
    """Nothing is overwritten; a person is told which two to compare."""
    deliver_command(sink, CONFIRM, KEY)
    before = (sink.folder / "ConfirmOrder-17-2.json").read_bytes()
    other = ConfirmOrder(po_number="4500012345", partner="north", status="rejected")
    with pytest.raises(ErpRejectedError, match="is not what command 17-2 says"):
        deliver_command(sink, other, KEY)
    assert before == (sink.folder / "ConfirmOrder-17-2.json").read_bytes()


def test_a_changed_file_is_seen_when_read_back(sink):
    """`verify` looks at the effect, not at our own mark."""
    plan = sink.plan(CONFIRM, KEY)
    sink.apply(plan)
    (sink.folder / plan.target).write_text("{}")
    assert "diverged" == sink.verify(plan).result


def test_what_was_never_applied_does_not_verify(sink):
    """An empty folder holds no command."""
    assert "diverged" == sink.verify(sink.plan(CONFIRM, KEY)).result


def test_a_folder_that_cannot_be_written_is_worth_another_try(tmp_path):
    """A full or missing disk is no verdict of the ERP."""
    (tmp_path / "in").write_text("a file where the folder should be")
    sink = FilesErp(tmp_path / "in", tmp_path / "kept")
    with pytest.raises(ErpUnavailableError, match="cannot be"):
        deliver_command(sink, CONFIRM, KEY)


def test_many_at_once_are_each_what_they_would_be_alone(sink):
    """One that was given before, one that differs from what was given, one that is new."""
    plans = [sink.plan(CONFIRM, key) for key in ("17-1", "17-2", "17-3")]
    sink.apply(plans[0])
    other = ConfirmOrder(po_number="4500012345", partner="north", status="rejected")
    sink.apply(sink.plan(other, "17-2"))
    outcomes = sink.apply_all(plans)
    assert ["already", "diverged", "applied"] == [one.result for one in outcomes]
    assert ["applied", "diverged", "applied"] == [sink.verify(plan).result for plan in plans]


def test_every_command_has_its_own_file(sink):
    """Commands of one document are told apart by their keys."""
    deliver_command(sink, CONFIRM, "17-1")
    deliver_command(sink, RecordShipment(shipment_number="S1", partner="north"), "17-2")
    assert ["ConfirmOrder-17-1.json", "RecordShipment-17-2.json"] == _held(sink)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/b", "a_b"), ("../x", ".._x"), ("x" * 200, "x" * 201), ("ä", "ö")],
)
def test_two_keys_never_share_a_name(one, other):
    """A key may hold anything; its file stays in the folder and is its own."""
    names = {file_name("NoteOnOrder", key) for key in (one, other)}
    assert 2 == len(names)
    assert all("/" not in name and len(name) < 200 for name in names)


def test_the_sites_own_erp_is_opened_from_its_partner_file(tmp_path):
    """Folder and words come from erp.yaml."""
    erp = load_partners(load_site(REPOSITORY)).get("erp")
    sink = open_files_erp(load_site(tmp_path), erp)
    assert (tmp_path / "erp" / "in", "CONFIRMED") == (sink.folder, sink.words["accepted"])
