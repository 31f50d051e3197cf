"""Times: how people write a moment in an option."""

from datetime import UTC, datetime

from console.refusal import RefusalError


def read_time(text: str, option: str) -> datetime:
    """Return the moment in UTC, as the ledger keeps it; raises RefusalError for what is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusalError(
            f"{option} {text} is no time; write it as 2026-11-26 or 2026-11-26T10:00 (UTC)"
        ) from error
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
