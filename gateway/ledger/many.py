"""Many: rows for one statement, written in one call of the driver.

SQLAlchemy looks after each row of an `executemany` on its own, which costs more than SQLite takes to
write it; here a column is looked after at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.engine import Dialect

Column = Callable[[Sequence[dict[str, Any]]], Any]


def write_many(tx: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Execute an insert or update once for each row; all rows have the keys of the first."""
    prepared = _prepare(statement, tuple(rows[0]), tx.dialect)
    if prepared is None:
        tx.execute(statement, rows)
        return
    text, columns = prepared
    tx.exec_driver_sql(text, list(zip(*(column(rows) for column in columns), strict=False)))


@lru_cache(256)
def _prepare(
    statement: Any, keys: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[Column]] | None:
    """Return the statement's text and how each of its places is filled; None where it is not SQLite's."""
    if dialect.name != "sqlite":
        return None  # psycopg sends many rows its own way
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    made = [*compiled.insert_prefetch, *compiled.update_prefetch]
    if not all(column.default.is_scalar for column in made):
        return None  # a default that is made anew for each row
    constants = compiled.params | {column.key: column.default.arg for column in made}
    for key in keys:
        constants.pop(key, None)
    columns = [_fill(compiled, name, constants, dialect) for name in compiled.positiontup]
    return compiled.string, columns


def _fill(compiled: Any, name: str, constants: Mapping[str, Any], dialect: Dialect) -> Column:
    """Return what gives a place of the statement its value in each row."""
    convert = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
    if name in constants:
        constant = constants[name]
        return lambda _: repeat(convert(constant) if convert else constant)
    if convert is None:
        return lambda rows: [row[name] for row in rows]
    return lambda rows: [convert(row[name]) for row in rows]
