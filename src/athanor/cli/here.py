"""The verbs that are about this machine, and why no server can be asked for them."""

from athanor.cli import session

ONLY_HERE = {
    "init": "makes a project in a folder of this machine",
    "serve": "is a server itself",
    "db": "opens the database itself",
    "token": "reads the data directory of this machine",
    "doctor": "looks at this machine",
    "mcp": "serves the project of this machine",
}


def check(verb: str | None) -> None:
    """InvalidInput for a verb that is about this machine while a server's project is meant."""
    if verb in ONLY_HERE:
        session.here(verb, ONLY_HERE[verb])
