"""Document: one set, or one group of rows, with what it says of itself."""

from typing import Any

from msgspec import Struct

from translators.findings import Finding


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who sent a document to whom, under which control numbers; empty text where a format has none."""

    sender_qualifier: str = ""
    sender: str = ""
    receiver_qualifier: str = ""
    receiver: str = ""
    group_sender: str = ""
    group_receiver: str = ""
    group_id: str = ""
    interchange_control: str = ""
    group_control: str = ""
    set_control: str = ""
    usage: str = ""  # ISA15: P, T or I


class Document(Struct, kw_only=True):
    """One document of a file.

    `kind` is `x12 855 004010`, `csv` or `json`; `place` tells where in the file it stands;
    `content` is what a mapping reads: a `Loop`, a list of `Row`s, or a JSON value; None where it
    could not be read (then `findings` hold an error).
    """

    kind: str
    place: str
    envelope: Envelope = Envelope()
    content: Any = None
    findings: list[Finding] = []
