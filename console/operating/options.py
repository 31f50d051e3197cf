"""Options that several listings share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON and nothing else.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")]
State = Annotated[str | None, typer.Option(help="Only what is in this state.")]
PartnerName = Annotated[str | None, typer.Option("--partner", help="Only what is of this partner.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with your name.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
MappingVersion = Annotated[
    str,
    typer.Option(
        help="Read by this version of the mapping: newest (what runs now), used, or a number. "
        "Without, what was understood is read as it was then, all else by the newest."
    ),
]
