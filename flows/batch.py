"""Batch: the files of one poll as one flow run, a task a file; imports Prefect."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.deliver import deliver_effects
from flows.process import process_file, process_group
from gateway.gateway import opened
from gateway.rerun import reopen_file
from gateway.summary import Outcome


class FileFailedError(Exception):
    """A file was parked; the message is what ops read in Prefect's list of runs."""


@task(name="process", task_run_name="{name}", cache_policy=NO_CACHE)
def process_task(home: str, ids: list[int], name: str) -> list[Outcome]:  # noqa: ARG001 shown by Prefect
    """Return what became of one file, or of some that share a transaction."""
    return process_group(opened(home), ids)


@flow(name="process-files", validate_parameters=False)
def process_files(home: str, groups: list[dict[int, str]]) -> list[Outcome]:
    """Return what became of each file; a task costs as much as a file, so a burst shares them."""
    return [one for names in groups for one in process_task(home, list(names), _name_of(names))]


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


def _name_of(names: dict[int, str]) -> str:
    first, *others = names.values()
    return f"{first} and {len(others)} more" if others else first
