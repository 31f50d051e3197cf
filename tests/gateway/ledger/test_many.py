"""Many rows for one statement."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from gateway.ledger.ledger import Ledger
from gateway.ledger.many import write_many

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, default="none"),
    Column("at", DateTime),
    Column("is_done", Boolean, nullable=False, default=False),
)
AT = datetime(2026, 11, 27, 12, 30, 1, 5)  # noqa: DTZ001 the ledger's times have no zone
ROWS: list[dict[str, Any]] = [{"id": 1, "at": AT}, {"id": 2, "at": None}]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return a database with one table of its own."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'many.db'}")
    with ledger.begin() as tx:
        things.create(tx)
    yield ledger
    ledger.dispose()


def test_rows_are_what_sqlalchemy_would_have_written(ledger: Ledger) -> None:
    """Times, truth and defaults of columns come back as they are from `execute`."""
    with ledger.begin() as tx:
        write_many(tx, insert(things), ROWS)
        many = tx.execute(select(things)).all()
        tx.execute(things.delete())
        tx.execute(insert(things), ROWS)
        assert tx.execute(select(things)).all() == many
    assert [(1, "none", AT, False), (2, "none", None, False)] == many


def test_what_a_statement_says_itself_holds_for_each_row(ledger: Ledger) -> None:
    """A constant of the statement stands beside what each row brings."""
    change = (
        update(things)
        .where(things.c.id == bindparam("of"))
        .values(is_done=True, name=bindparam("said"))
    )
    with ledger.begin() as tx:
        tx.execute(insert(things), ROWS)
        write_many(tx, change, [{"of": 1, "said": "a"}, {"of": 2, "said": "b"}])
        assert [("a", True), ("b", True)] == tx.execute(
            select(things.c.name, things.c.is_done)
        ).all()
