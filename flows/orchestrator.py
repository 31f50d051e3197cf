"""Orchestrator: runs flows in Prefect while its server answers, and without it while it does not."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from flows.process import FILES_TOGETHER, group_files, process_files
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow, list_held_files
from gateway.ledger.findings import list_findings
from gateway.summary import Outcome

log = structlog.get_logger()
ASK_AGAIN_SECONDS = 15.0
MOST_SHOWN = 200
DEPLOYMENT = "process-file"


def prepare_environment(home: Path, api_url: str) -> None:
    """Set what Prefect reads at import: its own folder in the site, no analytics, the server's URL."""
    settings = {
        "PREFECT_HOME": str(home / "var" / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_API_URL": api_url,
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


class Orchestrator:
    """The way into Prefect; the ledger stays the truth, so a server that is away only costs history."""

    def __init__(self, gateway: Gateway, *, enabled: bool = True) -> None:
        """Ask the server at PREFECT_API_URL; with `enabled` false, or without that URL, never."""
        self._gateway = gateway
        self._enabled = enabled and bool(os.environ.get("PREFECT_API_URL"))
        self._asked_at = 0.0
        self._answers = False
        self._deployment: Any = None
        self._is_behind = True  # parked files may lack their failed run

    @property
    def answers(self) -> bool:
        """Return whether the server answered when last asked; asked again every 15 seconds."""
        if not self._enabled:
            return False
        if time.monotonic() - self._asked_at > ASK_AGAIN_SECONDS or not self._asked_at:
            was, self._answers = self._answers, _is_healthy(os.environ["PREFECT_API_URL"])
            self._asked_at = time.monotonic()
            if was != self._answers:
                _tell(is_there=self._answers)
                self._is_behind = True
        return self._answers

    def process(self, files: list[FileRow]) -> list[Outcome]:
        """Return what became of the files, with a flow run where Prefect answers."""
        if self.answers and self._is_behind:
            self._try(self._catch_up)
        if not files:
            return []
        if not self.answers:
            return process_files(self._gateway, files)
        outcomes = self._try(lambda: _run_flow(self._gateway, files)) or []
        done = {outcome.file_id for outcome in outcomes}
        # A run that began while the server went away may never have entered its body.
        outcomes += process_files(self._gateway, [one for one in files if one.id not in done])
        for outcome in outcomes:
            if outcome.is_failed:
                self._try(lambda one=outcome: self._show_failure(one))  # type: ignore[misc]
        return outcomes

    def _try(self, step: Callable[[], Any]) -> Any:
        """Return what the step returns; a fault of Prefect costs history, never trade."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 whatever Prefect raises, trade goes on
            log.warning("prefect failed", error=f"{type(error).__name__}: {error}"[:300])
            self._asked_at, self._answers = time.monotonic(), False
            return None

    def _catch_up(self) -> None:
        """Show what was parked while no server answered; one that is shown already stays one run."""
        self._is_behind = False
        with self._gateway.ledger.read() as tx:
            parked = list_held_files(tx, MOST_SHOWN)
        for file in reversed(parked):
            self._show_failure(
                Outcome(
                    file_id=file.id,
                    name=file.name,
                    partner=file.partner,
                    state=file.state,
                    reason=file.reason,
                )
            )

    def _show_failure(self, outcome: Outcome) -> None:
        """Make the parked file a failed flow run of its own, with a Retry button."""
        from flows.failures import find_deployment, record_failed_run  # noqa: PLC0415 loads Prefect

        if self._deployment is None:
            self._deployment = find_deployment(self._gateway.site.prefect_work_pool)
        with self._gateway.ledger.read() as tx:
            findings = [row.finding for row in list_findings(tx, file_id=outcome.file_id)]
        record_failed_run(self._deployment, self._gateway.site.home, outcome, findings)


def _run_flow(gateway: Gateway, files: list[FileRow]) -> list[Outcome]:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: PLC0415

    from flows import batch  # noqa: PLC0415 Prefect takes over a second to load

    together = 1 if len(files) <= FILES_TOGETHER else FILES_TOGETHER
    groups = [
        {file.id: f"{file.partner} {file.name}" for file in group}
        for group in group_files(files, together)
    ]
    # The heartbeat thread is waited for at the end of a run, which costs a second each.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return batch.process_files(str(gateway.site.home), groups)


def _tell(*, is_there: bool) -> None:
    if is_there:
        log.info("Prefect answers and keeps the history of runs")
    else:
        log.warning("Prefect does not answer; trade goes on, without a history of runs")


def _is_healthy(api_url: str) -> bool:
    import httpx  # noqa: PLC0415 only where a server is asked

    try:
        return httpx.get(f"{api_url}/health", timeout=2.0).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
