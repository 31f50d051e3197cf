"""Retention: bytes go after the days agreed, with a proof, and never while anything needs them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.archive import Archive, ArchiveError
from gateway.clock import now
from gateway.close import close_file
from gateway.ledger.deletions import list_deletions
from gateway.retention import delete_due, list_due

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_text()
ACME = "drop/acme/in"
DAYS = 400


@pytest.fixture
def agreed(world):
    """Return a site where bytes of acme are kept for so many days, and those of all others for ever."""
    file = world.home / "partners" / "acme.yaml"
    file.write_text(f"{file.read_text()}\nretention: {{days: {DAYS}}}\n")
    world.gateway.reload()
    return world


def grow_old(world, days: int = DAYS + 1) -> None:
    """Let the days go by, also for the files of the archive."""
    world.clock.advance(timedelta(days=days))
    for path in (world.home / "var" / "archive").glob("*/*"):
        os.utime(path, (0, 0))


def due(world) -> dict[str, str]:
    """Return what is due, by what it is, and why it is kept."""
    with world.gateway.ledger.read() as tx:
        return {one.what[0]: one.kept for one in list_due(world.gateway, tx, now())}


def delete(world) -> set[str]:
    """Delete what is due; return what it was."""
    gone = delete_due(world.gateway, actor="olga", reason="agreed with acme")
    return {name for one in gone for name in one.what}


def proofs(world, file) -> list:
    """Return the proofs of a file's bytes."""
    with world.gateway.ledger.read() as tx:
        return [*list_deletions(tx, file.sha256)]


def put_away(world, name: str = "odd.edi"):
    """Return a file that was parked, and that a person has closed."""
    world.send(ACME, name, ACK.replace("*4500012345*", "*4599999999*"))
    file = world.file(name)
    with world.gateway.ledger.begin() as tx:
        close_file(tx, file, actor="olga", reason="a test of theirs")
    return file


def test_what_is_old_and_needed_by_nobody_goes_with_a_proof(agreed) -> None:
    """Hash, size, rule, name and time are kept; the row says what it was, and is not due again."""
    file = put_away(agreed)
    assert set() == delete(agreed)
    grow_old(agreed)

    assert f"file {file.id} (odd.edi)" in delete(agreed)
    (proof,) = proofs(agreed, file)
    assert (file.size, "acme: 400 days", "olga") == (proof.size, proof.rule, proof.actor)
    assert proof.deleted_at is not None
    with pytest.raises(ArchiveError, match="retention proofs"):
        agreed.gateway.archive.load(file.sha256)
    assert set() == delete(agreed)
    assert "ignored" == agreed.file(file.id).state


def test_what_is_open_keeps_its_bytes(agreed) -> None:
    """A parked file, and the answer to an order that has not left, for as long as it takes."""
    agreed.release_orders()
    agreed.send(ACME, "answer.edi", ACK)
    agreed.send(ACME, "odd.edi", ACK.replace("*4500012345*", "*4599999999*"))
    kept = {name: agreed.file(name) for name in ("answer.edi", "odd.edi")}
    grow_old(agreed)

    why = due(agreed)
    assert "case 1 (shortfall) is open" == why[f"file {kept['answer.edi'].id} (answer.edi)"]
    assert "order 4500012345 is open" in why.values()
    assert f"file {kept['odd.edi'].id} (odd.edi) is parked" in why.values()
    delete(agreed)
    assert all(agreed.gateway.archive.has(one.sha256) for one in kept.values())


def test_bytes_that_came_again_or_from_another_stay(agreed) -> None:
    """What one partner's rule lets go is kept while another row has the same bytes."""
    mine = put_away(agreed)
    grow_old(agreed)
    agreed.send("drop/delmar/in", "odd.edi", agreed.gateway.archive.load(mine.sha256))

    assert "of delmar is kept for ever" in due(agreed)[f"file {mine.id} (odd.edi)"]
    delete(agreed)
    assert agreed.gateway.archive.has(mine.sha256)


def test_bytes_stored_a_moment_ago_stay(agreed) -> None:
    """Somebody stores the same bytes now and has not committed his row: they are not taken from him."""
    file = put_away(agreed)
    grow_old(agreed)
    agreed.gateway.archive.store(agreed.gateway.archive.load(file.sha256))

    assert f"file {file.id} (odd.edi)" not in delete(agreed)
    assert agreed.gateway.archive.has(file.sha256)
    assert [] == proofs(agreed, file)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_while_deleting_ends_with_one_proof(agreed, monkeypatch, after) -> None:
    """Before or after the bytes went: the next run goes on, and nothing is gone without a proof."""
    file = put_away(agreed)
    grow_old(agreed)
    discard = Archive.discard

    def killed(archive: Archive, sha256: str) -> bool:
        if after:
            discard(archive, sha256)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "discard", killed)
        with pytest.raises(KeyboardInterrupt):
            delete(agreed)
    delete(agreed)

    assert not agreed.gateway.archive.has(file.sha256)
    (proof,) = proofs(agreed, file)
    assert (file.size, True) == (proof.size, proof.deleted_at is not None)
