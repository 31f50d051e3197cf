"""Start: the gateway itself, and the demonstration of one week of trade."""

from pathlib import Path
from typing import Annotated

import typer

from console.asked import home_of, must_be_site


def up(
    context: typer.Context,
    *,
    prefect: Annotated[
        bool, typer.Option("--prefect/--no-prefect", help="Keep run history in Prefect.")
    ] = True,
    port: Annotated[int, typer.Option(help="Where Prefect's own server listens.")] = 4200,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to do.")] = False,
) -> None:
    """Poll, process, deliver and watch until stopped with Ctrl-C."""
    from console.operating.up import UpOptions, run  # noqa: PLC0415 loads the flows

    run(must_be_site(home_of(context)), UpOptions(prefect=prefect, port=port, once=once))


def demo(
    *,
    into: Annotated[Path, typer.Option(help="A new folder for the demo's site.")] = Path(
        "demo-site"
    ),
    prefect: Annotated[
        bool, typer.Option("--prefect/--no-prefect", help="Keep run history in Prefect.")
    ] = True,
) -> None:
    """Play one week of trade on SQLite and folders, and show what came of it."""
    from console.demo.play import play  # noqa: PLC0415 loads the flows

    play(into.expanduser().resolve(), prefect=prefect)
