"""The contract of docs/erp-http.yaml: what we send and what a facade answers are what it says."""

import json
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML

from bench.erp_facade import TOKEN, Facade, serve
from bench.erp_trials import MAKER, persist, write_commands
from gateway.erp.errors import (
    ErpContractError,
    ErpLoginError,
    ErpPendingError,
    ErpRejectedError,
    ErpThrottledError,
)
from gateway.erp.http import HttpErp, path_of
from gateway.erp.wire import error_of, make_client

DOCS = Path(__file__).resolve().parents[3] / "docs"
CONTRACT = YAML(typ="safe", pure=True).load((DOCS / "erp-http.yaml").read_text("utf-8"))
BASE = "file:///docs/erp-http.yaml"
ORDER = {
    "po_number": "4500012345",
    "ordered_on": "2026-11-02",
    "supplier": MAKER,
    "lines": [
        {
            "line_number": number,
            "item": {"buyer": part},
            "ordered": {"value": amount, "unit": "EA"},
        }
        for number, part, amount in (("1", "A-100", "100"), ("2", "A-200", "250"))
    ],
}


def _retrieve(uri: str) -> Resource:
    path = DOCS / urlsplit(uri).path.removeprefix("/docs/").removeprefix("/")
    if not path.is_file():
        path = DOCS.parent / urlsplit(uri).path.removeprefix("/")
    content = json.loads(path.read_text()) if path.suffix == ".json" else CONTRACT
    return Resource.from_contents(content, default_specification=DRAFT202012)


def _judge(*steps: str) -> Draft202012Validator:
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    return Draft202012Validator(
        {"$ref": f"{BASE}#/{pointer}"}, registry=Registry(retrieve=_retrieve)
    )


def _template_of(path: str) -> str:
    for template in CONTRACT["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return template
    raise AssertionError(path)


@pytest.fixture
def recorded(tmp_path):
    """Return an ERP behind a facade, the facade, and every exchange with it."""
    facade = Facade(tmp_path / "facade.db")
    facade.release(ORDER)
    server = serve(facade)
    exchanges: list[httpx.Response] = []
    url = f"http://127.0.0.1:{server.server_address[1]}"
    client = make_client(url, 5, {"Authorization": f"Bearer {TOKEN}"})
    client.event_hooks["response"].append(exchanges.append)
    erp = HttpErp(client)
    yield erp, facade, exchanges
    erp.close()
    server.shutdown()
    server.server_close()


def test_all_that_is_said_is_what_the_contract_says(recorded) -> None:
    """Paths, methods, headers, bodies and answers of every command and of the released orders."""
    erp, _, exchanges = recorded
    assert 1 == len(erp.released_orders("").orders)
    for name, command in write_commands("4500012345").items():
        persist(erp, command, f"north-{name}-1")
    used = set()
    for answer in exchanges:
        answer.read()
        path, method = urlsplit(str(answer.request.url)).path, answer.request.method.lower()
        template = _template_of(path)
        said = CONTRACT["paths"][template][method]
        used.add((template, method))
        for wanted in said.get("parameters", []):
            wanted = (  # noqa: PLW2901 the same, looked up
                CONTRACT["components"]["parameters"]["Key"] if "$ref" in wanted else wanted
            )
            if wanted["in"] == "header" and wanted["required"]:
                assert wanted["name"] in answer.request.headers
        status = str(answer.status_code) if str(answer.status_code) in said["responses"] else ""
        if method == "put":
            where = ("paths", template, "put", "requestBody", "content", "application/json")
            _judge(*where, "schema").validate(json.loads(answer.request.content))
        if status:
            where = ("paths", template, method, "responses", status, "content", "application/json")
            _judge(*where, "schema").validate(answer.json())
        else:
            _judge("components", "schemas", "Problem").validate(answer.json())
    described = {
        (template, method) for template, said in CONTRACT["paths"].items() for method in said
    }
    assert described == used


def test_what_is_only_taken_is_asked_for_until_it_is_done(tmp_path) -> None:
    """202 is no success: it is told as pending, and a repeat sends nothing again."""
    facade = Facade(tmp_path / "facade.db", slow=3600)
    facade.release(ORDER)
    server = serve(facade)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    erp = HttpErp(make_client(f"http://127.0.0.1:{server.server_address[1]}", 5, headers))
    command = write_commands("4500012345")["note"]
    with pytest.raises(ErpPendingError, match="not done it yet"):
        persist(erp, command, "one")
    with closing(facade.connect()) as db:
        db.execute("UPDATE held SET due = 0")  # now it has been done
    assert "already" == persist(erp, command, "one")[0].result
    with closing(facade.connect()) as db:
        assert [(1,)] == db.execute("SELECT count(*) FROM posted").fetchall()
    erp.close()
    server.shutdown()
    server.server_close()


def test_a_wrong_token_and_a_known_key_have_their_classes(recorded) -> None:
    """401 rests the ERP; a key with other content is a verdict."""
    erp, facade, _ = recorded
    note = write_commands("4500012345")["note"]
    facade.put("orders/4500012345/notes/elsewhere", "one", "", b"{}")
    with pytest.raises(ErpRejectedError, match="came before with other content"):
        persist(erp, note, "one")
    erp._client.headers["Authorization"] = "Bearer wrong"
    with pytest.raises(ErpLoginError, match="token is wrong"):
        erp.released_orders("")


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("soon", None), ("", None)])
def test_retry_after_is_heard(said, seconds) -> None:
    """A number of seconds, or nothing that can be understood."""
    request = httpx.Request("PUT", "http://erp.example/orders/1/confirmation")
    answer = httpx.Response(429, headers={"Retry-After": said}, text="slow down", request=request)
    error = error_of(answer)
    assert (ErpThrottledError, seconds) == (type(error), error.retry_after)
    assert isinstance(error_of(httpx.Response(418, request=request)), ErpContractError)


def test_a_number_stays_one_step_of_the_address() -> None:
    """Whatever an order is called, nothing else is addressed."""
    note = write_commands("../../4500/1?x=2#y")["confirm"]
    path = path_of(note, "k")
    assert "orders/..%2F..%2F4500%2F1%3Fx%3D2%23y/confirmation" == path
    assert (
        "/orders/%2E%2E/confirmation"
        == urlsplit(urljoin("http://e/", path_of(write_commands("..")["confirm"], "k"))).path
    )
