"""Each verb of the terminal says the same of a server's project as of that on this machine."""

from __future__ import annotations

import json
import re

import pytest

from athanor.cli.app import app
from athanor.cli.here import ONLY_HERE
from athanor.cli.render import words
from athanor.domain.moment import now
from athanor.errors import InvalidInput


@pytest.fixture(scope="module")
def runs(served):
    served.instance("complete", name="alone")
    return [served.ended(action)["id"] for action in ("complete", "values", "fail")]


VERBS = {
    "list": "list",
    "list --json": "list --json",
    "show an experiment": "show acting",
    "show a run": "show {0}",
    "show a run --json": "show {1} --json",
    "show an instance": "show alone --json",
    "runs": "runs --status completed",
    "runs --json": "runs --limit 2 --json",
    "instances": "instances list --experiment acting",
    "instances --json": "instances list --json --all",
    "logs": "logs {0}",
    "logs --follow": "logs {0} --follow --json",
    "logs --all --level": "logs {0} --all --level warn",
    "results": "results {1}",
    "results --json": "results {1} --limit 3 --json",
    "results of a key": "results {1} a --limit 2",
    "compare": "compare {0} {1}",
    "compare --json": "compare {0} {2} --json",
    "export": "export {1} --format csv",
    "export --logs": "export {0} --format ndjson --logs",
}


COMMAND = re.compile(r"(?:(?<=\$ )|(?<=`))athanor ")


@pytest.fixture
def say(served, monkeypatch, capfd, tmp_path):
    """What a verb writes, here or from a folder that knows the server alone.

    It is always the same moment: else a run of "just now" could be one of "1 min ago" meanwhile.
    """
    moment = now()
    monkeypatch.setattr(words, "now", lambda: moment)

    def said(line: str, *, remote: bool) -> tuple[str, str]:
        for name in ("ATHANOR_HOME", "ATHANOR_SERVER", "ATHANOR_TOKEN"):
            monkeypatch.setenv(name, "")
        monkeypatch.chdir(tmp_path if remote else served.project)
        server = ["--server", served.url] if remote else []
        app([*server, *line.split()], prog_name="athanor", standalone_mode=False)
        out, err = capfd.readouterr()
        return out, err

    return said


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_the_same(say, served, runs, verb: str) -> None:
    line = VERBS[verb].format(*(run[-8:] for run in runs))
    there, here = say(line, remote=True), say(line, remote=False)
    # Only the commands that are said next differ: they work as they stand.
    assert there == tuple(COMMAND.sub(f"athanor --server {served.url} ", text) for text in here)
    assert there[0] or "--level" in line


@pytest.mark.parametrize(
    "verb", ["init x", "serve", "db current", "doctor", "token", "run acting --debug"]
)
def test_a_verb_about_this_machine_is_refused(say, served, verb: str) -> None:
    with pytest.raises(InvalidInput, match=f"`athanor {verb[:2]}.*--server ''") as raised:
        say(verb, remote=True)
    assert served.url in raised.value.message


def test_every_verb_is_tried_or_refused() -> None:
    tried = {line.split()[0] for line in VERBS.values()} | {"run", "cancel", "delete"}
    named = {command.name for command in [*app.registered_commands, *app.registered_groups]}
    assert named - tried - set(ONLY_HERE) == set()


def test_instances_are_made_changed_and_deleted_there(say, served) -> None:
    made = say("instances create acting -c lines=2 --name remote --time-limit 60", remote=True)[0]
    found = served.get(f"/instances/{made.strip()}")
    assert (found["name"], found["time_limit_s"]) == ("remote", 60)
    say("instances edit remote -c label=seen --time-limit none", remote=True)
    found = served.get(f"/instances/{made.strip()}")
    assert (found["configuration"]["label"], found["time_limit_s"]) == ("seen", None)
    say("delete remote --yes", remote=True)
    served.problem("GET", f"/instances/{made.strip()}", 404)


def test_a_detached_run_goes_on_there(say, served) -> None:
    said = say("run acting -c action=complete --detach --json", remote=True)[0]
    run = json.loads(said)["run"]
    assert served.end(run["id"])["status"] == "completed"


def test_nothing_is_made_on_this_machine(say, tmp_path) -> None:
    say("runs", remote=True)
    assert list(tmp_path.iterdir()) == []
