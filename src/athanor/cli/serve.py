"""``athanor serve`` and ``athanor token``."""

import sys
from dataclasses import replace
from typing import Annotated, Any

import typer

from athanor import settings as settings_module
from athanor.cli import terminal
from athanor.cli.options import FLAG, AsJson


def serve(
    *,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="Where to listen; else ATHANOR_HOST."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            "-p",
            metavar="N",
            min=0,
            max=65535,
            help="Where to listen; else ATHANOR_PORT. 0 takes a free one.",
        ),
    ] = None,
    log_requests: Annotated[
        bool, typer.Option("--log-requests", metavar=FLAG, help="A line a request on stderr.")
    ] = False,
) -> None:
    """Serve this project over HTTP, and look after its runs, until Ctrl-C. Runs go on."""
    from athanor.server.serving import serve as serve_until_told

    given: dict[str, Any] = {"host": host, "port": port, "log_requests": log_requests or None}
    settings = settings_module.load()
    settings = replace(settings, **{k: v for k, v in given.items() if v is not None})
    serve_until_told(settings, _say_at_once)


def _say_at_once(text: str) -> None:
    terminal.say(text)
    sys.stdout.flush()


def token(
    *,
    rotate: Annotated[
        bool, typer.Option("--rotate", metavar=FLAG, help="Make a new one; the old one is void.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show the token of this project's server, and the link that carries it."""
    from athanor.domain.home import Home
    from athanor.harness.announcement import server_of
    from athanor.server.serving import link, url
    from athanor.server.token_file import Token

    settings = settings_module.load()
    found = Token.of(settings)
    if rotate:
        found.rotate()
    running = server_of(Home(settings.home))
    opened = link(running or url(settings.host, settings.port), found)
    if json:
        terminal.say_json({"token": found.text(), "link": opened})
        return
    terminal.say(found.text())
    terminal.notice(f"Open {opened}" if running else f"Once `athanor serve` runs, open {opened}")
