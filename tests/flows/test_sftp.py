"""A partner on a real SFTP server: files come and go, and whoever fails delays nobody else."""

import gzip
import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.sshd import Sshd, make_key
from flows.turn import refresh
from flows.watch import watch
from gateway.ledger.cases import list_cases
from gateway.ledger.files import list_files
from gateway.ledger.polls import list_polls
from gateway.ledger.sightings import list_sightings

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_bytes()
pytestmark = pytest.mark.slow


class Far:
    """The partner's side: folders of a server, named in its file."""

    def __init__(self, world, server: Sshd, folder: Path, monkeypatch) -> None:
        """Move the first partner's channels from folders to the server."""
        self.world, self.server, self.folder = world, server, folder
        self.monkeypatch = monkeypatch
        for name in ("in", "out"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv("CMGATEWAY_SECRET_FAR_KEY", server.user_key)
        self.write_partner()

    def write_partner(self, take: str = "stable_seconds: 2, trailer: true", **changes) -> None:
        """Write the partner's file anew; it is read at the next turn."""
        path = self.world.home / "partners" / "acme.yaml"
        kept = path.with_suffix(".kept")
        if not kept.exists():
            shutil.copy(path, kept)
        said = {"host_key": self.server.host_key, "login": "key: FAR_KEY"} | changes
        sftp = (
            f"{{host: 127.0.0.1, port: {self.server.port}, user: {self.server.user}, "
            f'{said["login"]}, host_key: "{said["host_key"]}"}}'
        )
        channels = (
            "channels:\n  in:\n"
            f"    - {{name: drop, folder: {self.folder}/in, sftp: {sftp}, take: {{{take}}}}}\n"
            "  out:\n"
            f'    - {{name: pickup, folder: {self.folder}/out, sftp: {sftp}, file_name: "{{kind}}_{{number}}_{{control}}.edi"}}\n'
            "documents:"
        )
        text = kept.read_text()
        begin, end = text.index("channels:"), text.index("documents:")
        path.write_text(text[:begin] + channels + text[end + len("documents:") :])

    def turn_until(self, is_so: Callable[[], object], seconds: float = 30) -> object:
        """Let the gateway turn until something is so: a server takes real time to answer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.world.turn(1)
            if found := is_so():
                return found
            time.sleep(0.05)
        raise AssertionError(self.said())

    def said(self) -> list[str]:
        """Return what status would say."""
        with self.world.gateway.ledger.read() as tx:
            polls = [f"{row.channel}: {row.error}" for row in list_polls(tx)]
            return polls + [case.summary for case in list_cases(tx)]

    def files(self, **query) -> list:
        """Return the partner's files, the newest first."""
        with self.world.gateway.ledger.read() as tx:
            return list_files(tx, partner="acme", **query)

    def cases(self, kind: str) -> list:
        """Return the open cases of a kind."""
        with self.world.gateway.ledger.read() as tx:
            return [case for case in list_cases(tx) if case.kind == kind]

    def put(self, name: str, data: bytes) -> None:
        """Upload under another name and rename, as good uploaders do."""
        part = self.folder / "in" / f".{name}.part"
        part.write_bytes(data)
        part.rename(self.folder / "in" / name)

    def took(self, name: str) -> Callable[[], object]:
        """Return the question whether a file was taken and done."""
        return lambda: [f for f in self.files() if f.name == name and f.state != "received"]

    def out(self) -> list[str]:
        """Return what lies in front of the partner."""
        return sorted(path.name for path in (self.folder / "out").iterdir())


@pytest.fixture
def far(world, sshd, tmp_path, monkeypatch):
    """Return a partner behind a server that is shared."""
    yield Far(world, sshd, tmp_path / "far", monkeypatch)
    world.gateway.lines.close()


@pytest.fixture
def own_far(world, own_sshd, tmp_path, monkeypatch):
    """Return a partner behind a server of its own, to be killed and held."""
    yield Far(world, own_sshd, tmp_path / "far", monkeypatch)
    world.gateway.lines.close()


def test_files_come_and_go(far):
    """An order goes to the server, its answer comes from there, and the source is removed."""
    far.world.release_orders()
    far.turn_until(lambda: [name for name in far.out() if name.startswith("850_")])
    far.put("855.edi", ACK)
    far.turn_until(lambda: [name for name in far.out() if name.startswith("997")])
    assert [] == list((far.folder / "in").iterdir())
    assert "delivered" == far.world.file("855.edi").state
    assert not [name for name in far.out() if name.endswith(".part")]


def test_the_same_name_every_day_is_another_file(far):
    """Other bytes are another file, the same bytes a duplicate, whatever the name (C-41)."""
    far.put("a.edi", ACK)
    far.turn_until(far.took("a.edi"))
    far.put("a.edi", ACK + b"\r\n")
    far.turn_until(lambda: len(far.files()) == 2)
    far.put("b.edi", ACK)
    far.turn_until(far.took("b.edi"))
    assert [("b.edi", "duplicate"), ("a.edi", ""), ("a.edi", "")] == [
        (one.name, one.state if one.state == "duplicate" else "") for one in far.files()
    ]


def test_an_upload_in_progress_is_not_taken(far):
    """It grows from poll to poll; when it is whole it is taken once (C-38)."""
    path = far.folder / "in" / "a.edi"
    for size in range(50, len(ACK), 100):
        path.write_bytes(ACK[:size])
        seen = _looks(far) + 2
        far.turn_until(lambda seen=seen: _looks(far) >= seen)
        assert [] == far.files()
    path.write_bytes(ACK)
    (file,) = far.turn_until(far.took("a.edi"))
    assert len(ACK) == file.size
    assert any("X12 without its IEA" in one.reason for one in file.observations)
    assert ("take", "it ends with its IEA") == (
        file.observations[-1].verdict,
        file.observations[-1].reason,
    )


def _looks(far) -> int:
    return next((i.looks for i in far.world.turning.intakes if i.name == "acme/drop"), 0)


def test_a_changed_host_key_stops_the_channel(far, tmp_path):
    """A case shows both fingerprints; nothing is taken until the partner file is right."""
    make_key(tmp_path / "other")
    other = " ".join((tmp_path / "other.pub").read_text().split()[:2])
    far.write_partner(host_key=other)
    far.put("a.edi", ACK)
    (case,) = far.turn_until(lambda: far.cases("host-key-changed"))
    assert case.summary.startswith("acme/drop stands still: ")
    assert 2 == case.summary.count("SHA256:")
    far.world.turn(5)
    assert [] == far.files()
    far.write_partner()
    far.turn_until(far.took("a.edi"))


def test_a_secret_that_is_missing_is_told_by_its_name(far):
    """Status says which variable to set; when it is set the channel goes on."""
    far.write_partner(login="password: FAR_PASSWORD")
    said = "there is no secret FAR_PASSWORD; set CMGATEWAY_SECRET_FAR_PASSWORD"
    far.turn_until(lambda: said in str(far.said()))
    far.write_partner()
    far.put("a.edi", ACK)
    far.turn_until(far.took("a.edi"))


@pytest.mark.parametrize("fault", ["hang", "kill"])
def test_a_server_that_is_away_delays_nobody(own_far, fault):
    """Others are served within seconds; the channel says what is wrong; later all is taken."""
    far = own_far
    far.world.release_orders()
    far.turn_until(lambda: _looks(far) >= 1)
    getattr(far.server, fault)()
    far.put("855.edi", ACK)
    far.turn_until(lambda: not far.world.turning.intakes[0].brought)
    started = time.monotonic()
    far.world.send("drop/borealis/in", "ack.csv", (WEEK / "4_ack.csv").read_bytes())
    assert time.monotonic() - started < 10
    told = "no answer for 20 seconds" if fault == "hang" else "127.0.0.1"
    far.turn_until(lambda: told in str(far.said()), 40)
    far.server.go_on() if fault == "hang" else far.server.start()
    far.turn_until(far.took("855.edi"), 60)


def test_a_server_that_hangs_while_we_put_delays_nobody(own_far):
    """Orders for others go out meanwhile, and its own when it moves again."""
    far = own_far
    far.turn_until(lambda: _looks(far) >= 1)
    far.server.hang()
    far.world.release_orders()  # of both partners
    started = time.monotonic()
    far.world.turn(8)
    assert time.monotonic() - started < 14  # it hangs for 20; once known to be slow nobody waits
    assert [name for name in far.world.out("borealis") if name.startswith("bestellung")]
    assert [] == far.out()
    far.server.go_on()
    far.turn_until(lambda: [name for name in far.out() if name.startswith("850_")], 60)
    assert 1 == len(far.out())


def test_what_waits_is_known_after_a_restart(far):
    """The ledger says what lies there and since when; the new process goes on from there."""
    far.write_partner(take="stable_seconds: 3600")
    far.put("a.edi", ACK)
    far.turn_until(lambda: _sightings(far))
    refresh(far.world.turning)
    since = _sightings(far)[0].since
    far.world.turning.intakes = []
    far.world.clock.moment = since.replace(hour=since.hour + 2)
    (file,) = far.turn_until(far.took("a.edi"))
    assert (since, "wait") == (file.observations[0].at, file.observations[0].verdict)
    assert [] == _sightings(far)


def _sightings(far) -> list:
    with far.world.gateway.ledger.read() as tx:
        return list_sightings(tx, "acme/drop")


def test_containers_are_opened(far):
    """Each file inside is one of its own and says where from; the same bytes again change nothing."""
    far.world.release_orders()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("monday/855.edi", ACK)
        archive.writestr("notes.txt.gz", gzip.compress(b"hello, this is no document"))
    far.put("week.zip", packed.getvalue())
    (member,) = far.turn_until(far.took("week.zip/monday/855.edi"))
    far.turn_until(far.took("week.zip/notes.txt.gz/notes.txt"))
    (container,) = far.took("week.zip")()
    assert ("ignored", True) == (container.state, "it held 2 files" in container.reason)
    assert packed.getvalue() == far.world.gateway.archive.load(container.sha256)
    assert [f"it was inside week.zip, file {container.id}"] == [
        one.reason for one in member.observations
    ]
    answers = far.turn_until(
        lambda: [one for one in far.out() if one.endswith("notes.txt.answer.txt")]
    )
    assert ["week.zip_notes.txt.gz_notes.txt.answer.txt"] == answers
    far.put("again.zip", packed.getvalue())
    (again,) = far.turn_until(far.took("again.zip"))
    assert ("duplicate", 4) == (again.state, len(far.files()))


def test_a_container_that_must_not_be_opened_is_answered(far):
    """Its sender is told why, as of any file that cannot be used."""
    far.write_partner(take="stable_seconds: 2, max_megabytes: 1")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.edi", bytes(2_000_000))
    far.put("bomb.zip", packed.getvalue())
    (file,) = far.turn_until(far.took("bomb.zip"))
    assert "parked" == file.state
    assert "what is in it is larger than the channel allows" in file.reason
    assert 1 == len(far.files())


def test_beyond_its_quota_a_channel_waits(far):
    """The first ones are taken, the rest in the next hour; a case says so once."""
    far.write_partner(take="stable_seconds: 0, max_files_per_hour: 2")
    for number in range(4):
        far.put(f"{number}.txt", b"%d" % number)
        os.utime(far.folder / "in" / f"{number}.txt", (1_700_000_000 + number,) * 2)
    far.turn_until(lambda: far.cases("over-quota"))
    far.turn_until(lambda: {one.verdict for one in _sightings(far)} == {"hold"})
    far.turn_until(lambda: len(far.files()) >= 2)
    assert {"0.txt", "1.txt"} == {one.name for one in far.files()}
    assert {"over its quota of 2 files in an hour"} == {one.reason for one in _sightings(far)}
    far.world.clock.moment = far.world.clock.moment.replace(hour=10)
    far.turn_until(lambda: len(far.files()) == 4)
    assert 1 == len(far.cases("over-quota"))


def test_more_files_than_a_turn_does_are_all_taken(far):
    """In the order of their times, none twice (C-40)."""
    far.write_partner(take="stable_seconds: 0")
    for number in range(300):
        (far.folder / "in" / f"{number}.txt").write_bytes(b"%d" % number)
    far.turn_until(lambda: not list((far.folder / "in").iterdir()), 110)
    with far.world.gateway.ledger.read() as tx:
        names = [one.name for one in list_files(tx, partner="acme", limit=5000)]
    assert sorted(f"{number}.txt" for number in range(300)) == sorted(names)
    assert watch(far.world.gateway) is not None
