"""Worker: one more process that does what a running gateway received."""

import typer

from console.asked import home_of, must_be_site
from console.logs import log_to_stderr


def worker(context: typer.Context) -> None:
    """Process and deliver what a running gateway received, until stopped with Ctrl-C.

    Several of them, on several machines, share one PostgreSQL and one archive; see docs/scaling.md.
    """
    from console.operating.patience import Patience  # noqa: PLC0415 loads the flows
    from console.operating.telling import Teller  # noqa: PLC0415
    from console.operating.up import stop_on_signals  # noqa: PLC0415
    from flows.worker import work  # noqa: PLC0415
    from gateway.gateway import opened  # noqa: PLC0415
    from gateway.settings import load_site  # noqa: PLC0415

    log_to_stderr()
    site = str(load_site(must_be_site(home_of(context))).home)
    stopping = stop_on_signals()
    gateway = Patience(stopping).outlast(lambda: opened(site))
    if gateway is None:
        return
    typer.echo(f"a worker of {gateway.site.home} is up; stop it with Ctrl-C", err=True)
    work(gateway, stopping, Teller().tell)
    gateway.ledger.dispose()
