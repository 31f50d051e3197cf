"""FunctionalAck: whether the other side could read what we sent (X12 997 and 999)."""

from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Text

AckStatus = Literal["accepted", "accepted_with_errors", "partially_accepted", "rejected", "other"]


class AckError(Entity, frozen=True, kw_only=True):
    """One error the other side found in a segment or element of ours."""

    segment: str
    ordinal: Annotated[int | None, Meta(description="counted from ST = 1")] = None
    loop: Annotated[str | None, Meta(description="the loop it stands in")] = None
    code: str | None = None
    element: int | None = None
    component: int | None = None
    element_code: str | None = None
    value: str | None = None


class SetAck(Entity, frozen=True, kw_only=True):
    """The answer to one set of ours."""

    set_id: str
    control_number: str
    status: AckStatus
    codes: tuple[str, ...] = ()
    errors: tuple[AckError, ...] = ()


class FunctionalAck(Entity, frozen=True, kw_only=True):
    """The answer to one group of ours; absent sets share the group's answer (B-36)."""

    group_id: Text
    group_control: Text
    status: AckStatus
    sets_included: int | None = None
    sets_received: int | None = None
    sets_accepted: int | None = None
    codes: tuple[str, ...] = ()
    sets: tuple[SetAck, ...] = ()
