"""The HTTP service: ``GET /api/COMMAND``, its OpenAPI document, and the pages of the site.

A call's query parameters are the options of the command without their dashes; ``chip`` and ``to``
can be repeated. The body is the JSON of ``--format json``. A wrong call is 422 with the line that
the command line prints, a call that takes too long 503. What GET answers, HEAD answers without the
body; OPTIONS names these methods, and any other is 405.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import chipdb
from chipdb import data_files
from chipdb.catalog.catalog import load
from chipdb.service.answer_schemas import ANSWERS, TEXT, record
from chipdb.service.calls import (
    COMMANDS,
    Parameter,
    description,
    is_needed,
    parameters,
    summary,
)
from chipdb.service.worker import LIMIT, Answered, Worker
from chipdb.views.escaping import escaped
from chipdb.views.safe_text import printable
from chipdb.views.site.build import Site, questions_on
from chipdb.views.site.layout import Page, html_of

OK, NO_CONTENT = 200, 204
MISSING, NOT_ALLOWED, WRONG_CALL, FAULT, LATE = 404, 405, 422, 500, 503
METHODS = {"Allow": "GET, HEAD, OPTIONS"}
"""The methods of every address, as a header names them."""


def _documented_response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A response in the OpenAPI document."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


ERROR = record(error=TEXT)
ERRORS: dict[int | str, dict[str, Any]] = {
    WRONG_CALL: _documented_response("A wrong call: the line that the command line prints", ERROR),
    FAULT: _documented_response("A fault of the service", ERROR),
    LATE: _documented_response("The call took too long; ask for less, or again", ERROR),
}


def application(limit: float = LIMIT) -> FastAPI:
    """Make the service; ``limit`` is the number of seconds that a call may take.

    All commands share one worker, whose process starts with the first call.
    """
    app = FastAPI(
        title="chipdb",
        version=chipdb.__version__,
        description="Sourced figures of AI chips, dated export rules, and the answers that follow.",
        # the page of the framework would load its script from elsewhere
        docs_url=None,
        redoc_url=None,
    )
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(_HeadAndOptions)
    # one worker for all, because the caches of the kernel are for one call at a time
    worker = Worker(limit)
    for command in COMMANDS:
        _add_call(app, worker, command)

    @app.get(
        "/api/version",
        summary="The version, and the hashes of data and rules",
        operation_id="version",
    )
    def version() -> dict[str, str]:
        """The version and the two hashes, which an answer carries as well."""
        return {
            "version": chipdb.__version__,
            "data": data_files.data_hash(),
            "rules": data_files.rules_hash(),
        }

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return Response(calls_page(), media_type="text/html")

    _add_site(app)
    return app


def _refused(request: Request, error: Exception) -> JSONResponse:
    """The response to another method, or to a call that the server itself refuses."""
    assert isinstance(error, HTTPException)
    said, headers = error.detail, error.headers
    if error.status_code == NOT_ALLOWED:
        said = f"the method {request.method} is not offered; use GET"
        headers = METHODS
    return JSONResponse(
        {"error": f"chipdb: {said}"}, status_code=error.status_code, headers=headers
    )


class _HeadAndOptions:
    """Answers HEAD as GET without its body, and OPTIONS with the methods that there are.

    The OpenAPI document has only GET, so that a generated client has one function for each call.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the service."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope.get("method")
        if method == "OPTIONS":
            await Response(status_code=NO_CONTENT, headers=METHODS)(scope, receive, send)
            return
        if method == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
            return
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    """Send the same messages, with the length of the body and without its bytes."""

    async def send_headers(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_headers


@functools.cache
def calls_page() -> str:
    """The page that lists the calls with their parameters; it loads nothing from elsewhere."""
    about = (
        "`GET /api/COMMAND` answers with the JSON of `chipdb COMMAND --format json`. "
        "[openapi.json](openapi.json) describes the calls for programs."
    )
    parts = ["# Calls", about]
    for command in COMMANDS:
        parts += [f"## {command}", escaped(description(command)), "\n".join(_rows(command))]
    page = Page(
        title="Calls",
        description="The calls of the service.",
        markdown="\n\n".join(parts),
        up="",
    )
    return html_of(page, f"chipdb {chipdb.__version__}")


def _rows(command: str) -> Iterator[str]:
    """The table of a command's parameters."""
    yield "| parameter | value | |"
    yield "|---|---|---|"
    for each in parameters(command).values():
        value = " or ".join(each.choices) or str(each.form)
        if each.repeatable:
            value += ", repeatable"
        if is_needed(command, each):
            value += ", needed"
        yield f"| `{each.name}` | {value} | {escaped(each.help)} |"


def _add_site(app: FastAPI) -> None:
    """Offer the pages of the site, each made when it is asked for, with the answers of that day."""
    # two requests at once would each make the pages of rules, which take seconds
    one_at_a_time = threading.Lock()

    @functools.lru_cache(maxsize=1)
    def site_of(day: date) -> Site:
        """The site with the answers of a day; only that of the last day asked for is kept."""
        questions = questions_on(day)
        return Site(load(), questions[0].rulebook, questions)

    @app.get("/{address:path}", include_in_schema=False)
    def page(address: str) -> Response:
        """The page or file of an address, or the error that there is none."""
        if address == "api" or address.startswith("api/"):
            said = f"chipdb: no such call: /{printable(address)}; /docs lists the calls"
            return JSONResponse({"error": said}, status_code=MISSING)
        # the day can change while the service runs
        today = questions_on(None)[0].on
        with one_at_a_time:
            text = site_of(today).text(address or "index.html")
        if text is None:
            return JSONResponse({"error": "chipdb: no such page"}, status_code=MISSING)
        kind = "application/json" if address.endswith(".json") else "text/html"
        return Response(text, media_type=kind)


def _add_call(app: FastAPI, worker: Worker, command: str) -> None:
    """Offer a command under its name, described by its own help."""

    def call(request: Request) -> JSONResponse:
        """Answer the query; a parameter that is repeated has all its values."""
        # keys come once for each value, and getlist has all values of a key
        names = list(dict.fromkeys(request.query_params.keys()))
        values = {name: request.query_params.getlist(name) for name in names}
        return _response(worker.answer(command, values))

    app.add_api_route(
        f"/api/{command}",
        call,
        methods=["GET"],
        name=command,
        operation_id=command,
        summary=summary(command),
        description=description(command),
        response_class=JSONResponse,
        responses={
            OK: _documented_response("The answer, as `--format json` prints it", ANSWERS[command]),
            **ERRORS,
        },
        openapi_extra={
            "parameters": [_documented(each, command) for each in parameters(command).values()]
        },
    )


def _response(answered: Answered) -> JSONResponse:
    """The response to a call: the JSON of the command, or its error with the status that fits."""
    if answered.error is None:
        return JSONResponse(answered.value)
    # only a wrong call is the caller's error; a late one may ask for less, or again
    status = WRONG_CALL
    if answered.is_fault:
        status = FAULT
    if answered.is_late:
        status = LATE
    return JSONResponse({"error": answered.error}, status_code=status)


def _documented(parameter: Parameter, command: str) -> dict[str, Any]:
    """A parameter in the OpenAPI document, which documents it by hand.

    FastAPI would document the parameters of a Python function, and the function here takes any.
    """
    schema = parameter.schema()
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    return {
        "name": parameter.name,
        "in": "query",
        "required": is_needed(command, parameter),
        "description": parameter.help,
        "schema": schema,
    }


def serve(port: int) -> None:
    """Run the service on the loopback address until it is interrupted."""
    # loaded here, because tests make the service and serve it in their own way
    import uvicorn

    uvicorn.run(application(), host="127.0.0.1", port=port, log_level="warning")
