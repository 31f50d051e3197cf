"""A sender without HTTPS asks in its own folder what became of its files (C-45)."""

from pathlib import Path

import pytest

from gateway.receive import list_intakes

_WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME, BOREALIS = "drop/acme/in", "drop/borealis/in"


def _ask(world, text: str, folder: str = ACME) -> str:
    """Return the answer to a question that was put into a folder."""
    before = world.out(folder.split("/")[1])
    world.drop(folder, "status.ask", text)
    world.turn(4)
    after = world.out(folder.split("/")[1])
    [name] = after.keys() - before.keys()
    assert name.startswith("status.ask.answer")
    return after[name].decode("utf-8-sig")


def test_the_answer_tells_what_became_of_each_file_why_and_by_what_it_was_answered(world) -> None:
    """By name or by a number; what lies there untaken, and what never came, are told as such."""
    world.release_orders()
    world.send(ACME, "bad.edi", "none")
    world.send(ACME, "ack.edi", (_WEEK / "3_855.edi").read_bytes())
    world.drop(ACME, "note.pdf", "x")
    world.turn()
    [put] = [name for name in world.out("acme") if name.startswith("997")]

    told = _ask(world, "ack.edi\nbad.edi\nnote.pdf\nmine.edi\n4500012345\n")
    parts = dict(one.split(":\r\n", 1) for one in told.split("\r\n\r\n") if one.strip())
    assert "taken, and all it asked for is done" in parts["ack.edi"]
    assert f"answered by {put}" in parts["ack.edi"]
    assert "not all of it could be used" in parts["bad.edi"]
    assert "what to do: " in parts["bad.edi"]
    assert "is not taken: the name fits none of" in parts["note.pdf"]
    assert "no file of this name came from you" in parts["mine.edi"]
    assert parts["4500012345"].startswith("- ack.edi, ")


def test_asked_again_it_is_answered_anew_and_is_no_document(world) -> None:
    """The same bytes are a duplicate as a file, and a question all the same."""
    assert "no file" in _ask(world, "ack.edi")
    world.release_orders()
    world.send(ACME, "ack.edi", (_WEEK / "3_855.edi").read_bytes())
    assert "taken" in _ask(world, "ack.edi")
    assert "- ack.edi, " in _ask(world, "\n")
    assert [] == world.documents(direction="in", number="status.ask")


def test_nobody_hears_of_what_another_sent(world) -> None:
    """Neither by its name nor by its number."""
    world.release_orders()
    world.send(ACME, "ack.edi", (_WEEK / "3_855.edi").read_bytes())
    told = _ask(world, "ack.edi\n4500012345\nack%\n", BOREALIS)
    assert 3 == told.count("no file of this name came from you")


def test_killed_before_the_question_was_removed_it_is_answered_once(world, monkeypatch) -> None:
    """The next look finds its answer written."""
    world.drop(ACME, "status.ask", "ack.edi")
    with monkeypatch.context() as patch:
        patch.setattr("gateway.transports.folder.FolderTransport.settle", _kill)
        with pytest.raises(KeyboardInterrupt):
            world.turn(4)
    world.turning.intakes = list_intakes(world.gateway)
    world.turn(4)
    assert ["status.ask.answer.txt"] == list(world.out("acme"))
    assert not list((world.home / ACME).iterdir())


def _kill(*_: object) -> None:
    raise KeyboardInterrupt
