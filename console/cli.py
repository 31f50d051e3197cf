"""The command line: every command of cmgateway, put together."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="cmgateway",
    help="An EDI and file gateway between a manufacturer's ERP and its contract manufacturers.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _cmgateway(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(envvar="CMGATEWAY_HOME", help="The folder of the site.")
    ] = None,
) -> None:
    context.obj = home


def main() -> None:
    """Run the command named by the arguments of the process."""
    app()


if __name__ == "__main__":
    main()
