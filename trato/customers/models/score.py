"""What analysis says of each customer: written down by `trato.insight`, read by everybody."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.models.customer import Customer
from trato.customers.traits import name_of
from trato.identity.models import User


class Stage(models.IntegerChoices):
    """The seven stages of the journey, worked out from behaviour."""

    AWARENESS = 1, _("Awareness")
    CONSIDERATION = 2, _("Consideration")
    SHORTLIST = 3, _("Shortlist")
    PURCHASE = 4, _("Purchase")
    RECONSIDERATION = 5, _("Reconsideration")
    REPURCHASE = 6, _("Repurchase")
    ABANDONMENT = 7, _("Abandonment")


class Phase(models.TextChoices):
    """What is to be done with a customer, by stage."""

    ATTRACT = "attract", _("Attract")
    SELL_MORE = "sell_more", _("Sell more")
    LOYALTY = "loyalty", _("Build loyalty")
    WIN_BACK = "win_back", _("Win back")


PHASE_OF: dict[int, Phase] = {
    Stage.AWARENESS: Phase.ATTRACT,
    Stage.CONSIDERATION: Phase.ATTRACT,
    Stage.SHORTLIST: Phase.ATTRACT,
    Stage.PURCHASE: Phase.SELL_MORE,
    Stage.RECONSIDERATION: Phase.SELL_MORE,
    Stage.REPURCHASE: Phase.LOYALTY,
    Stage.ABANDONMENT: Phase.WIN_BACK,
}


class StageCause(models.TextChoices):
    """Why a customer entered the stage."""

    KNOWN = "known", _("became known to us")
    INTEREST = "interest", _("showed interest")
    INTENT = "intent", _("showed intent to buy")
    INTEREST_FADED = "interest_faded", _("showed no more interest")
    FIRST_PURCHASE = "first_purchase", _("bought for the first time")
    PURCHASE = "purchase", _("bought again")
    LOYAL = "loyal", _("buys again and again")
    DUE = "due", _("it was time to buy again")
    SILENCE = "silence", _("silent for much longer than usual")
    CAME_BACK = "came_back", _("came back after having left")
    OVERRIDE = "override", _("set by hand, with a reason")


class RfmGroup(models.TextChoices):
    CHAMPIONS = "champions", _("Champions")
    LOYAL = "loyal", _("Loyal")
    POTENTIAL_LOYAL = "potential_loyal", _("Potentially loyal")
    NEW = "new", _("New")
    PROMISING = "promising", _("Promising")
    NEED_ATTENTION = "need_attention", _("Need attention")
    ABOUT_TO_SLEEP = "about_to_sleep", _("About to sleep")
    AT_RISK = "at_risk", _("At risk")
    CANNOT_LOSE = "cannot_lose", _("Must not be lost")
    HIBERNATING = "hibernating", _("Hibernating")
    LOST = "lost", pgettext_lazy("customers", "Lost")


class MicroSegment(models.Model):
    """A group of customers who behave alike, found by analysis and kept over refreshes.

    ``traits`` names what sets the group apart, strongest first: ``[{"feature", "direction"}]``.
    """

    name = models.CharField(_("name"), max_length=150, blank=True)
    traits: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list
    )
    centre: "models.JSONField[dict[str, float], dict[str, float]]" = models.JSONField(default=dict)
    found_on = models.DateField()
    gone_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name or name_of(self.traits) or f"#{self.pk}"


class CustomerScoreQuerySet(models.QuerySet["CustomerScore"]):
    def visible_to(self, user: User) -> Self:
        """Without asking for each customer, where the user sees everybody."""
        if user.sees_everybody:
            return self
        return self.filter(customer__in=Customer.objects.visible_to(user))


class CustomerScore(models.Model):
    """One typed row a customer, swapped in as a whole by a refresh. Money is in the company's
    currency; probabilities are from 0 to 1; what is not known is empty."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="score"
    )
    as_of = models.DateField(_("as of"))
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage)
    stage_since = models.DateField(_("in the stage since"))
    stage_cause = models.CharField(_("cause of the stage"), max_length=16, choices=StageCause)
    purchases = models.PositiveIntegerField(_("purchases"), default=0)
    frequency = models.PositiveIntegerField(_("repeat purchases"), default=0)
    recency = models.PositiveIntegerField(_("days from first to last purchase"), null=True)
    age = models.PositiveIntegerField(_("days since the first purchase"), null=True)
    monetary = models.DecimalField(_("mean purchase"), max_digits=18, decimal_places=4, null=True)
    margin = models.DecimalField(_("margin"), max_digits=18, decimal_places=4, null=True)
    recency_score = models.PositiveSmallIntegerField(_("recency, 1 to 5"), null=True)
    frequency_score = models.PositiveSmallIntegerField(_("frequency, 1 to 5"), null=True)
    monetary_score = models.PositiveSmallIntegerField(_("money, 1 to 5"), null=True)
    rfm_group = models.CharField(_("RFM group"), max_length=16, choices=RfmGroup, blank=True)
    p_alive = models.FloatField(_("probability of still being a customer"), null=True)
    expected_purchases = models.FloatField(_("purchases expected in a year"), null=True)
    lifetime_value = models.DecimalField(
        _("value of the next year"), max_digits=18, decimal_places=4, null=True
    )
    lifetime_value_low = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    lifetime_value_high = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    value_decile = models.PositiveSmallIntegerField(
        _("tenth of value"), null=True, help_text=_("10 is the tenth with the highest value.")
    )
    rhythm_days = models.FloatField(_("usual days between purchases"), null=True)
    rhythm_low = models.FloatField(null=True)
    rhythm_high = models.FloatField(null=True)
    next_due = models.DateField(_("next purchase due"), null=True)
    lapse_on = models.DateField(_("taken as left from"), null=True)
    habit = models.FloatField(_("strength of the habit"), null=True)
    habit_broken = models.BooleanField(_("habit broken"), default=False)
    risk = models.FloatField(_("risk of leaving"), null=True)
    usual_weekday = models.PositiveSmallIntegerField(_("usual weekday"), null=True)
    usual_hour = models.PositiveSmallIntegerField(_("usual hour"), null=True)
    usual_channel = models.CharField(_("usual channel"), max_length=40, blank=True)
    usual_store = models.CharField(_("usual store"), max_length=100, blank=True)
    segment = models.ForeignKey(
        MicroSegment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="scores",
        verbose_name=_("micro-segment"),
        db_index=False,  # score_segment begins with it.
    )

    objects = CustomerScoreQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["stage", "customer"], name="score_stage"),
            models.Index(fields=["lifetime_value", "customer"], name="score_value"),
            models.Index(fields=["next_due", "customer"], name="score_due"),
            models.Index(fields=["risk", "customer"], name="score_risk"),
            models.Index(fields=["rfm_group", "customer"], name="score_rfm"),
            models.Index(fields=["segment", "customer"], name="score_segment"),
            # Whom to call first: of those who are due, and of those who did not come.
            models.Index(
                "habit_broken",
                models.F("lifetime_value").desc(nulls_last=True),
                "customer",
                name="score_habit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.stage}"

    @property
    def phase(self) -> Phase:
        return PHASE_OF[self.stage]
