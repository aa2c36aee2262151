"""How a programme shows itself, for members and operators alike."""

from api.fields import output, said
from domain import programmes


@output
class Branding:
    """How a programme shows itself; what is null is the app's own."""

    display_name: str = said("What to call it.")
    colour: str | None = said("Its colour, as #RRGGBB.")
    accent_colour: str | None = said("A second colour, as #RRGGBB.")
    logo_url: str | None = said("Where its logo is; https.")
    terms_url: str | None = said("Where its terms are; https.")
    support_contact: str | None = said("Where its members find help.")

    @classmethod
    def of(cls, programme: programmes.Programme) -> "Branding":
        """A programme's branding, as the schema shows it."""
        shown = programme.branding
        return cls(
            display_name=shown.display_name or programme.name,
            colour=shown.colour,
            accent_colour=shown.accent_colour,
            logo_url=shown.logo_url,
            terms_url=shown.terms_url,
            support_contact=shown.support_contact,
        )
