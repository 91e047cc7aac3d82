"""Instances: making, changing, listing and deleting them."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from typing import Any, Literal

from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.moment import now
from athanor.domain.page import Page
from athanor.domain.run import RunStatus
from athanor.errors import (
    FieldProblem,
    ValidationFailed,
)
from athanor.harness import lookup
from athanor.harness.checks import CHECKED, as_dict, check
from athanor.harness.experiments import Experiments
from athanor.harness.project import Project
from athanor.journal.values import text
from athanor.store import instance_lists, instances
from athanor.store.instance_lists import Sort


class Instances(Experiments, Project):
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
        check(
            experiment_module=experiment_module,
            name=name,
            description=description,
            time_limit_s=time_limit_s,
            gpus=gpus,
            memory_limit_bytes=memory_limit_bytes,
        )
        entry = self.catalog.resolve(experiment_module)
        moment = now()
        instance = Instance(
            id=new_id(),
            experiment_module=entry.module,
            name=text(name),
            description=None if description is None else text(description),
            configuration=self.catalog.validate(entry.module, as_dict(configuration)),
            inserted_at=moment,
            updated_at=moment,
            time_limit_s=time_limit_s,
            gpus=gpus,
            memory_limit_bytes=memory_limit_bytes,
        )
        with self._database.write() as c:
            instances.insert(c, instance)
        return instance

    def update_instance(self, instance_id: str, **changes: Any) -> Instance:
        """Change what is given: name, description, configuration (whole), gpus, the two limits.

        Runs that exist keep the configuration and the number of GPUs they were made with.
        """
        current = self.get_instance(instance_id)
        allowed = tuple(name for name in CHECKED if name != "experiment_module")
        allowed = (*allowed, "configuration")
        if unknown := changes.keys() - set(allowed):
            raise ValidationFailed(
                tuple(
                    FieldProblem(key, f"cannot be changed; {', '.join(allowed)} can")
                    for key in sorted(unknown)
                )
            )
        check(**{key: value for key, value in changes.items() if key in CHECKED})
        if "configuration" in changes:
            changes["configuration"] = self.catalog.validate(
                current.experiment_module, as_dict(changes["configuration"])
            )
        for key in ("name", "description"):
            if changes.get(key) is not None:
                changes[key] = text(changes[key])
        with self._database.write() as c:
            return instances.update(c, current.id, **changes)

    def get_instance(self, instance: str) -> Instance:
        """An instance by id, short id or exact name; InstanceNotFound, AmbiguousName."""
        with self._read() as c:
            return lookup.instance(c, instance)

    def find_instance(self, instance_id: str) -> Instance | None:
        """An instance by its whole id, or None."""
        with self._read() as c:
            return instances.get(c, instance_id)

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
        full = self._full(module)
        with self._read() as c:
            return instance_lists.page(
                c,
                limit=limit,
                after=cursor,
                module=full,
                name_contains=name_contains,
                status=status,
                sort=Sort(sort),
            )

    def instance_stats(self, instance_id: str) -> InstanceStats:
        """Run count, last run's time and status."""
        with self._read() as c:
            return instances.stats(c, instance_id)

    def delete_instance(self, instance_id: str, *, wait: bool = True) -> None:
        """Delete an instance with its runs, their output and directories; InstanceBusy if live.

        All is gone for everyone at once. Without ``wait`` rows and files are removed beside.
        """
        instance = self.get_instance(instance_id)
        with self._database.write() as c:
            instances.mark_deleting(c, instance.id)
        if wait:
            self._remove_instance(instance.id)
        else:
            self._removals.add(lambda: self._remove_instance(instance.id))

    def _remove_instance(self, instance_id: str) -> None:
        """Directories first: while there are rows, a deletion that was killed can be finished."""
        with self._database.read() as c:
            run_ids = instances.run_ids(c, instance_id)
        for run_id in run_ids:
            shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self._remove(instances.remove_batch, instance_id)
