"""The service as a program meets it: a real server on the loopback address, a real client."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from openapi_spec_validator import validate
from running import run

import chipdb
from chipdb import data_files
from chipdb.service.calls import COMMANDS, parameters
from chipdb.service.worker import Worker
from chipdb.views.site import build

DAY = "2026-06-01"


@pytest.fixture(scope="module")
def service() -> Iterator[httpx.Client]:
    """A client of a service that the command has started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "chipdb", "serve", "--port", str(port)])
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False)
    try:
        _wait(client, process)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    """Wait until the service answers."""
    for _ in range(600):
        assert process.poll() is None, "the service has ended"
        try:
            client.get("/api/version")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service does not answer")


def test_an_answer_is_the_json_of_the_command(service: httpx.Client) -> None:
    asked = {"chip": ["H20", "A100"], "to": ["CN", "AE"], "on": DAY}
    response = service.get("/api/check", params=asked)
    assert response.status_code == 200
    arguments = ("H20", "A100", "--to", "CN", "--to", "AE", "--on", DAY)
    assert response.json() == run("check", *arguments, "--format", "json").json


def test_a_wrong_call_is_422_with_the_line_of_the_command(service: httpx.Client) -> None:
    response = service.get("/api/check", params={"chip": "H2o", "on": DAY})
    assert response.status_code == 422
    assert response.json() == {"error": run("check", "H2o", "--on", DAY).err.strip()}


def test_an_unknown_parameter_is_422(service: httpx.Client) -> None:
    response = service.get("/api/check", params={"chip": "H20", "catalog": "/etc/passwd"})
    assert response.status_code == 422
    assert response.json() == {"error": "chipdb: no such option: --catalog"}


def test_an_unknown_command_is_404(service: httpx.Client) -> None:
    response = service.get("/api/export")
    assert response.status_code == 404
    assert response.json()["error"] == "chipdb: no such call: /api/export; /docs lists the calls"
    assert service.get("/api/").status_code == service.get("/api/check/").status_code == 404
    assert service.post("/api/check").status_code == 405


def test_the_openapi_document_is_valid_and_complete(service: httpx.Client) -> None:
    document = service.get("/openapi.json").json()
    validate(document)
    assert {f"/api/{command}" for command in COMMANDS} <= document["paths"].keys()
    names = [each["name"] for each in document["paths"]["/api/check"]["get"]["parameters"]]
    assert {"chip", "to", "on", "from", "headquarters", "derate"} <= set(names)


def test_the_pages_of_the_site_are_served(service: httpx.Client) -> None:
    first = service.get("/")
    assert first.status_code == 200
    assert "chips/nvidia-h20-96gb.html" in first.text
    page = service.get("/chips/nvidia-h20-96gb.html")
    assert "default-src 'none'" in page.text
    record = service.get("/chips/nvidia-h20-96gb.json")
    assert record.headers["content-type"] == "application/json"
    assert record.json()["id"] == "nvidia-h20-96gb"
    assert "nvidia-h20-96gb" in service.get("/explorer.html").text


@pytest.mark.parametrize(
    "address", ["/chips/none.html", "/../data/chips.yaml", "/%2e%2e/README.md", "//etc/passwd"]
)
def test_no_other_file_can_be_reached(service: httpx.Client, address: str) -> None:
    assert service.get(address).status_code == 404


def test_only_addresses_of_rules_wait_for_the_pages_of_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Browsers ask for /favicon.ico by themselves; the pages of rules take seconds."""
    asked = []
    monkeypatch.setattr(build, "_rule_files", lambda *_: asked.append("rules") or iter(()))
    questions = build.questions_on(DAY)
    site = build.Site(chipdb.load(), questions[0].rulebook, questions)
    for address in ("favicon.ico", "robots.txt", "vendors/none.html", "chips/none.html"):
        assert site.text(address) is None
    assert site.text("index.html") is not None
    assert asked == []
    assert site.text("rules/none.html") is None
    assert asked == ["rules"]


def test_the_version_names_the_data(service: httpx.Client) -> None:
    assert service.get("/api/version").json()["data"] == data_files.data_hash()


def test_control_characters_of_a_name_come_back_escaped(service: httpx.Client) -> None:
    response = service.get("/api/check", params={"chip": "\x1b[31mH20"})
    assert response.status_code == 422
    assert "\x1b" not in response.json()["error"]


def test_a_call_that_takes_too_long_is_ended() -> None:
    worker = Worker(limit=0.0001)
    try:
        late = worker.answer("near", {"on": [DAY], "to": ["CN"]})
    finally:
        worker.close()
    assert late.is_late
    assert late.error is not None
    assert "took more than" in late.error


def test_the_next_call_is_answered_after_one_was_ended() -> None:
    worker = Worker(limit=120)
    try:
        worker.answer("show", {"chip": ["H20"]})
        worker.close()
        assert worker.answer("show", {"chip": ["H20"]}).value["id"] == "nvidia-h20-96gb"
    finally:
        worker.close()


def test_a_port_that_does_not_exist_is_refused() -> None:
    assert run("serve", "--port", "0").status == 2
    assert run("serve", "--port", "70000").status == 2


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--port", str(port))
    assert ran.status == 2
    assert f"--port {port}: " in ran.err


def test_the_page_of_calls_loads_nothing_from_elsewhere(service: httpx.Client) -> None:
    page = service.get("/docs").text
    for command in COMMANDS:
        assert f"<h2>{command}</h2>" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_method_that_would_change_something_is_refused(
    service: httpx.Client, method: str
) -> None:
    response = service.request(method, "/api/check", params={"chip": "H20"})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    said = f"chipdb: the method {method} is not offered; use GET"
    assert response.json() == {"error": said}


@pytest.mark.parametrize(
    "address",
    [
        "/api/check?chip=H20&on=2026-06-01",
        "/api/check?chip=H2o",
        "/api/none",
        "/api/version",
        "/openapi.json",
        "/docs",
        "/",
        "/chips/nvidia-h20-96gb.json",
        "/chips/none.html",
    ],
)
def test_head_has_the_headers_of_get_and_no_body(service: httpx.Client, address: str) -> None:
    """RFC 9110, 9.3.2: the headers that GET would send; 9.1: HEAD must be supported."""
    got, head = service.get(address), service.head(address)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers[name] == got.headers[name]


def test_options_name_the_methods(service: httpx.Client) -> None:
    """RFC 9110, 9.3.7 and 10.2.1; no page of another origin is let in."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    response = service.options("/api/check", headers=asked)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in response.headers


HOSTILE = (
    *("../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "@/etc/passwd", "-", "/dev/zero"),
    *("\u202eevil", "\x1b[31m", "a\x00b", "a\nb", "\u2028", "x" * 60_000, "", "9" * 190, "1e999"),
    *("[" * 150, "{}", "NaN", "-1", "\\\\host\\share", "=1+1", "%2e%2e%2f", "💥"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_hostile_values_of_every_parameter(service: httpx.Client, command: str) -> None:
    """Each is answered or refused in one line without control characters, and no file is read."""
    for name in ("chip", *parameters(command)):
        for value in HOSTILE:
            values = {"chip": "H20", name: value}
            if "chip" not in parameters(command):
                values = {name: value}
            response = service.get(f"/api/{command}", params=values)
            assert response.status_code in (200, 422), (name, value, response.text)
            assert "root:" not in response.text
            if response.status_code == 422:
                said = response.json()["error"]
                assert said.startswith("chipdb: ")
                assert said.isprintable(), (name, value, said)
