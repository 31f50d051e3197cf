"""The event journal."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.events.cloud_event import About, CloudEvent, EventError, cloud_event, write_event
from gateway.events.journal import Journal, JournalError
from gateway.events.read_journal import read_journal
from translators.findings import Finding

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENT = {"po_number": "4500012345", "partner": "north", "kind": "csv"}


def _event(key: str, at: datetime = NOON) -> CloudEvent:
    about = About(key=key, source="urn:cmgateway:test", subject="4500012345", at=at)
    return cloud_event("cmgateway.order.sent.v1", SENT, about)


def _ids(folder: Path, since: datetime = NOON - timedelta(days=99)) -> list[str]:
    return [one.id for one in read_journal(folder, since) if isinstance(one, CloudEvent)]


def _day(folder: Path) -> Path:
    return folder / "events-2026-11-21.ndjson"


def test_an_event_is_a_cloud_event():
    """All attributes of CloudEvents 1.0 stand there, with the schema of the data."""
    assert {
        "specversion": "1.0",
        "id": "17-1",
        "source": "urn:cmgateway:test",
        "type": "cmgateway.order.sent.v1",
        "subject": "4500012345",
        "time": "2026-11-21T12:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:cmgateway:OrderSent:1.0",
        "data": SENT,
    } == json.loads(write_event(_event("17-1")))


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 11, 21, 12), datetime(2026, 11, 21, 6, tzinfo=timezone(timedelta(hours=-6)))],  # noqa: DTZ001  stored times have no zone
)
def test_time_is_utc(at):
    """What is stored without a zone is UTC; any other zone is converted."""
    assert "2026-11-21T12:00:00Z" == _event("1", at).time


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("cmgateway.order.lost.v1", SENT, "there is no event type"),
        ("cmgateway.order.sent.v1", {"partner": "north"}, "is not a OrderSent"),
        ("cmgateway.order.sent.v1", SENT | {"colour": "red"}, "unknown field `colour`"),
    ],
)
def test_an_event_we_do_not_publish_is_refused(kind, data, said):
    """A consumer never meets data outside its schema."""
    with pytest.raises(EventError, match=said):
        cloud_event(kind, data, About(key="1", source="s", subject="x", at=NOON))


def test_events_are_kept_in_the_order_they_came(tmp_path):
    """One line an event, one file a day."""
    journal = Journal(tmp_path)
    for key in ("1", "2", "3"):
        assert "written" == journal.publish(_event(key))
    journal.publish(_event("4", NOON + timedelta(days=1)))
    assert ["1", "2", "3", "4"] == _ids(tmp_path)
    assert 2 == len(list(tmp_path.glob("*.ndjson")))


def test_a_repeat_is_not_written_twice_even_by_another_process(tmp_path):
    """Killed between write and commit, the effect comes again, in a new process."""
    Journal(tmp_path).publish(_event("1"))
    journal = Journal(tmp_path)
    assert ["already", "written", "already"] == [
        journal.publish(_event(key)) for key in ("1", "2", "2")
    ]
    assert ["1", "2"] == _ids(tmp_path)


def test_many_at_once_are_written_as_one_after_the_other(tmp_path):
    """Each in the file of its day, in order; a repeat among them is known."""
    journal = Journal(tmp_path)
    journal.publish(_event("1"))
    events = [_event("1"), _event("2"), _event("3", NOON + timedelta(days=1)), _event("2")]
    assert ["already", "written", "written", "already"] == journal.publish_all(events)
    assert ["1", "2", "3"] == _ids(tmp_path)
    assert ["already", "already"] == Journal(tmp_path).publish_all(events[1:3])


def test_what_others_write_in_between_is_seen(tmp_path):
    """Two journals on one folder know of each other's events."""
    one, other = Journal(tmp_path), Journal(tmp_path)
    one.publish(_event("1"))
    other.publish(_event("2"))
    assert ["already", "already"] == [one.publish(_event("2")), other.publish(_event("1"))]


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0))
def test_a_line_torn_at_any_byte_is_mended(tmp_path_factory, cut):
    """A crash in the middle of a line loses nothing that was confirmed and writes nothing twice."""
    folder = tmp_path_factory.mktemp("journal")
    Journal(folder).publish(_event("1"))
    whole = _day(folder).read_bytes()
    line = write_event(_event("2")) + b"\n"
    _day(folder).write_bytes(whole + line[: cut % (len(line) + 1)])
    journal = Journal(folder)
    journal.publish(_event("2"))
    journal.publish(_event("3"))
    assert whole + line + write_event(_event("3")) + b"\n" == _day(folder).read_bytes()


def test_a_torn_line_is_passed_over_when_read(tmp_path):
    """A reader does not wait for the writer to come back."""
    Journal(tmp_path).publish(_event("1"))
    with _day(tmp_path).open("ab") as file:
        file.write(b'{"specversion":"1.0","id":"2"')
    assert ["1"] == [one.id for one in read_journal(tmp_path, NOON) if isinstance(one, CloudEvent)]
    assert 1 == len(list(read_journal(tmp_path, NOON)))


def test_a_line_that_was_spoiled_is_told_with_its_place(tmp_path):
    """The events around it are still read, and still known."""
    journal = Journal(tmp_path)
    journal.publish(_event("1"))
    with _day(tmp_path).open("ab") as file:
        file.write(b"\xff\xfe rubbish\n")
    assert ["written", "already"] == [journal.publish(_event(key)) for key in ("2", "1")]
    found = list(read_journal(tmp_path, NOON))
    assert ["events-2026-11-21.ndjson:2"] == [
        one.place for one in found if isinstance(one, Finding)
    ]
    assert ["1", "2"] == _ids(tmp_path)


def test_a_file_that_was_cut_is_read_anew(tmp_path):
    """Somebody restored an older file: its ids count, not those we remember."""
    journal = Journal(tmp_path)
    journal.publish(_event("1"))
    older = _day(tmp_path).read_bytes()
    journal.publish(_event("2"))
    _day(tmp_path).write_bytes(older)
    assert "written" == journal.publish(_event("2"))


def test_only_what_is_asked_for_is_read(tmp_path):
    """`since` is compared with the event's own time."""
    journal = Journal(tmp_path)
    for hours in (-48, -1, 0, 1):
        journal.publish(_event(str(hours), NOON + timedelta(hours=hours)))
    assert ["0", "1"] == _ids(tmp_path, NOON)
    assert ["0", "1"] == _ids(tmp_path, NOON.replace(tzinfo=None))


def test_no_journal_is_an_empty_one(tmp_path):
    """Nothing has happened yet."""
    assert [] == _ids(tmp_path / "none")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    """The effect is tried again later."""
    (tmp_path / "journal").write_text("a file where the folder should be")
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(tmp_path / "journal").publish(_event("1"))


def _publish_many(folder: Path) -> None:
    journal = Journal(folder)
    for number in range(40):
        journal.publish(_event(str(number)))


def test_three_processes_write_each_event_once(tmp_path):
    """The lock is held from the look to the write."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_publish_many, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [0, 0, 0] == [worker.exitcode for worker in workers]
    assert sorted(map(str, range(40))) == sorted(_ids(tmp_path))
