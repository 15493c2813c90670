"""Migrations of a database in use, begun at once where it stands.

Before Tortoise migrates, it goes through the migrations a database has had, to know its models as they were. It would
make all related models anew after each step, which takes seconds; but nobody looks at them before the last one.
"""

from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps


class Executor(MigrationExecutor):
    """Tortoise's, which makes the models as they were once."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        connections = {app: chosen["default_connection"] for app, chosen in self.loader.apps_config.items()}
        passing = _Passing(models={}, apps=StateApps(default_connections=connections))
        for key in self._full_plan():
            if key == upto:
                break
            if key in applied and (migration := self.loader.graph.nodes[key]):
                await migration.apply(passing, dry_run=True)
        state = State(models=passing.models, apps=passing.apps)
        state._reload(set(state.models))
        return state


class _Passing(State):
    """The models while they change."""

    def _reload(self, models_to_reload: set[tuple[str, str]]) -> None:
        pass
