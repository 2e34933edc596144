"""The pages of figures, in the order in which they are read."""

from django.utils.translation import gettext_lazy as _

from trato.insight.figures import (
    acquisition,
    cohorts,
    economics,
    lifecycle,
    profitability,
    recommender,
    segments,
    value,
)
from trato.insight.figures.reading import Page

PAGES: tuple[Page, ...] = (
    Page(
        "lifecycle",
        _("Journey of your customers"),
        _("Where they are, how they got there and where they stop."),
        "route",
        lifecycle.page,
    ),
    Page(
        "value",
        _("Value"),
        _("What your customers will bring in a year, and on how few that hangs."),
        "gem",
        value.page,
        is_timed=False,
    ),
    Page(
        "rfm",
        _("Recency, frequency and money"),
        _("The map of who bought lately, who often, and for how much."),
        "grid-3x3",
        value.rfm_page,
        is_timed=False,
    ),
    Page(
        "cohorts",
        _("Cohorts"),
        _("Whether those who began together come back, and how long they last."),
        "calendar-range",
        cohorts.page,
    ),
    Page(
        "segments",
        _("Micro-segments"),
        _("Groups of customers who buy alike, found in their behaviour."),
        "shapes",
        segments.page,
        is_timed=False,
    ),
    Page(
        "profitability",
        _("Profitability"),
        _("What you earn with each customer, product, channel, seller and group."),
        "coins",
        profitability.page,
    ),
    Page(
        "acquisition",
        _("New customers"),
        _("How many you win, at what cost, and what they are worth."),
        "user-plus",
        acquisition.page,
    ),
    Page(
        "economics",
        _("Economics of loyalty"),
        _("Whether keeping customers pays, tested on your own data."),
        "scale",
        economics.page,
        is_timed=False,
    ),
    Page(
        "recommender",
        _("Quality of the suggestions"),
        _("How often what is suggested is what customers then buy."),
        "sparkles",
        recommender.page,
        is_timed=False,
    ),
)

BY_NAME = {page.name: page for page in PAGES}
