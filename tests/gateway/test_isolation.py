"""Rules of isolation: what we keep is private, and partners do not see each other's files."""

import os
import stat
from pathlib import Path

import pytest

from gateway.gateway import open_gateway
from gateway.ledger.files import list_files
from gateway.places import make_folders
from gateway.receive import list_intakes, receive

PARTNER = """
partner: {name}
role: cm
channels:
  in: [{{name: drop, folder: drop/{name}/in, take: {{stable_seconds: 0}}}}]
  out: [{{name: pickup, folder: drop/{name}/out}}]
"""


@pytest.fixture
def gateway(tmp_path):
    """Return a site with two partners, made under a careless umask."""
    before = os.umask(0o000)
    (tmp_path / "partners").mkdir()
    for name in ("north", "south"):
        (tmp_path / "partners" / f"{name}.yaml").write_text(PARTNER.format(name=name))
    opened = open_gateway(tmp_path)
    make_folders(opened)
    yield opened
    opened.ledger.dispose()
    os.umask(before)


def _receive(gateway):
    intakes = list_intakes(gateway)
    for _ in range(2):
        for intake in intakes:
            receive(intake)


def _open_to_others(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in [folder, *folder.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def test_archive_and_ledger_are_private(gateway):
    """Nobody but the gateway's own user reads them, whatever the umask was."""
    (gateway.site.home / "drop/north/in/a.csv").write_bytes(b"po")
    _receive(gateway)
    with gateway.ledger.read() as tx:
        assert len(list_files(tx)) == 1
    archive = Path(gateway.site.archive_url)
    assert _open_to_others(archive) == []
    files = [path for path in archive.parent.glob("ledger.db*") if path.is_file()]
    assert files
    assert [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_folders_are_closed_to_others(gateway):
    """Owner and group only, down from the site's home."""
    for name in ("north", "south"):
        for side in ("in", "out"):
            mode = stat.S_IMODE((gateway.site.home / "drop" / name / side).stat().st_mode)
            assert mode & 0o007 == 0


def test_the_same_bytes_of_two_partners_are_two_files(gateway):
    """One is not told that the other sent them before."""
    for name in ("north", "south"):
        (gateway.site.home / "drop" / name / "in" / "a.csv").write_bytes(b"po")
    _receive(gateway)
    with gateway.ledger.read() as tx:
        assert {(one.partner, one.state) for one in list_files(tx)} == {
            ("north", "received"),
            ("south", "received"),
        }


def test_a_link_into_another_partners_folder_is_not_followed(gateway):
    """Whoever can write one folder cannot read the other through us."""
    secret = gateway.site.home / "drop/south/in/.secret.csv"
    secret.write_bytes(b"prices")
    (gateway.site.home / "drop/north/in/a.csv").symlink_to(secret)
    _receive(gateway)
    with gateway.ledger.read() as tx:
        assert list_files(tx) == []
