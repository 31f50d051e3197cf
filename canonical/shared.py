"""Words that every entity shares: party, item, quantity, reference, promised date."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")]
Text = Annotated[str, Meta(min_length=1)]

DateMeaning = Literal[
    "ship",  # goods leave the maker
    "deliver",  # goods arrive
    "required",  # the buyer needs them by then
    "window_start",
    "window_end",
    "cancel_after",
    "other",
]


class Entity(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The way all canonical values behave: frozen, named arguments only, empty fields left out."""


class Quantity(Entity, frozen=True, kw_only=True):
    """An amount of goods in a unit of measure."""

    value: Decimal
    unit: Annotated[Text, Meta(description="X12 element 355 code, such as EA")]


class Destination(Entity, frozen=True, kw_only=True):
    """How much of a line is for one place (X12 SDQ)."""

    place: Annotated[Text, Meta(description="the buyer's id of the place goods go to")]
    quantity: Quantity


class Item(Entity, frozen=True, kw_only=True):
    """A part by the names its parties give it; at least one of them is filled."""

    buyer: Annotated[str | None, Meta(description="the OEM's part number")] = None
    vendor: Annotated[str | None, Meta(description="the CM's part number")] = None
    manufacturer: str | None = None
    gtin: str | None = None
    revision: Annotated[str | None, Meta(description="engineering change level")] = None
    description: str | None = None


class Party(Entity, frozen=True, kw_only=True):
    """Who takes part, and in which role."""

    role: Annotated[
        str, Meta(description="ship_to, bill_to, buyer, seller, ship_from, or the raw code")
    ]
    id: str | None = None
    name: str | None = None
    street: tuple[str, ...] = ()
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Reference(Entity, frozen=True, kw_only=True):
    """A number somebody else knows this by."""

    kind: Text
    value: Text


class PromisedDate(Entity, frozen=True, kw_only=True):
    """A date and what it is a date of (B-54: qualifiers are not interchangeable)."""

    on: date
    means: DateMeaning
