"""Asked: what every command is told: which site, and who asks."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from console.logs import log_to_stderr
from console.refusal import RefusalError

if TYPE_CHECKING:
    from gateway.gateway import Gateway

SIGNS = ("cmgateway.yaml", "partners")  # a folder that has one of them is a site


def home_of(context: typer.Context) -> Path:
    """Return the folder named by --home, CMGATEWAY_HOME or the place of the caller."""
    return (context.obj or Path()).expanduser().resolve()


def must_be_site(home: Path) -> Path:
    """Return the folder of a site; raises RefusalError for any other, so that no ledger is made there."""
    if any((home / sign).exists() for sign in SIGNS):
        return home
    raise RefusalError(
        f"{home} is no site: it has neither cmgateway.yaml nor partners/; "
        "name a site with --home, or make one with cmgateway init"
    )


def open_site(context: typer.Context) -> "Gateway":
    """Return the gateway of the site that is asked for; what it logs goes to stderr."""
    from gateway.gateway import open_gateway  # noqa: PLC0415 loads the database

    log_to_stderr()
    return open_gateway(must_be_site(home_of(context)))


def actor() -> str:
    """Return the name of the OS user, as actions record it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"
