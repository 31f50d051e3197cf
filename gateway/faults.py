"""Faults: which of them pass by themselves, so that work waits instead of being parked."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


def is_passing(error: BaseException) -> bool:
    """Return whether the same again may do: the disk is full, the database is away, busy or locked."""
    if isinstance(error, OSError | OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and bool(error.connection_invalidated)
