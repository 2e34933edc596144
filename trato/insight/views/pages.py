"""The pages of figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.insight import periods
from trato.insight.figures.catalogue import BY_NAME, PAGES
from trato.insight.figures.lacking import lack
from trato.insight.figures.opening import answer
from trato.insight.figures.reading import Choice, Content, Page
from trato.insight.queries import narrowing
from trato.insight.queries.filters import NO_ONE, Filter
from trato.insight.queries.runs import going_on, last_done
from trato.insight.views.files import chart_file
from trato.ui.fields import DayField
from trato.ui.responses import go


@dataclass(frozen=True, slots=True)
class Sentence:
    """A filter as a sentence, with what else it could say: (label, address, whether in force)."""

    label: str
    value: str
    options: tuple[tuple[str, str, bool], ...]
    dialog_url: str = ""


@requires(Permission.VIEW_INSIGHT)
def start(request: UserRequest) -> HttpResponse:
    return redirect("insight:figures", PAGES[0].name)


@requires(Permission.VIEW_INSIGHT)
def figures(request: UserRequest, name: str) -> HttpResponseBase:
    """One page: its questions and answers, or one of them as a file."""
    page = BY_NAME.get(name)
    if page is None:
        raise Http404
    asked: dict[str, str] = request.GET.dict()
    wanted = asked.get("export", "")
    found = answer(page, user=request.user, asked=asked, is_whole=bool(wanted))
    if found is None:
        return first_time(request, page)
    content = found.content
    if wanted:
        return chart_file(request, content.charts, wanted)
    context = {
        "page": page,
        "content": content,
        "sentences": list(_sentences(request, page, content)),
        "run": found.run,
        "may_export": request.user.may(Permission.EXPORT),
        "may_name": request.user.may(Permission.REFRESH_INSIGHT),
        "lack": found.lack,
        "nothing": content.nothing or _nothing(request, page, has_few=found.has_few),
        "may_import": request.user.may(Permission.IMPORT),
        "may_refresh": request.user.may(Permission.REFRESH_INSIGHT),
        "going_on": going_on() if found.lack else None,
    }
    return render(request, "insight/page.html", context)


def _nothing(request: UserRequest, page: Page, *, has_few: bool) -> str:
    """What a chart says that has nothing to draw, and what to do about it."""
    chosen = Filter.read(request.GET)
    if set(chosen.parameters) - {"start", "end"}:
        said = _("Nothing for what is chosen above.")
        return _with_way(
            said,
            _with(request, period="all", start="", end="", segment="", team=""),
            _("See everybody, all the time"),
        )
    asked = request.GET.get("period", "") or periods.USUAL
    if page.is_timed and (chosen.start or chosen.end or (asked != "all" and not has_few)):
        said = _("Nothing in this period: %(period)s.") % {
            "period": periods.sentence(chosen, asked)
        }
        all_time = _with(request, period="all", start="", end="")
        return _with_way(said, all_time, _("See all the time"))
    said = _("There is not enough for this yet: it comes with more purchases.")
    if not request.user.may(Permission.IMPORT):
        return said
    older = f"{reverse('imports:new')}?kind=orders"
    return _with_way(said, older, _("Import older orders"))


def _with_way(said: str, href: str, way: str) -> str:
    return format_html('<span>{} <a class="link" href="{}">{}</a></span>', said, href, way)


def first_time(request: UserRequest, page: Page) -> HttpResponse:
    """Before the first refresh, or the first after an update of Trato: what there will be here,
    and the button."""
    context = {
        "was_done": last_done() is not None,
        "page": page,
        "going_on": going_on(),
        "lack": lack(request.user),
        "may_import": request.user.may(Permission.IMPORT),
        "may_refresh": request.user.may(Permission.REFRESH_INSIGHT),
    }
    return render(request, "insight/first.html", context)


def _sentences(request: UserRequest, page: Page, content: Content) -> Iterator[Sentence]:
    chosen = Filter.read(request.GET)
    if page.is_timed:
        yield _period(request, chosen)
    if page.is_narrowed:
        segments = [(str(pk), name) for pk, name in narrowing.segments()]
        yield _who(request, "segment", _("Micro-segment"), segments)
        teams = [(str(pk), name) for pk, name in narrowing.teams()]
        yield _who(request, "team", _("Team"), [*teams, (str(NO_ONE), _("none"))])
    for choice in content.choices:
        yield _chooses(request, choice)


def _period(request: UserRequest, chosen: Filter) -> Sentence:
    asked = request.GET.get("period", "") or periods.USUAL
    own = chosen.start or chosen.end
    options = tuple(
        (label, _with(request, period=key, start="", end=""), not own and key == asked)
        for key, label in periods.words().items()
    )
    query = _kept(request, ("period", "start", "end"))
    dialog = f"{reverse('insight:period')}?{urlencode([*query, ('page', request.path)])}"
    return Sentence(_("Period"), periods.sentence(chosen, asked), options, dialog)


def _who(request: UserRequest, name: str, label: str, known: list[tuple[str, str]]) -> Sentence:
    # What is not understood narrows nothing, and is not shown as if it did.
    asked = Filter.read(request.GET).parameters.get(name, "")
    options = (("", _("all")), *known)
    return _chooses(request, Choice(name, label, options, asked))


def _chooses(request: UserRequest, choice: Choice) -> Sentence:
    labels = dict(choice.options)
    options = tuple(
        (label, _with(request, **{choice.name: value}), value == choice.chosen)
        for value, label in choice.options
    )
    return Sentence(choice.label, labels.get(choice.chosen, choice.chosen), options)


def _kept(request: UserRequest, without: tuple[str, ...]) -> list[tuple[str, str]]:
    left_out = {*without, "export"}
    given: dict[str, str] = request.GET.dict()
    return [(name, value) for name, value in given.items() if name not in left_out]


def _with(request: UserRequest, **changed: str) -> str:
    pairs = _kept(request, tuple(changed)) + [pair for pair in changed.items() if pair[1]]
    return f"?{urlencode(pairs)}" if pairs else request.path


class PeriodForm(forms.Form):
    start = DayField(label=gettext_lazy("First day"), required=False)
    end = DayField(label=gettext_lazy("Last day"), required=False)

    def clean(self) -> None:
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day comes before the first."))


@requires(Permission.VIEW_INSIGHT)
def period(request: UserRequest) -> HttpResponse:
    """Days of one's own choice, in a dialog; then back to the page it was asked on."""
    known = {reverse("insight:figures", args=[page.name]) for page in PAGES}
    back = request.GET.get("page", "")
    if back not in known:
        raise Http404
    kept = _kept(request, ("start", "end", "page", "do", "period"))
    form = PeriodForm(request.GET if "do" in request.GET else None)
    if form.is_bound and form.is_valid():
        ends = {name: day for name, day in form.cleaned_data.items() if isinstance(day, date)}
        told = [(name, day.isoformat()) for name, day in ends.items()]
        return go(request, f"{back}?{urlencode([*kept, *told])}")
    context = {"form": form, "kept": [*kept, ("page", back)], "back": back}
    return render(request, "insight/period.html", context)
