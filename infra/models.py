"""The migration tool's own record, as a read model."""

from tortoise import fields
from tortoise.models import Model


class AppliedMigration(Model):
    """One migration that the database has had; written by Tortoise's tool."""

    id = fields.IntField(primary_key=True)
    app = fields.CharField(max_length=255)
    name = fields.CharField(max_length=255)
    applied_at = fields.DatetimeField()

    class Meta:
        table = "tortoise_migrations"
