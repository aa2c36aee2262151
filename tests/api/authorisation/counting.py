"""What is counted of activities, wherever challenges, badges, streaks and boards say it."""

from tests.api.authorisation.who import WITH_PARENT, each

FILTER = each(
    "ActivityFilter",
    "text types sources partners metresMin secondsMin ascentMetresMin quantityMin proofMin"
    " weekdays fromTime untilTime cells",
    WITH_PARENT,
)
MEMBER = FILTER
PARTNER = FILTER
OPS = FILTER
