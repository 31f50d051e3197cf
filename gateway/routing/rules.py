"""Rules: what routing may decide alone, as _routing.yaml says."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

import msgspec
from msgspec import Struct

from gateway.json_schema import check_by_schema
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


class Weights(Struct, frozen=True, kw_only=True):
    """Shares of the score."""

    price: int = 1
    lead_time: int = 1
    capacity: int = 1


class AskAPerson(Struct, frozen=True, kw_only=True):
    """When a person decides."""

    value_above: dict[str, Decimal] = {}
    items: tuple[str, ...] = ()
    asked_before: int | None = None

    def find_pattern(self, item: str) -> str | None:
        """Return the pattern that says this part is for a person, if one does."""
        return next((pattern for pattern in self.items if fnmatchcase(item, pattern)), None)


class Rules(Struct, frozen=True, kw_only=True):
    """All rules; without a file nothing moves without a person. `version` marks the text."""

    automatic: bool = False
    requires: Requires = Requires()
    weights: Weights = Weights()
    ask_a_person: AskAPerson = AskAPerson()
    version: str = "none"


def load_rules(site: Site) -> Rules:
    """Return the rules of the site, or careful ones where it has no file; raises RoutingError."""
    roots = content_roots(site, "partners")
    path = roots[0] / FILE_NAME if roots else None
    if path is None or not path.is_file():
        return Rules()
    text = path.read_bytes()
    file = read_yaml(text, FILE_NAME)
    findings = file.findings or check_by_schema(file, roots[-1] / SCHEMA)
    if findings:
        raise RoutingError(findings)
    rules = msgspec.convert(file.value, Rules, strict=False)
    return msgspec.structs.replace(rules, version=hashlib.sha256(text).hexdigest()[:12])
