"""The experiments of a server's project."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from athanor.client.records import decoded
from athanor.client.session import Session
from athanor.definition.listing import ExperimentEntry, Listing
from athanor.errors import ConfigurationInvalid, FieldProblem
from athanor.harness.checks import as_dict

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOK_S = 0.1


class Experiments(Session):
    """The use cases about experiments."""

    def list_experiments(self, patience_s: float | None = None) -> Listing:
        """The experiments found, and the files that are broken.

        With ``patience_s`` files that are still being imported are not waited for longer;
        ``reading`` names them.
        """
        deadline_s = time.monotonic() + (math.inf if patience_s is None else patience_s)
        while True:
            listing: Listing = decoded(Listing, self._connection.get("/experiments"))
            if not listing.reading or time.monotonic() > deadline_s:
                return listing
            time.sleep(_LOOK_S)

    def get_experiment(self, name: str) -> ExperimentEntry:
        """The experiment of a name or module."""
        entry: ExperimentEntry = decoded(ExperimentEntry, self._details(name))
        return entry

    def get_config_schema(self, module: str) -> dict[str, Any]:
        """The configuration's JSON Schema."""
        schema: dict[str, Any] = self._details(module)["config_schema"]
        return schema

    def get_defaults(self, module: str) -> dict[str, Any]:
        """The configuration's defaults; required fields without one are left out."""
        defaults: dict[str, Any] = self._details(module)["defaults"]
        return defaults

    def validate_config(self, module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in; ConfigurationInvalid."""
        body = {"configuration": as_dict(configuration)}
        found = self._connection.send("POST", f"{_path(module)}/validate", body)
        if not found["valid"]:
            raise ConfigurationInvalid(
                tuple(FieldProblem(one["path"], one["message"]) for one in found["errors"])
            )
        valid: dict[str, Any] = found["configuration"]
        return valid

    def _details(self, name: str) -> Any:
        return self._connection.get(_path(name))


def _path(name: str) -> str:
    return f"/experiments/{quote(name, safe=':')}"
