"""Rules: what routing may decide alone, as _routing.yaml says."""

import hashlib
import os
from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.json_schema import check_by_schema
from gateway.partners.partner import Location
from gateway.settings import Site, content_roots
from gateway.yaml_file import read_yaml
from translators.findings import Finding

FILE_NAME = "_routing.yaml"
SCHEMA = "routing.schema.json"


class RoutingError(Exception):
    """The routing rules cannot be used; `findings` tell all reasons."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings, one sentence a line as the message."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class Requires(Struct, frozen=True, kw_only=True):
    """What a candidate must fulfil; None where nothing is asked."""

    certificates: tuple[str, ...] = ()
    max_price_above_percent: Decimal | None = None
    min_days_to_spare: int = 0
    max_lead_time_days: int | None = None
    max_kilometres: int | None = None
    capacity_reported: bool = False  # what its file declares is not enough
    capacity_max_age_hours: int | None = None
    min_on_time_percent: Decimal | None = None


class Prefers(Struct, frozen=True, kw_only=True):
    """What makes a candidate better without ruling the others out."""

    certificates: tuple[str, ...] = ()


class Weights(Struct, frozen=True, kw_only=True):
    """Shares of the score."""

    price: int = 1
    lead_time: int = 1
    capacity: int = 1
    proximity: int = 0
    certification: int = 0
    reliability: int = 0


class Shortage(Struct, frozen=True, kw_only=True):
    """What counts as missing besides what a CM refuses (B-65, B-99)."""

    late_by_days: int | None = None  # promised so many days after the need, or more; None: never
    settle_seconds: float = 0.0  # facets of one answer are read together


class Move(Struct, frozen=True, kw_only=True):
    """How a line changes hands."""

    order_number: str = "{po}-R{count}"


class AskAPerson(Struct, frozen=True, kw_only=True):
    """When a person decides."""

    value_above: dict[str, Decimal] = {}
    items: tuple[str, ...] = ()
    asked_before: int | None = None
    certificates: tuple[str, ...] = ()  # whoever needs one of them is a matter of compliance

    def find_pattern(self, item: str) -> str | None:
        """Return the pattern that says this part is for a person, if one does."""
        return next((pattern for pattern in self.items if fnmatchcase(item, pattern)), None)


class Rules(Struct, frozen=True, kw_only=True):
    """All rules; without a file nothing moves without a person. `version` marks the text."""

    automatic: bool = False
    requires: Requires = Requires()
    prefers: Prefers = Prefers()
    weights: Weights = Weights()
    near: Location | None = None
    shortage: Shortage = Shortage()
    move: Move = Move()
    ask_a_person: AskAPerson = AskAPerson()
    version: str = "none"


def load_rules(site: Site) -> Rules:
    """Return the rules of the site, or careful ones where it has no file; raises RoutingError.

    Each document asks, and opening the file costs as much as a document.
    """
    try:
        stat = os.stat(f"{site.home}/partners/{FILE_NAME}")  # noqa: PTH116 half the price of a Path
    except OSError:
        stat = None
    return _load(site, stat and (stat.st_ino, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=8)
def _load(site: Site, _stamp: tuple[int, int, int] | None) -> Rules:
    roots = content_roots(site, "partners")
    path = roots[0] / FILE_NAME if roots else None
    if path is None or not path.is_file():
        return Rules()
    return read_rules(path.read_bytes(), FILE_NAME, roots[-1] / SCHEMA)


def read_rules(text: bytes, name: str, schema: Path) -> Rules:
    """Return the rules that a file says; raises RoutingError with all that is wrong with it."""
    file = read_yaml(text, name)
    findings = file.findings or check_by_schema(file, schema)
    if findings:
        raise RoutingError(findings)
    rules = msgspec.convert(file.value, Rules, strict=False)
    return msgspec.structs.replace(rules, version=hashlib.sha256(text).hexdigest()[:12])
