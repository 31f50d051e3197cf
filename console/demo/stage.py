"""Stage: a fresh site for the demo, with its own copies of partners and mappings to play with."""

import shutil
from pathlib import Path

import typer

from gateway.settings import FILE_NAME, content_roots, load_site

MARK = ".cmgateway-demo"
SETTINGS = """\
# The site of `cmgateway demo`; run the demo again and it is made anew.
company: Kestrel
timezone: America/Los_Angeles
"""


def set_stage(home: Path) -> None:
    """Make the site; an earlier demo there is removed, anything else is refused (exit 2)."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).is_file():
            typer.echo(
                f"{home} holds something that no demo made; name an empty folder with --into",
                err=True,
            )
            raise typer.Exit(2)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    (home / FILE_NAME).write_text(SETTINGS)
    site = load_site(home)
    for name in ("partners", "mappings"):
        shutil.copytree(content_roots(site, name)[0], home / name)
