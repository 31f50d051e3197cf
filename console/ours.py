"""Ours: what the program brings for any site: schemas for editors, the rules of routing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from console.output import show_line
from gateway.settings import SCHEMA, Site, content_roots

BROUGHT = {
    "partners": ("partner.schema.json", "routing.schema.json", "_routing.yaml"),
    "mappings": ("mapping.schema.json",),
}
SETTINGS_SCHEMA = "cmgateway.schema.json"  # as the first line of cmgateway.yaml names it


def list_brought(home: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file the program brings, and where it stands in a site."""
    yield SCHEMA, home / SETTINGS_SCHEMA
    for content, names in BROUGHT.items():
        shipped = content_roots(Site(home=home), content)[-1]
        yield from ((shipped / name, home / content / name) for name in names)


def list_schemas(home: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the schemas alone, which the first line of a site's files names."""
    yield from (pair for pair in list_brought(home) if pair[1].name.endswith(".schema.json"))


def copy(source: Path, target: Path, home: Path) -> None:
    """Copy a file into a site and say so; one that is there is kept."""
    name = target.relative_to(home)
    if target.exists():
        show_line(f"kept   {name}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    show_line(f"made   {name}")
