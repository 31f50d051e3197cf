"""Batch: the files of one poll as one flow run, a task a file; imports Prefect."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.deliver import deliver_effects
from flows.process import process_file
from gateway.gateway import opened
from gateway.rerun import reopen_file
from gateway.summary import Outcome


class FileFailedError(Exception):
    """A file was parked; the message is what ops read in Prefect's list of runs."""


@task(name="process", task_run_name="{name}", cache_policy=NO_CACHE)
def process_task(home: str, file_id: int, name: str) -> Outcome:  # noqa: ARG001 shown by Prefect
    """Return what became of one file."""
    return process_file(opened(home), file_id)


@flow(name="process-files", validate_parameters=False)
def process_files(home: str, names: dict[int, str]) -> list[Outcome]:
    """Return what became of each file; what its documents caused is delivered at once."""
    outcomes = [process_task(home, file_id, name) for file_id, name in names.items()]
    deliver_effects(opened(home))
    return outcomes


@flow(name="process-file")
def process_one(home: str, file_id: int) -> str:
    """Do one parked file again from its archived bytes; raises FileFailedError where it is parked.

    This is what Retry in Prefect's UI runs: what took effect before is left alone.
    """
    gateway = opened(home)
    reopen_file(gateway, file_id, actor="prefect", reason="retried in Prefect")
    outcome = process_file(gateway, file_id)
    deliver_effects(gateway)
    if outcome.is_failed:
        raise FileFailedError(outcome.reason)
    return f"{outcome.name}: {outcome.state}"
