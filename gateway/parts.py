"""Parts: what one file holds of documents that come as heads and lines, and what is said of it alone (B-87)."""

from hashlib import sha256

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.containers import Member
from gateway.gateway import Gateway
from gateway.ledger.parts import list_open_keys
from gateway.partners import Partner
from gateway.partners.spread import Spread, find_spread
from gateway.shelf import Shelf
from translators.detect import detect_format
from translators.findings import Finding, has_errors
from translators.reading import read_table_rows
from translators.tabular.joined import key_rows, read_announced
from translators.tabular.options import TableOptions
from translators.tabular.rows import Row

MISSING = "part-missing"


class Part(Struct, frozen=True):
    """What one file holds of documents that come as two: its rows by their key."""

    spread: Spread
    options: TableOptions
    rows: dict[str, list[Row]]
    announced: dict[str, int]
    findings: list[Finding]


def read_part(shelf: Shelf, spread: Spread, data: bytes) -> Part | list[Finding]:
    """Return what a file holds of its documents, or what is wrong with the mapping that is to say."""
    document = spread.document
    mapping = shelf.find_reader(document.mapping)
    if isinstance(mapping, list):
        return [msgspec.structs.replace(one, audience="ops") for one in mapping]
    found, options = read_table_rows(data, mapping)
    is_head = spread.role == "head"
    rows, faults = key_rows(found, document.by, once=is_head)
    findings, announced = [*found.findings, *faults], dict.fromkeys(rows, 0)
    for key, some in rows.items():
        announced[key] = len(some)
        if is_head:
            announced[key], more = read_announced(some[0], document.count)
            findings += more
    return Part(spread, options, rows, announced, findings)


def find_part(gateway: Gateway, partner: str, name: str, data: bytes) -> Part | None:
    """Return the part a file is; None where it is whole, or has faults: then it is read as it is."""
    known = gateway.partners.partners.get(partner)
    spread = find_spread(known, name) if known else None
    if spread is None or detect_format(data) != "csv":
        return None
    part = read_part(gateway.for_partner(partner).shelf, spread, data)
    return None if isinstance(part, list) or has_errors(part.findings) else part


def refuse_part(tx: Connection, shelf: Shelf, partner: Partner, file: Member) -> list[Finding]:
    """Return what is said of a part that is read as it is: its faults, or what did not come."""
    spread = find_spread(partner, file.name)
    part = read_part(shelf, spread, file.data) if spread else None
    if part is None or isinstance(part, list) or spread is None:
        return part if isinstance(part, list) else []
    if has_errors(part.findings):
        return part.findings
    keys = list_open_keys(tx, partner.name, sha256(file.data).hexdigest())
    return [] if keys == [] else [explain_missing(spread, file.name, keys or list(part.rows))]


def judge_part(shelf: Shelf, spread: Spread, file: Member) -> list[Finding]:
    """Return what would be said of a part if its other part never came; its own faults come first."""
    part = read_part(shelf, spread, file.data)
    if isinstance(part, list) or has_errors(part.findings):
        return part if isinstance(part, list) else part.findings
    return [*part.findings, explain_missing(spread, file.name, list(part.rows))]


def explain_missing(spread: Spread, name: str, keys: list[str]) -> Finding:
    """Return the error of a part without its other part."""
    return Finding(
        level="error",
        code=MISSING,
        sentence=f"{name} is one part of a document: {say_missing(spread, keys)}",
        advice=f"send the {spread.other_role} as {spread.other}; then both are read together",
        place="the whole file",
    )


def say_missing(spread: Spread, keys: list[str], came: str = "came") -> str:
    """Return which part of which documents did not come, or did not come yet."""
    shown = ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
    more = f", or not as many as {spread.document.count} says" if spread.document.count else ""
    return f"no {spread.other_role} {came} for {spread.document.by} {shown}{more}"
