"""HTTP to an ERP: what went wrong on the way becomes the class of error that says what to do."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from gateway.erp.errors import (
    ErpContractError,
    ErpError,
    ErpFaultError,
    ErpLoginError,
    ErpNotFoundError,
    ErpQuestionError,
    ErpRejectedError,
    ErpStaleError,
    ErpThrottledError,
    ErpUnavailableError,
    ErpUnknownError,
)

# RFC 9110, and what ERPs are known to mean by it. A 504 may have been done behind the gateway that
# gave up waiting.
BY_STATUS: dict[int, type[ErpError]] = {
    400: ErpContractError,
    401: ErpLoginError,
    403: ErpContractError,
    404: ErpNotFoundError,
    405: ErpContractError,
    409: ErpStaleError,
    412: ErpStaleError,
    413: ErpContractError,
    415: ErpContractError,
    422: ErpRejectedError,
    423: ErpStaleError,
    428: ErpContractError,
    429: ErpThrottledError,
    502: ErpUnknownError,
    503: ErpUnavailableError,
    504: ErpUnknownError,
}
# Nothing of the request has left us.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LONGEST_TEXT = 300


def make_client(
    url: str, timeout_seconds: float, headers: Mapping[str, str] | None = None
) -> httpx.Client:
    """Return a client of one ERP; it follows nobody to another address and needs no proxy's leave."""
    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, 10.0)),
        headers=dict(headers or {}),
        follow_redirects=False,
        trust_env=False,
    )


def send(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """Return the answer, whatever its status; raises where none came."""
    try:
        return client.request(method, path, **more)
    except _NOT_SENT as error:
        raise ErpUnavailableError(f"{client.base_url} cannot be reached: {error}") from error
    except httpx.TimeoutException as error:
        sentence = f"no answer to {method} {path} in time; it may have been done"
        raise ErpUnknownError(sentence) from error
    except httpx.HTTPError as error:
        sentence = f"{method} {path} was cut off ({error}); it may have been done"
        raise ErpUnknownError(sentence) from error


def error_of(answer: httpx.Response, said: str = "", *, asks: bool = False) -> ErpError:
    """Return the error an answer stands for; `asks` where it waits for somebody's yes."""
    status = answer.status_code
    is_page = "html" in answer.headers.get("Content-Type", "")
    text = said or ("" if is_page else answer.text.strip()[:_LONGEST_TEXT]) or answer.reason_phrase
    sentence = f"{answer.request.method} {answer.request.url.path}: {status} {text}"
    if asks:
        return ErpQuestionError(sentence)
    kind = BY_STATUS.get(status, ErpFaultError if status >= 500 else ErpContractError)
    return kind(sentence, retry_after=_retry_after(answer))


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds of Retry-After, which are a number or a date (RFC 9110, 10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds(), 0.0)
