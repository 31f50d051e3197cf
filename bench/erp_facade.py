"""A small ERP that keeps the contract of docs/erp-http.yaml, on SQLite: `python -m bench.erp_facade FILE PORT`.

It is what an integrator would write in front of a real one: every PUT is one transaction, keys are
kept, orders have versions, more than is open cannot be shipped. `posted` counts what was ever done.
"""

import argparse
import hashlib
import json
import sqlite3
import threading
import time
from contextlib import closing
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "facade-token-of-16"  # noqa: S105 of a database that lives as long as a test
TABLES = """
CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, seq INTEGER, version INTEGER, content TEXT);
CREATE TABLE IF NOT EXISTS held (path TEXT PRIMARY KEY, key TEXT, state TEXT, command TEXT, due REAL);
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, print TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS shipped (path TEXT, number TEXT, line TEXT, amount TEXT);
CREATE TABLE IF NOT EXISTS posted (id INTEGER PRIMARY KEY, path TEXT, key TEXT);
"""
PAGE = 50


class AnswerError(Exception):
    """What is said instead of doing it."""

    def __init__(self, status: int, detail: str, kind: str = "about:blank") -> None:
        """Keep the parts of a problem (RFC 9457)."""
        super().__init__(detail)
        self.status, self.body = status, {"type": kind, "status": status, "detail": detail}


class Facade:
    """The ERP itself; `slow` seconds pass between taking a command and having done it (202)."""

    def __init__(self, file: Path, slow: float = 0) -> None:
        """Open, or make, the database."""
        self.file, self.slow = file, slow
        with closing(self.connect()) as db:
            db.executescript(TABLES)

    def connect(self) -> sqlite3.Connection:
        """Return a connection that begins and ends transactions where it is told to."""
        db = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        db.execute("PRAGMA synchronous = OFF")  # it is killed, its machine is not
        return db

    def release(self, order: dict[str, Any]) -> None:
        """Release an order, or change one that is there."""
        with closing(self.connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            seq = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM orders").fetchone()[0]
            row = (order["po_number"], seq, json.dumps(order))
            db.execute(
                "INSERT INTO orders VALUES (?, ?, 1, ?) ON CONFLICT (number) DO UPDATE SET "
                "seq = excluded.seq, version = version + 1, content = excluded.content",
                row,
            )
            db.execute("COMMIT")

    def get(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, Any], str]:
        """Return status, body and ETag of what is asked for."""
        with closing(self.connect()) as db:
            steps = path.split("/")
            if path == "orders":
                return 200, self._page(db, int(query.get("cursor", ["0"])[0])), ""
            if steps[0] == "orders" and len(steps) == 2:
                version, content = _order(db, unquote(steps[1]))
                return 200, json.loads(content), f'"{version}"'
            db.execute(
                "UPDATE held SET state = 'applied' WHERE state = 'accepted' AND due <= ?",
                (time.time(),),
            )
            row = db.execute(
                "SELECT key, state, command FROM held WHERE path = ?", (path,)
            ).fetchone()
            if row is None:
                raise AnswerError(404, f"there is no {path}")
            return 200, {"key": row[0], "state": row[1], "command": json.loads(row[2])}, ""

    def put(self, path: str, key: str, if_match: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Do a command once: in one transaction with the key it came under."""
        if not key:
            raise AnswerError(400, "Idempotency-Key is missing")
        finger = hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
        with closing(self.connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                known = db.execute("SELECT print, status, body FROM keys WHERE key = ?", (key,))
                before = known.fetchone()
                if before is not None:
                    if before[0] != finger:
                        raise AnswerError(422, f"{key} came before with other content")
                    return before[1], json.loads(before[2])
                status, answer = self._do(db, path, key, if_match, json.loads(body))
                kept = (key, finger, status, json.dumps(answer))
                db.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", kept)
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        return status, answer

    def _do(
        self, db: sqlite3.Connection, path: str, key: str, if_match: str, command: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        steps = path.split("/")
        if steps[0] == "orders":
            number = unquote(steps[1])
            version, _ = _order(db, number)
            if steps[2] == "confirmation":
                if if_match != f'"{version}"':
                    raise AnswerError(412, f"order {number} is at version {version} by now")
                db.execute("UPDATE orders SET version = version + 1 WHERE number = ?", (number,))
        if steps[0] == "shipments":
            self._ship(db, path, command)
        state, status = ("accepted", 202) if self.slow else ("applied", 201)
        row = (path, key, state, json.dumps(command), time.time() + self.slow)
        db.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", row)
        db.execute("INSERT INTO posted (path, key) VALUES (?, ?)", (path, key))
        return status, {"state": state}

    def _ship(self, db: sqlite3.Connection, path: str, command: dict[str, Any]) -> None:
        purpose = command.get("purpose", "original")
        there = db.execute("SELECT 1 FROM held WHERE path = ?", (path,)).fetchone()
        if there and purpose == "original":
            raise AnswerError(409, f"{path} is there with other content")
        db.execute("DELETE FROM shipped WHERE path = ?", (path,))
        for line in command.get("lines", []) if purpose != "cancel" else []:
            number, name = line["po_number"], line["line_number"]
            order = json.loads(_order(db, number)[1])
            ordered = next(
                (one["ordered"]["value"] for one in order["lines"] if one["line_number"] == name),
                "0",
            )
            rows = db.execute(
                "SELECT amount FROM shipped WHERE number = ? AND line = ?", (number, name)
            )
            amount = Decimal(line["shipped"]["value"])
            if sum((Decimal(one) for (one,) in rows), amount) > Decimal(ordered):
                sentence = f"more than the {ordered} ordered would be shipped of {number}/{name}"
                raise AnswerError(422, sentence, "urn:cmgateway:erp:question")
            db.execute("INSERT INTO shipped VALUES (?, ?, ?, ?)", (path, number, name, str(amount)))

    def _page(self, db: sqlite3.Connection, after: int) -> dict[str, Any]:
        rows = db.execute(
            "SELECT seq, content FROM orders WHERE seq > ? ORDER BY seq LIMIT ?", (after, PAGE)
        ).fetchall()
        cursor = rows[-1][0] if rows else after
        orders = [json.loads(content) for _, content in rows]
        return {"orders": orders, "cursor": str(cursor), "more": len(rows) == PAGE}


def _order(db: sqlite3.Connection, number: str) -> tuple[int, str]:
    row = db.execute("SELECT version, content FROM orders WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise AnswerError(404, f"there is no order {number}")
    return row[0], row[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    facade: Facade

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = parts.path.strip("/")
        etag = ""
        try:
            self._check_token()
            if self.command == "GET":
                status, said, etag = self.facade.get(path, parse_qs(parts.query))
            else:
                key, match = (
                    self.headers.get(name, "") for name in ("Idempotency-Key", "If-Match")
                )
                status, said = self.facade.put(path, key, match, body)
        except AnswerError as error:
            status, said = error.status, error.body
        content = json.dumps(said).encode()
        self.send_response(status)
        kind = "application/json" if status < 400 else "application/problem+json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(content)

    def _check_token(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise AnswerError(401, "the token is wrong")

    do_GET = do_PUT = _answer  # noqa: N815 as http.server wants


def serve(facade: Facade, port: int = 0) -> ThreadingHTTPServer:
    """Return the running server of an ERP, on a free port where none is wanted."""
    handler = type("Handler", (_Handler,), {"facade": facade})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--slow", type=float, default=0)
    options = parser.parse_args()
    serve(Facade(options.file, options.slow), options.port)
    threading.Event().wait()
