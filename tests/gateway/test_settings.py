"""The settings of a site."""

from pathlib import Path

import pytest

from gateway.settings import SettingsError, content_roots, load_site

VARIABLES = (
    "HOME",
    "DATABASE_URL",
    "ARCHIVE_URL",
    "POLL_SECONDS",
    "COMPANY",
    "TIMEZONE",
    "JOURNAL",
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for variable in VARIABLES:
        monkeypatch.delenv(f"CMGATEWAY_{variable}", raising=False)


def _write(home: Path, text: str) -> None:
    (home / "cmgateway.yaml").write_text(text, encoding="utf-8")


def test_a_folder_without_settings_is_a_site(tmp_path):
    """Everything has a default, and the ledger lies below the home."""
    site = load_site(tmp_path)
    assert f"sqlite:///{tmp_path}/var/ledger.db" == site.database_url
    assert str(tmp_path / "var" / "archive") == site.archive_url
    assert pytest.approx(1.0) == site.poll_seconds


def test_the_home_comes_from_the_environment_when_none_is_given(tmp_path, monkeypatch):
    """CMGATEWAY_HOME stands in for --home."""
    monkeypatch.setenv("CMGATEWAY_HOME", str(tmp_path))
    assert tmp_path == load_site(None).home


def test_a_folder_that_is_not_there_is_said(tmp_path):
    """A mistyped home is an error, not a new empty site."""
    with pytest.raises(SettingsError, match="is no folder"):
        load_site(tmp_path / "nowhere")


def test_the_file_is_read(tmp_path):
    """Numbers come as numbers, relative places are below the home."""
    _write(
        tmp_path,
        "company: Kestrel Instruments\npoll_seconds: 0.5\ndatabase_url: sqlite:///x/l.db\n",
    )
    site = load_site(tmp_path)
    assert (site.company, site.poll_seconds) == ("Kestrel Instruments", 0.5)
    assert f"sqlite:///{tmp_path}/x/l.db" == site.database_url


def test_an_absolute_ledger_and_a_server_stay_as_they_are(tmp_path):
    """Only a relative SQLite file is put below the home."""
    for url in ("sqlite:////srv/ledger.db", "postgresql+psycopg://db.example/ledger"):
        _write(tmp_path, f"database_url: {url}\n")
        assert url == load_site(tmp_path).database_url


def test_the_environment_wins(tmp_path, monkeypatch):
    """A variable overrides the file."""
    _write(tmp_path, "poll_seconds: 5\n")
    monkeypatch.setenv("CMGATEWAY_POLL_SECONDS", "2")
    assert pytest.approx(2.0) == load_site(tmp_path).poll_seconds


def test_a_bad_variable_names_the_variable(tmp_path, monkeypatch):
    """The sentence points at the environment, not at the file."""
    monkeypatch.setenv("CMGATEWAY_POLL_SECONDS", "soon")
    with pytest.raises(SettingsError, match=r"CMGATEWAY_POLL_SECONDS.*'soon'; wanted is seconds"):
        load_site(tmp_path)


def test_every_mistake_is_said_in_one_run(tmp_path):
    """Unknown key, bad value and its lines come together."""
    _write(tmp_path, "companny: X\npoll_seconds: never\n")
    with pytest.raises(SettingsError) as caught:
        load_site(tmp_path)
    assert [str(finding) for finding in caught.value.findings] == [
        "error: (cmgateway.yaml:1): the file has no key 'companny'; did you mean 'company'?",
        "error: (cmgateway.yaml:2): poll_seconds holds 'never'; wanted is seconds between two looks into a channel, such as 1 or 0.5",
    ]


def test_a_password_does_not_belong_into_the_file(tmp_path):
    """A URL with a password is refused, and the advice names the variable."""
    _write(tmp_path, "database_url: postgresql://me:secret@db/ledger\n")
    with pytest.raises(SettingsError, match="set CMGATEWAY_DATABASE_URL instead") as caught:
        load_site(tmp_path)
    assert "secret@" not in str(caught.value)


def test_an_unknown_time_zone_is_said(tmp_path):
    """A time zone is a name of the zone database."""
    _write(tmp_path, "timezone: Mars/Olympus\n")
    with pytest.raises(SettingsError, match="'Mars/Olympus'"):
        load_site(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c",
        "[",
        "a: 1\na: 2",
        "- one\n- two",
        "just words",
        "a: &x [*x]",
        "\x00",
        "? [a]\n: b",
        "a: *b",
    ],
)
def test_broken_yaml_is_a_sentence(tmp_path, text):
    """Whatever the file holds, the answer is a finding with its place."""
    _write(tmp_path, text)
    with pytest.raises(SettingsError, match=r"cmgateway\.yaml"):
        load_site(tmp_path)


def test_bytes_that_are_no_text_are_said(tmp_path):
    """The position of the first bad byte is named."""
    (tmp_path / "cmgateway.yaml").write_bytes(b"company: M\xfcller\n")
    with pytest.raises(SettingsError, match="byte 10 is not UTF-8"):
        load_site(tmp_path)


def test_the_sites_own_content_comes_first(tmp_path):
    """A site's mappings stand before those we ship; without any, only ours are there."""
    assert tmp_path / "mappings" not in content_roots(load_site(tmp_path), "mappings")
    (tmp_path / "mappings").mkdir()
    assert tmp_path / "mappings" == content_roots(load_site(tmp_path), "mappings")[0]
    assert len(content_roots(load_site(tmp_path), "mappings")) >= 2


RECEIVER = "{name: mes, url: 'https://mes.example/e', secret: MES}"


def test_receivers_of_events_are_read(tmp_path):
    """A secret may be two while it is changed; what is left out has a default."""
    text = RECEIVER.replace("secret: MES", "secret: [MES_NEW, MES], types: ['cmgateway.order.*']")
    _write(tmp_path, f"events: {{token: EVENTS, receivers: [{text}]}}\n")
    (receiver,) = load_site(tmp_path).events.receivers
    assert (receiver.secrets, receiver.types) == (("MES_NEW", "MES"), ("cmgateway.order.*",))


@pytest.mark.parametrize(
    ("receivers", "code"),
    [
        (f"[{RECEIVER}, {RECEIVER}]", "name-twice"),
        (f"[{RECEIVER.replace('secret: MES', 'secret: whsec_c2VjcmV0')}]", "secret-in-file"),
        (f"[{RECEIVER.replace('secret: MES', 'secret: [MES, whsec_c2VjcmV0]')}]", "secret-in-file"),
        (f"[{RECEIVER.replace('https', 'http')}]", "bad-value"),
        (f"[{RECEIVER.replace('//mes', '//u:p@mes')}]", "secret-in-file"),
    ],
)
def test_a_receiver_that_cannot_be_trusted_is_refused(tmp_path, receivers, code):
    """No secret in a file, no event in the clear; the sentence does not show the secret."""
    _write(tmp_path, f"events: {{receivers: {receivers}}}\n")
    with pytest.raises(SettingsError) as refused:
        load_site(tmp_path)
    assert [code] == [finding.code for finding in refused.value.findings]
    assert "c2VjcmV0" not in str(refused.value)
