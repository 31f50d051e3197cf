"""Worker: one more process that does what a running gateway received."""

import typer

from console.asked import home_of, must_be_site


def worker(context: typer.Context) -> None:
    """Process and deliver what a running gateway received, until stopped with Ctrl-C.

    Several of them, on several machines, share one PostgreSQL and one archive; see docs/scaling.md.
    """
    from console.operating.up import stop_on_signals, tell  # noqa: PLC0415 loads the flows
    from flows.worker import work  # noqa: PLC0415
    from gateway.gateway import opened  # noqa: PLC0415
    from gateway.settings import load_site  # noqa: PLC0415

    gateway = opened(str(load_site(must_be_site(home_of(context))).home))
    stopping = stop_on_signals()
    typer.echo(f"a worker of {gateway.site.home} is up; stop it with Ctrl-C", err=True)
    work(gateway, stopping, tell)
    gateway.ledger.dispose()
