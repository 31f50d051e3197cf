"""Secret blocks: secrets that people keep in Prefect, by the names that partner files use."""

import os

import structlog

log = structlog.get_logger()


def find_secret(name: str) -> str | None:
    """Return the secret of the block, of NORTH_SFTP_KEY the block `north-sftp-key`; None without one."""
    if not os.environ.get("PREFECT_API_URL"):  # Prefect would start a server of its own
        return None
    from prefect.client.orchestration import get_client  # noqa: PLC0415 over a second to load
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    block = name.lower().replace("_", "-")
    try:
        with get_client(sync_client=True) as client:
            found = client.read_block_document_by_name(block, "secret", include_secrets=True)
    except ObjectNotFound:
        return None
    except Exception as error:  # noqa: BLE001 whatever Prefect raises, the secret is told as missing
        log.warning("prefect gave no secret", block=block, error=type(error).__name__)
        return None
    value = found.data.get("value")
    return None if value is None else str(value)
