"""Watch: what is late or silent now, looked for from outside the running gateway."""

import typer

from console.asked import open_site
from console.operating.options import AsJson
from console.output import show_json, show_line
from flows.watch import watch as watch_once


def watch(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Look once for what is late, stuck or silent, and open its cases. Exit code 1 where something is.

    A running gateway does it every minute. From a timer this also notices that none is running.
    """
    sentences = watch_once(open_site(context))
    if as_json:
        show_json(sentences)
    else:
        for sentence in sentences or ["nothing is late, stuck or silent"]:
            show_line(sentence)
    if sentences:
        raise typer.Exit(1)
