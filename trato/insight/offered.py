"""To whom something is suggested, and who did not want it: filters of the list of customers."""

from django.utils.translation import gettext_lazy as _

from trato.kit.listing import Field, Kind, Related
from trato.sales.models import Recommendation, SuggestionAnswer

SUGGESTED, ANSWERED = "suggested", "suggestion_answer"


def suggested_field(_currency: str) -> Field:
    return Field(
        SUGGESTED,
        _("What to offer"),
        Kind.CHOICE,
        Related(Recommendation, "customer", "kind"),
        options=lambda: Recommendation.Kind.choices,
        is_column=False,
    )


def answered_field(_currency: str) -> Field:
    return Field(
        ANSWERED,
        _("Answer to a suggestion"),
        Kind.CHOICE,
        Related(SuggestionAnswer, "customer", "answer"),
        options=lambda: SuggestionAnswer.Answer.choices,
        is_column=False,
    )
