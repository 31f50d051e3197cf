"""Settings: where a site lives, and what its cmgateway.yaml and environment say."""

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gateway.json_schema import check_by_schema
from gateway.receivers import EventSettings
from gateway.yaml_file import YamlFile, read_yaml
from translators.findings import Finding

FILE_NAME = "cmgateway.yaml"
ENVIRONMENT = "CMGATEWAY_"
SCHEMA = Path(__file__).with_name("settings.schema.json")
_SQLITE_FILE = re.compile(r"^(sqlite(?:\+\w+)?:///)([^/:][^?]*)(.*)$")
_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")


class SettingsError(Exception):
    """The settings of a site cannot be used; `findings` tell all reasons."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings, one sentence a line as the message."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One installation: its folder and its settings; URLs and folders are absolute."""

    home: Path
    database_url: str = "sqlite:///var/ledger.db"
    archive_url: str = "var/archive"
    journal: Path = Path("var/journal")
    company: str = "our company"
    timezone: str = "UTC"
    poll_seconds: float = 1.0
    erp: str = "erp"
    event_source: str = "urn:cmgateway"
    prefect_work_pool: str = ""
    https_port: int = 0
    https_host: str = ""
    https_cert: str = ""
    https_key: str = ""
    events: EventSettings = EventSettings()


def load_site(home: Path | None = None) -> Site:
    """Return the site at `home`, else CMGATEWAY_HOME, else the current folder; raises SettingsError."""
    folder = Path(home or os.environ.get("CMGATEWAY_HOME") or ".").expanduser().resolve()
    if not folder.is_dir():
        raise SettingsError(
            [_error("no-home", f"{folder} is no folder", "make a site there with cmgateway init")]
        )
    file = _load_file(folder / FILE_NAME)
    findings = [*file.findings, *_check_secrets(file)]
    _add_environment(file)
    findings += check_by_schema(file, SCHEMA) if not findings else []
    findings += [*_check_timezone(file), *_check_receivers(file)] if not findings else []
    if findings:
        raise SettingsError(findings)
    return _site_of(folder, file.value)


def content_roots(site: Site, name: str) -> tuple[Path, ...]:
    """Return the folders that hold `mappings` or `partners`: the site's own first, then ours."""
    found = [folder for folder in (site.home / name, _find_ours(name)) if folder.is_dir()]
    return tuple(dict.fromkeys(found))


@cache
def _find_ours(name: str) -> Path:
    above = Path(__file__).resolve().parents[1]
    # In a wheel the content lies in console/site; in a checkout it stands beside the packages.
    # Never both: beside an installed package another one may be called `mappings`.
    packaged = above / "console" / "site" / name
    return packaged if packaged.is_dir() else above / name


def _load_file(path: Path) -> YamlFile:
    if not path.is_file():
        return YamlFile(path.name, {})
    try:
        file = read_yaml(path.read_bytes(), path.name)
    except OSError as error:
        raise SettingsError(
            [_error("no-settings", f"{path} cannot be opened: {error.strerror}")]
        ) from error
    if file.value is None:
        file.value = {}
    return file


def _add_environment(file: YamlFile) -> None:
    if not isinstance(file.value, dict):
        return
    for field in Site.__struct_fields__:
        variable = ENVIRONMENT + field.upper()
        if field not in ("home", "events") and variable in os.environ:
            file.value[field] = os.environ[variable]
            file.places[(field,)] = variable


def _check_secrets(file: YamlFile) -> list[Finding]:
    from gateway.partners.secrecy import check_secrecy  # noqa: PLC0415 it is below `partners`, which reads us

    settings = file.value if isinstance(file.value, dict) else {}
    return check_secrecy(file, ("events",)) + [
        Finding(
            level="error",
            code="secret-in-file",
            sentence=f"{key} holds a password",
            place=file.place((key,)),
            advice=f"take it out of the file and set {ENVIRONMENT}{key.upper()} instead",
        )
        for key in ("database_url", "archive_url")
        if _PASSWORD.search(str(settings.get(key, "")))
    ]


def _check_timezone(file: YamlFile) -> list[Finding]:
    name = file.value.get("timezone", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        place = file.place(("timezone",))
        return [
            _error(
                "bad-value",
                f"timezone holds '{name}'",
                "wanted is a name such as America/Chicago",
                place,
            )
        ]
    return []


def _check_receivers(file: YamlFile) -> list[Finding]:
    receivers = file.value.get("events", {}).get("receivers", [])
    names = [one["name"] for one in receivers]
    return [
        _error(
            "name-twice",
            f"two receivers are called {name}",
            "rename one",
            file.place(("events", "receivers", index, "name")),
        )
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def _site_of(home: Path, settings: dict[str, str]) -> Site:
    site = msgspec.convert(
        {"home": str(home)} | settings,
        Site,
        strict=False,
        dec_hook=lambda wanted, text: wanted(text),
    )
    archive = site.archive_url
    return msgspec.structs.replace(
        site,
        home=home,
        journal=home / site.journal,
        archive_url=archive if "://" in archive else str(home / archive),
        database_url=_SQLITE_FILE.sub(lambda url: _under(home, url), site.database_url),
    )


def _under(home: Path, url: re.Match[str]) -> str:
    return f"{url[1]}{home / url[2]}{url[3]}"


def _error(code: str, sentence: str, advice: str = "", place: str = "") -> Finding:
    return Finding(level="error", code=code, sentence=sentence, advice=advice, place=place)
