"""Failures: a parked file as a failed flow run that can be retried; imports Prefect."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.states import Failed
from prefect.types.entrypoint import EntrypointType

from flows.batch import process_one
from gateway.summary import Outcome
from translators.findings import Finding

NAME = "process-file"


def find_deployment(work_pool: str = "") -> UUID:
    """Return the deployment that failed files are shown under, made where it is missing.

    With a work pool its workers run the retries, on whatever machine they are.
    """
    deployment = process_one.to_deployment(
        name=NAME, entrypoint_type=EntrypointType.MODULE_PATH, work_pool_name=work_pool or None
    )
    made: Any = deployment.apply()  # type: ignore[union-attr]
    return UUID(str(made))


def record_failed_run(
    deployment: UUID, home: Path, outcome: Outcome, findings: list[Finding]
) -> None:
    """Show the file as failed: its reason as the message, all findings as a page beside it."""
    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(
            deployment,
            parameters={"home": str(home), "file_id": outcome.file_id},
            state=Failed(message=outcome.reason),
            name=f"{outcome.partner} {outcome.name}",
            tags=[f"partner:{outcome.partner}"],
            idempotency_key=_key(home, outcome),
        )
        client.create_artifact(
            ArtifactCreate(
                key=f"file-{outcome.file_id}",
                type="markdown",
                description=f"What was found in {outcome.name}",
                data=_write_page(outcome, findings),
                flow_run_id=run.id,
            )
        )


def _key(home: Path, outcome: Outcome) -> str:
    """Return what tells this file from those of other sites on the same server."""
    site = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return f"{site}-file-{outcome.file_id}"


def _write_page(outcome: Outcome, findings: list[Finding]) -> str:
    rows = [
        f"| {one.level} | {_cell(one.place)} | {_cell(one.sentence)} | {_cell(one.advice)} |"
        for one in findings
    ]
    head = ["| | where | what | what to do |", "|---|---|---|---|"]
    title = f"# {outcome.name} of {outcome.partner}: {outcome.state}"
    return "\n".join([title, "", _cell(outcome.reason), "", *head, *rows])


def _cell(text: str) -> str:
    """Return the text as one cell: a partner's bytes must not write our page."""
    clean = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return "".join(char if char.isprintable() else " " for char in clean)
