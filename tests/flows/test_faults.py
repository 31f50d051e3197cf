"""Faults of the world: disk, archive, database, clock, ERP folder; nothing is lost, nothing twice."""

import errno
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

import gateway.archive
import gateway.disk
import gateway.events.journal
import gateway.ledger.ledger
from flows.turn import take_turn
from gateway.ledger.ledger import Ledger

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ANSWER = (WEEK / "3_855.edi").read_bytes()
ACME = "drop/acme/in"


def full(*_args: object, **_more: object) -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


TOLD = ["ConfirmOrder", "NoteOnOrder", "RecordReroute"]


def all_is_done_once(world) -> None:
    """Let time pass, then look: one confirmation, one note, one reroute, one 997, one event, no source left."""
    for _ in range(4):
        world.clock.advance(timedelta(minutes=20))
        world.turn(3)
    journal = [
        line
        for path in (world.home / "var" / "journal").glob("*.ndjson")
        for line in path.read_text().splitlines()
    ]
    assert "delivered" == world.file("855.edi").state
    assert TOLD == [one.partition("-")[0] for one in world.told_erp()]
    assert 1 == sum(one.startswith("997_") for one in world.out("acme"))
    assert 1 == sum("cmgateway.order.acknowledged.v1" in line for line in journal)
    assert {"done"} == {effect.state for effect in world.effects()}
    assert [] == [one.name for one in (world.home / ACME).iterdir()]


def take_erp_away(world) -> None:
    """Let something stand where the ERP's folder was."""
    (world.home / "erp" / "in").rename(world.home / "away")
    (world.home / "erp" / "in").write_text("not a folder")


def bring_erp_back(world) -> None:
    """Mount the folder again."""
    (world.home / "erp" / "in").unlink()
    (world.home / "away").rename(world.home / "erp" / "in")


def test_a_full_disk_at_the_archive_leaves_the_file_at_its_source(world, monkeypatch) -> None:
    """Nothing is recorded of bytes that are not safe; when there is room again, they are taken."""
    world.release_orders()
    with monkeypatch.context() as patch:
        patch.setattr(gateway.disk.os, "fsync", full)
        world.drop(ACME, "855.edi", ANSWER)
        world.turn(3)
        assert ANSWER == (world.home / ACME / "855.edi").read_bytes()
        assert [] == world.documents(direction="in", entity="OrderAck")
    all_is_done_once(world)


def test_a_full_disk_at_our_answer_leaves_the_file_unfinished(world, monkeypatch) -> None:
    """The 997 cannot be archived: the file is not parked, and done when there is room again."""
    world.release_orders()
    original = gateway.archive.Archive.store

    def store(self, data: bytes) -> str:
        return original(self, data) if data == ANSWER else full()  # type: ignore[func-returns-value]

    with monkeypatch.context() as patch:
        patch.setattr(gateway.archive.Archive, "store", store)
        world.drop(ACME, "855.edi", ANSWER)
        world.turn(3)
        assert "received" == world.file("855.edi").state
    all_is_done_once(world)


def test_a_full_disk_at_the_journal_lets_the_event_wait(world, monkeypatch) -> None:
    """The ERP is told meanwhile; the event follows, once."""
    world.release_orders()
    with monkeypatch.context() as patch:
        patch.setattr(gateway.events.journal, "_write_synced", full)
        world.drop(ACME, "855.edi", ANSWER)
        world.turn(3)
        states = {effect.kind: effect.state for effect in world.effects()}
        assert "pending" == states["event"]
    all_is_done_once(world)


def test_a_read_only_archive_takes_nothing(world, monkeypatch) -> None:
    """The channel says why, the file stays where it is."""
    world.release_orders()

    def refused(*_args: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(gateway.archive, "_make_folders", refused)
        world.drop(ACME, "855.edi", ANSWER)
        world.turn(3)
        assert ANSWER == (world.home / ACME / "855.edi").read_bytes()
    all_is_done_once(world)


def test_a_locked_database_cuts_the_turn_short(world, monkeypatch) -> None:
    """Somebody copies the database file and holds it: no crash, no parking, done afterwards."""
    world.release_orders()
    world.gateway.ledger.dispose()
    monkeypatch.setattr(gateway.ledger.ledger, "_BUSY_SECONDS", 0.1)
    world.gateway.ledger = Ledger(world.gateway.site.database_url)
    world.drop(ACME, "855.edi", ANSWER)
    holder = sqlite3.connect(world.home / "var" / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    take_turn(world.turning)
    take_turn(world.turning)
    holder.execute("ROLLBACK")
    holder.close()
    all_is_done_once(world)


@pytest.mark.parametrize("back", [timedelta(minutes=3), timedelta(days=400)], ids=["3m", "400d"])
def test_a_clock_that_is_set_back_stops_nothing(world, back) -> None:
    """In the middle of it the clock jumps: leases and due times of before are no reason to wait."""
    world.release_orders()
    take_erp_away(world)
    world.drop(ACME, "855.edi", ANSWER)
    world.turn(3)
    world.clock.advance(-back)
    bring_erp_back(world)
    all_is_done_once(world)


def test_an_erp_folder_that_is_away_holds_only_the_erp(world) -> None:
    """A mount that is gone: the partner has its 997, the ERP is told when it is back, in order."""
    world.release_orders()
    take_erp_away(world)
    world.drop(ACME, "855.edi", ANSWER)
    world.turn(4)
    assert 1 == sum(one.startswith("997_") for one in world.out("acme"))
    assert {"pending"} == {one.state for one in world.effects() if one.kind == "erp"}
    bring_erp_back(world)
    all_is_done_once(world)


def test_a_partner_that_hangs_delays_nobody(world, monkeypatch) -> None:
    """A turn goes on without a target that does not answer; others are delivered to."""
    import threading

    import flows.deliver
    import gateway.deliver

    world.release_orders()
    answered = threading.Event()
    original = gateway.deliver.DOORS["put"]

    def hang(*args: object) -> str:
        answered.wait(60)
        return original(*args)  # type: ignore[arg-type]

    monkeypatch.setitem(gateway.deliver.DOORS, "put", hang)
    monkeypatch.setattr(flows.deliver.Deliverer.deliver, "__defaults__", (0.5,))
    world.drop(ACME, "855.edi", ANSWER)
    world.turn(3)
    assert TOLD == [one.partition("-")[0] for one in world.told_erp()]
    assert [] == [one for one in world.out("acme") if one.startswith("997_")]
    answered.set()
    all_is_done_once(world)


def test_what_a_broken_connection_made_us_drop_is_taken_again(world, monkeypatch) -> None:
    """The ledger goes away in the middle: the process lives on, and must not keep leases of what it dropped."""
    from sqlalchemy.exc import OperationalError

    import flows.deliver
    import flows.process
    from flows.owner import keep_leases

    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    world.release_orders()
    with monkeypatch.context() as patch:
        patch.setattr(flows.process, "record_together", gone)
        patch.setattr(flows.process, "process_together", gone)
        patch.setattr(flows.process, "release_file", gone)
        world.drop(ACME, "855.edi", ANSWER)
        world.turn(2)
    assert "received" == world.file("855.edi").state
    assert world.file("855.edi").owner
    keep_leases(world.gateway)
    world.clock.advance(timedelta(minutes=2))
    with monkeypatch.context() as patch:
        patch.setattr(flows.deliver, "deliver_taken", gone)
        world.turn(2)
    assert "taken" in {one.state for one in world.effects()}
    keep_leases(world.gateway)
    all_is_done_once(world)
