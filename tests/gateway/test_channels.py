"""Rules of channels in partner files: servers, doors, and secrets that never stand there."""

from pathlib import Path

import pytest

from gateway.partners import Partners, load_partners
from gateway.settings import load_site

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJIoXgiSyqMrv7cCH4JIwfVlF1F3ObQ5ysmLVfrEK8RP"
SFTP = f'{{host: sftp.north.example, user: us, key: NORTH_KEY, host_key: "{KEY}"}}'


@pytest.fixture
def home(tmp_path) -> Path:
    """Return an empty site."""
    (tmp_path / "partners").mkdir()
    return tmp_path


def _add(home: Path, name: str, *channels: str, out: str = "") -> None:
    text = f"partner: {name}\nrole: cm\nchannels:\n  in:\n"
    text += "".join(f"    - {channel}\n" for channel in channels)
    text += f"  out:\n    - {out}\n" if out else ""
    (home / "partners" / f"{name}.yaml").write_text(text, encoding="utf-8")


def _load(home: Path) -> Partners:
    return load_partners(load_site(home))


def _codes(home: Path, name: str = "north") -> list[str]:
    return [finding.code for finding in _load(home).findings.get(name, ())]


def test_servers_and_doors_are_channels(home):
    """A channel is a folder, a folder of a server, or a door that files are posted to."""
    _add(
        home,
        "north",
        "{name: drop, folder: drop/north}",
        f"{{name: far, folder: /in, sftp: {SFTP}}}",
        "{name: post, https: {token: NORTH_TOKEN}}",
        out=f"{{name: back, folder: /out, sftp: {SFTP}}}",
    )
    partner = _load(home).get("north")
    assert [one.place for one in partner.channels.arriving] == [
        "drop/north",
        "sftp://us@sftp.north.example:22 /in",
        "https",
    ]
    assert [one.is_folder for one in partner.channels.arriving] == [True, False, False]
    assert partner.channels.leaving[0].sftp.host_keys == (KEY,)


@pytest.mark.parametrize(
    "channel",
    [
        SFTP.replace("NORTH_KEY", "hunter2-and-more"),
        SFTP.replace("key: NORTH_KEY", "password: hunter2-and-more"),
        SFTP.replace("NORTH_KEY", '"-----BEGIN OPENSSH PRIVATE KEY-----\\nhunter2-and-more"'),
        SFTP.replace("sftp.north.example", '"sftp://us:hunter2-and-more@north.example"'),
        SFTP.replace("key: NORTH_KEY", "passwd: hunter2-and-more"),
    ],
)
def test_a_secret_in_a_file_is_refused_and_not_shown(home, channel):
    """Neither the finding nor its advice repeats what was written."""
    _add(home, "north", f"{{name: far, folder: in, sftp: {channel}}}")
    findings = _load(home).findings["north"]
    assert [finding.code for finding in findings] == ["secret-in-file"]
    assert "hunter2" not in str(findings)
    assert findings[0].place == "north.yaml:5"


def test_a_token_in_a_file_is_refused(home):
    """Its name stands there, not the token."""
    _add(home, "north", "{name: post, https: {token: 8f14e45fceea167a}}")
    assert _codes(home) == ["secret-in-file"]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("{name: a}", "missing-key"),
        ("{name: a, folder: in, https: {token: T}}", "two-ways"),
        (f"{{name: a, sftp: {SFTP}}}", "missing-key"),
        (f"{{name: a, folder: in, sftp: {SFTP.replace('key: NORTH_KEY, ', '')}}}", "missing-key"),
        (
            "{name: a, folder: in, sftp: {host: h, user: u, key: K}}",
            "no-host-key",
        ),
        (f"{{name: a, folder: in, sftp: {SFTP.replace('LVfrEK8RP', 'LVfr')}}}", "bad-value"),
        (f"{{name: a, folder: in, sftp: {SFTP.replace('ed25519 A', 'rsa A')}}}", "bad-value"),
        (
            f"{{name: a, folder: in, sftp: {SFTP.replace('user', 'port: 99999, user')}}}",
            "bad-value",
        ),
        (f"{{name: a, folder: ../in, sftp: {SFTP}}}", "bad-value"),
    ],
)
def test_a_channel_that_cannot_work_is_told(home, channel, code):
    """Before anything is connected."""
    _add(home, "north", channel)
    assert code in _codes(home)


def test_partners_do_not_share_places(home):
    """Nobody sees the files of another, whichever way they come."""
    _add(home, "east", f"{{name: a, folder: in, sftp: {SFTP}}}", "{name: b, https: {token: T}}")
    _add(home, "north", f"{{name: a, folder: ./in/, sftp: {SFTP}}}")
    _add(home, "south", "{name: b, https: {token: T}}")
    _add(home, "tree", "{name: a, folder: drop/tree}", out="{name: b, folder: out/tree}")
    _add(home, "twig", "{name: a, folder: drop/tree/in}")
    _add(home, "twin", "{name: a, folder: out/tree}")
    found = {name: [one.code for one in said] for name, said in _load(home).findings.items()}
    assert found == {
        "north": ["claimed-twice"],
        "south": ["claimed-twice"],
        "twig": ["shared-folder"],
        "twin": ["claimed-twice"],
    }
