"""The instances of a server's project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from athanor.client.experiments import Experiments
from athanor.client.records import decoded
from athanor.domain.instance import Instance, InstanceStats
from athanor.errors import InstanceNotFound
from athanor.harness.checks import as_dict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from athanor.domain.page import Page
    from athanor.domain.run import RunStatus

_WHOLE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Instances(Experiments):
    """The use cases about instances."""

    def create_instance(
        self,
        *,
        experiment_module: str,
        name: str,
        configuration: Mapping[str, Any] | None = None,
        description: str | None = None,
        time_limit_s: float | None = None,
        gpus: int = 0,
        memory_limit_bytes: int | None = None,
    ) -> Instance:
        """Store an instance: the configuration is checked, its defaults are filled in and kept."""
        body = {
            "experiment_module": experiment_module,
            "name": name,
            "configuration": as_dict(configuration),
            "description": description,
            "time_limit_s": time_limit_s,
            "gpus": gpus,
            "memory_limit_bytes": memory_limit_bytes,
        }
        return _instance(self._connection.send("POST", "/instances", body))

    def update_instance(self, instance_id: str, **changes: Any) -> Instance:
        """Change what is given: name, description, configuration (whole), gpus, the two limits."""
        path = f"/instances/{self._instance_id(instance_id)}"
        if "configuration" in changes:
            changes["configuration"] = as_dict(changes["configuration"])
        return _instance(self._connection.send("PATCH", path, changes))

    def get_instance(self, instance: str) -> Instance:
        """An instance by id, short id or exact name; InstanceNotFound, AmbiguousName."""
        return _instance(self._called(instance))

    def find_instance(self, instance_id: str) -> Instance | None:
        """An instance by its whole id, or None."""
        try:
            found = self.get_instance(instance_id)
        except InstanceNotFound:
            return None
        return found if found.id == instance_id else None

    def list_instances(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        module: str | None = None,
        name_contains: str | None = None,
        status: Collection[RunStatus] = (),
        sort: Literal["last_run", "name", "created"] = "last_run",
    ) -> Page[tuple[Instance, InstanceStats]]:
        """Instances with their stats; ``status`` is that of their last run, ``module`` as for runs.

        By last run: never run first, then the newest run first. By name, or the newest first.
        """
        asked = {
            "experiment": module,
            "name": name_contains,
            "status": list(status) or None,
            "sort": sort,
        }
        return self._page("/instances", _with_stats, limit=limit, cursor=cursor, **asked)

    def instance_stats(self, instance_id: str) -> InstanceStats:
        """Run count, last run's time and status."""
        return _with_stats(self._called(instance_id))[1]

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance with its runs and their output; InstanceBusy if live."""
        self._connection.send("DELETE", f"/instances/{self._instance_id(instance_id)}")

    def _called(self, text: str) -> Any:
        return self._connection.get("/instances", called=text)["items"][0]

    def _instance_id(self, text: str) -> str:
        """The whole id of what somebody calls an instance."""
        return text if _WHOLE_ID.fullmatch(text) else self.get_instance(text).id


def _instance(fields: Any) -> Instance:
    instance: Instance = decoded(Instance, fields)
    return instance


def _with_stats(fields: Any) -> tuple[Instance, InstanceStats]:
    return _instance(fields), decoded(InstanceStats, fields["stats"])
