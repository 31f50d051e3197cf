"""Tryton's JSON-RPC: a session, typed values, and its errors as ours."""

import base64
import json
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import httpx

from gateway.erp.errors import (
    ErpContractError,
    ErpFaultError,
    ErpLoginError,
    ErpQuestionError,
    ErpRejectedError,
    ErpStaleError,
)
from gateway.erp.wire import error_of, make_client, send

Row = dict[str, Any]


class Rpc:
    """One session of one user; several threads may call at once."""

    def __init__(
        self, url: str, database: str, user: str, password: str, timeout_seconds: float = 30.0
    ) -> None:
        """Keep who we are; the first call logs in."""
        self._client = make_client(url, timeout_seconds)
        self._database, self._user, self._password = database, user, password
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._session = ""
        self._refused = ""
        self._context: Row = {}
        self.user_id = 0

    def call(self, method: str, *params: Any, **context: Any) -> Any:
        """Return what a method of the server answers; a session that ran out is begun anew once."""
        session = self._session or self.login()
        try:
            return self._post(method, [*params, {**self._context, **context}], session)
        except ErpLoginError:
            return self._post(method, [*params, {**self._context, **context}], self.login(session))

    def rows(
        self,
        model: str,
        domain: list[Any],
        fields: list[str],
        order: list[list[str]] | None = None,
        limit: int | None = None,
        **context: Any,
    ) -> list[Row]:
        """Return the records of a model that a domain describes, with `id` and these fields."""
        method = f"model.{model}.search_read"
        found: list[Row] = self.call(method, domain, 0, limit, order, fields, **context)
        return found

    def login(self, expired: str = "") -> str:
        """Return the header of a new session; where another thread has begun one, of that."""
        with self._lock:
            if self._session != expired:
                return self._session
            self._session = ""
            answer = self._ask_in()
            self.user_id, token = int(answer[0]), answer[1]
            mark = f"{self._user}:{self.user_id}:{token}".encode()
            session = "Session " + base64.b64encode(mark).decode()
            # Without the user's own context a write fails: it would belong to no company.
            self._context = self._post("model.res.user.get_preferences", [True, {}], session)
            self._session = session
            return session

    def _ask_in(self) -> Any:
        """Return user and token; who was refused once does not ask again, or it would be locked out."""
        if self._refused:
            raise ErpLoginError(self._refused)
        try:
            answer = self._post("common.db.login", [self._user, {"password": self._password}], "")
        except ErpLoginError as error:
            self._refused = f"{error}"
            raise
        if not answer:
            self._refused = f"Tryton does not let {self._user} in: wrong name or password"
            raise ErpLoginError(self._refused)
        return answer

    def close(self) -> None:
        """Hang up; the session ends by itself."""
        self._client.close()

    def _post(self, method: str, params: list[Any], session: str) -> Any:
        body = {"id": next(self._numbers), "method": method, "params": params}
        # Longer answers are marked as gzip even where nobody asked for it: always ask for it.
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if session:
            headers["Authorization"] = session
        content = json.dumps(body, default=_write_value).encode()
        path = f"/{self._database}/rpc/"
        answer = send(self._client, "POST", path, content=content, headers=headers)
        return _read_answer(answer, method)


def _read_answer(answer: httpx.Response, method: str) -> Any:
    if answer.status_code != 200:
        error = error_of(answer, f"{answer.reason_phrase} ({method})")
        # A path or method of ours that is not there is no missing order.
        raise ErpContractError(f"{error}") if answer.status_code == 404 else error
    try:
        body = json.loads(answer.content, object_hook=_read_value)
    except ValueError as error:
        raise ErpFaultError(f"{method}: the answer is no JSON: {error}") from error
    if "error" not in body:
        return body.get("result")
    raise _error_of_body(method, body["error"])


def _error_of_body(method: str, error: Any) -> Exception:
    """Return the error that stands in an answer of 200: the name of its class, then its arguments."""
    kind, *rest = error if isinstance(error, list) else [str(error)]
    said = rest[0] if rest else ""
    text = ": ".join(str(one) for one in said) if isinstance(said, list) else str(said)
    text = f"{method}: {text.strip()}"[:500]
    if kind == "UserError":
        return ErpRejectedError(text)
    if kind == "UserWarning":
        return ErpQuestionError(text)
    if kind == "ConcurrencyException":
        return ErpStaleError(text)
    if kind == "LoginException":
        return ErpLoginError(text)
    return ErpContractError(f"{method}: {kind}: {text}"[:500])


def _write_value(value: Any) -> Row:
    if isinstance(value, datetime):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime"} | {name: getattr(value, name) for name in names}
    if isinstance(value, date):
        made = {"year": value.year, "month": value.month, "day": value.day}
        return {"__class__": "date"} | made
    if isinstance(value, timedelta):
        return {"__class__": "timedelta", "seconds": value.total_seconds()}
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(f"{value!r} cannot be sent to Tryton")


def _read_value(value: Row) -> Any:
    kind = value.get("__class__")
    if kind == "date":
        return date(value["year"], value["month"], value["day"])
    if kind == "datetime":
        time = (value["hour"], value["minute"], value["second"], value["microsecond"])
        return datetime(value["year"], value["month"], value["day"], *time)  # noqa: DTZ001 UTC
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "timedelta":
        return timedelta(seconds=value["seconds"])
    return value
