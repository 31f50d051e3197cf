"""Init: a new site: settings, an example partner and mapping, schemas for editors, drop folders."""

from pathlib import Path
from typing import Annotated

import typer

from console.ours import copy, list_brought
from console.output import show_error, show_line
from console.program import name_program
from console.refusal import RefusalError
from gateway.gateway import open_gateway
from gateway.places import make_folders

TEMPLATE = Path(__file__).resolve().parents[1] / "new_site"
NEXT = """
next:
  cd {folder}
  edit cmgateway.yaml and partners/_defaults.yaml
  {program} partner new NAME --format x12   # or csv, xlsx, xml
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
        copy(source, target, home)
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
    return [*found, *list_brought(home)]
