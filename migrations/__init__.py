"""Migrations: the schema's history, forward only; each runs the .sql file of its own name."""

from pathlib import Path

from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import RunSQL

FOLDER = Path(__file__).parent
# In the migration's own transaction: the tool writes its record in another one, and a process
# that died between the two would leave a migration that can be neither run nor passed over.
RECORD = """
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('laurel', '{name}', now())
ON CONFLICT DO NOTHING
"""


def runs(name: str, *, after: str | None) -> type[Migration]:
    """The migration that runs `migrations/<name>.sql` once the one called `after` has run."""
    return type(
        "Migration",
        (Migration,),
        {
            "__doc__": f"Runs {name}.sql.",
            "dependencies": [("laurel", after)] if after else [],
            "operations": [
                RunSQL((FOLDER / f"{name}.sql").read_text()),
                RunSQL(RECORD.format(name=name)),
            ],
        },
    )
