"""Logs: one line an event on stderr, never on stdout, never with the values of a traceback."""

import sys


def log_to_stderr(*, level: str = "info") -> None:
    """Let everything below log to stderr; a traceback shows lines of code and no data."""
    import structlog  # noqa: PLC0415 only where something is logged

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
