"""Retries: serves the deployment `process-file`, so that Retry in Prefect's UI runs one file again."""

import os

from prefect.types.entrypoint import EntrypointType

from flows.batch import process_one
from flows.server import wait_until_healthy

NAME = "process-file"
PATIENCE_SECONDS = 300


def main() -> None:
    """Wait for the server, then serve until told to stop."""
    if wait_until_healthy(os.environ["PREFECT_API_URL"], PATIENCE_SECONDS):
        process_one.serve(
            name=NAME,
            pause_on_shutdown=False,
            print_starting_message=False,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


if __name__ == "__main__":
    main()
