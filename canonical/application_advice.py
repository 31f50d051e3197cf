"""ApplicationAdvice: what the other side's application made of documents it could read (X12 824)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Party, Reference, Text


class Problem(Entity, frozen=True, kw_only=True):
    """One thing wrong with the business of a document."""

    code: Annotated[Text, Meta(description="X12 element 647 code, such as POI")]
    text: str | None = None
    segment: str | None = None
    ordinal: Annotated[int | None, Meta(description="counted from ST = 1")] = None
    element: int | None = None
    value: str | None = None
    wanted: Annotated[str | None, Meta(description="what should have stood there")] = None
    notes: tuple[str, ...] = ()


class Answer(Entity, frozen=True, kw_only=True):
    """The answer to one document, or to one item of it."""

    status: Literal[
        "accepted",
        "accepted_with_errors",
        "accepted_with_changes",
        "partially_accepted",
        "on_hold",
        "rejected",
        "other",
    ]
    about: Literal["group", "set", "batch", "item", "other"] = "other"
    code: Annotated[str | None, Meta(description="the sender's own code (element 110)")] = None
    reference: Annotated[Reference, Meta(description="the number of what is answered")]
    sent_on: date | None = None
    group_control: str | None = None
    set_control: str | None = None
    set_id: str | None = None
    version: str | None = None
    references: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()


class ApplicationAdvice(Entity, frozen=True, kw_only=True):
    """One advice; what it rejects was syntactically good and is still not done."""

    advice_number: Text
    purpose: Literal["original", "change", "replace", "cancel", "other"] = "original"
    advised_on: date
    answers_to: Annotated[str | None, Meta(description="the number of the file answered")] = None
    parties: tuple[Party, ...] = ()
    answers: tuple[Answer, ...] = ()
