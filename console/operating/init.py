"""Init: a new site: settings, an example partner and mapping, schemas for editors, drop folders."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from console.output import show_error, show_line
from console.program import name_program
from console.refusal import RefusalError
from gateway.gateway import open_gateway
from gateway.places import make_folders
from gateway.settings import Site, content_roots

TEMPLATE = Path(__file__).resolve().parents[1] / "new_site"
OURS = {
    "partners": ("partner.schema.json", "routing.schema.json", "_routing.yaml"),
    "mappings": ("mapping.schema.json",),
}
NEXT = """
next:
  cd {folder}
  edit cmgateway.yaml, partners/_defaults.yaml and partners/example.yaml
  {program} partner check
  {program} mapping lint
  {program} up"""


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it is made where missing.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Add what is missing to a folder that holds files.")
    ] = False,
) -> None:
    """Make a new site with an example partner; never overwrites a file."""
    home = folder.expanduser().resolve()
    if home.exists() and not home.is_dir():
        raise RefusalError(f"{folder} is a file; name a folder")
    if home.is_dir() and any(home.iterdir()) and not force:
        raise RefusalError(
            f"{folder} is not empty; name a new folder, or add --force to fill it up"
        )
    for source, target in _list_copies(home):
        _copy(source, target, home)
    gateway = open_gateway(home)
    for sentence in make_folders(gateway):
        show_error(sentence)
    gateway.ledger.dispose()
    show_line(NEXT.format(folder=folder, program=name_program(anywhere=True)))


def _list_copies(home: Path) -> list[tuple[Path, Path]]:
    """Return what is copied where: our templates, then the files the program brings for any site."""
    found = [
        (path, home / path.relative_to(TEMPLATE))
        for path in sorted(TEMPLATE.rglob("*"))
        if path.is_file()
    ]
    for content, names in OURS.items():
        shipped = content_roots(Site(home=home), content)[-1]
        found += [(shipped / name, home / content / name) for name in names]
    return found


def _copy(source: Path, target: Path, home: Path) -> None:
    name = target.relative_to(home)
    if target.exists():
        show_line(f"kept   {name}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    show_line(f"made   {name}")
