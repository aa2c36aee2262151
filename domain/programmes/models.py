"""The programmes' table, for the reads that need not be fast."""

from tortoise import fields
from tortoise.models import Model


class ProgrammeRow(Model):
    """One programme; the columns are those of records.Programme."""

    id = fields.IntField(primary_key=True)
    slug = fields.TextField()
    name = fields.TextField()
    unit = fields.TextField()
    zone = fields.TextField()
    locale = fields.TextField()
    book = fields.IntField()
    transfer_max = fields.BigIntField()
    transfer_day_max = fields.BigIntField()
    transfer_accept_days = fields.SmallIntField()
    founded_at = fields.DatetimeField()

    class Meta:
        table = "programme"
