"""The programmes' table, for the reads that need not be fast."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class ProgrammeRow(Model):
    """One programme; the columns are those of records.Programme and its branding."""

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
    locales: ArrayField = ArrayField(element_type="text")
    display_name = fields.TextField(null=True)
    colour = fields.TextField(null=True)
    accent_colour = fields.TextField(null=True)
    logo_url = fields.TextField(null=True)
    terms_url = fields.TextField(null=True)
    support_contact = fields.TextField(null=True)

    class Meta:
        table = "programme"
