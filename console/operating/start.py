"""Start: the gateway itself, and the demonstration of one week of trade."""

import typer

from console.asked import home_of


def up(context: typer.Context) -> None:
    """Poll, process, deliver and watch until stopped."""
    from console.operating.up import run  # noqa: PLC0415 loads the flows

    run(home_of(context))


def demo() -> None:
    """Play one week of trade on SQLite and folders, and show what came of it."""
    from console.demo.play import play  # noqa: PLC0415 loads the flows

    play()
