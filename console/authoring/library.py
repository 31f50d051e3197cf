"""Library: the mappings of a site, and those that a command names."""

from typing import Annotated

import typer

from console.asked import home_of
from console.authoring.choice import name_of
from console.refusal import RefusalError
from gateway.settings import Site, content_roots
from translators.mapper.load import Library
from translators.mapper.suggest import did_you_mean

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON and nothing else.")]
Names = Annotated[
    list[str] | None, typer.Argument(help="Mappings such as base/855_4010; without, all.")
]


def open_library(context: typer.Context) -> Library:
    """Return the mappings of the site that is asked for; its settings and ledger are left alone."""
    return Library(content_roots(Site(home=home_of(context)), "mappings"))


def list_wanted(library: Library, names: list[str] | None) -> list[str]:
    """Return the mappings named, by name or file, or all; raises RefusalError for one there is not."""
    if not names:
        return library.list_mappings()
    return [must_have(library, name_of(name)) for name in names]


def must_have(library: Library, name: str) -> str:
    """Return the name of a mapping that exists; raises RefusalError naming the nearest."""
    if library.find_file(f"{name}.yaml") is None:
        advice = did_you_mean(name, library.list_mappings())
        raise RefusalError(f"there is no mapping {name}; {advice}")
    return name
