"""Refreshes, and the figures of the pages."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.insight.actions import ask_refresh
from trato.insight.figures import health
from trato.insight.figures.catalogue import PAGES
from trato.insight.figures.opening import answer
from trato.insight.figures.reading import Content
from trato.insight.models import Run
from trato.insight.queries import runs
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Invalid, Refused
from trato.kit.rest.values import Day, Told, text
from trato.ui.figures import Line

router = Router(tags=["Analysis"])
_PAGES = {page.name: page for page in (*PAGES, health.PAGE)}


class RunTold(Told):
    id: int
    state: Run.State
    as_of: date
    is_full: bool
    cause: Run.Cause
    asked_by_id: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problem: str
    step: str = Field(description="What is being done while it runs.")


class RunWhole(RunTold):
    steps: list[dict[str, Any]]
    fits: dict[str, Any]
    figures: dict[str, Any]


class RunPage(Page[RunTold]):
    pass


class FigureColumn(BaseModel):
    key: str
    label: str
    kind: str
    unit: str


class FigureRow(BaseModel):
    values: list[str | int | float | None]
    customers: str = Field(description="Address of the list of the customers behind it, or empty.")
    lists: list[str] = Field(description="The same of each value.")


class FigureOfPage(BaseModel):
    name: str
    title: str
    columns: list[FigureColumn]
    count: int = Field(description="How many rows there are.")
    rows: list[FigureRow] = Field(description="All of them, or the first 10,000.")


class PageOfFigures(BaseModel):
    name: str
    title: str
    as_of: date
    notices: list[str] = Field(description="What has to be known beside the figures.")
    figures: list[FigureOfPage]


class FigurePage(BaseModel):
    name: str
    title: str
    lead: str


class FigureFilters(BaseModel):
    """The same as in the address of the page."""

    period: Literal["3m", "12m", "24m", "year", "last_year", "all"] = Field(
        "12m", description="Not where there is `start` or `end`, nor on pages without a time."
    )
    start: Day | None = None
    end: Day | None = None
    segment: int | None = Field(None, ge=1, le=2**31)
    team: int | None = Field(None, ge=-1, le=2**31)
    by: Annotated[str, text(20, 1)] | None = Field(
        None, description="What is told apart, on pages where it can be chosen."
    )
    sort: Annotated[str, text(20, 1)] | None = None

    @property
    def asked(self) -> dict[str, str]:
        given = self.model_dump(exclude_none=True)
        return {name: str(value) for name, value in given.items()}


@router.get("/analysis/runs", response=RunPage, summary="List refreshes, newest first")
def list_runs(request: Call, filters: Query[Paging]) -> RunPage:
    need(request, Permission.VIEW_INSIGHT)
    found, cursor = keyset(runs.runs(), ("-id",), filters)
    return RunPage(items=[RunTold.model_validate(run) for run in found], next_cursor=cursor)


@router.post("/analysis/runs", response={202: RunTold}, summary="Ask for a refresh")
def start_run(request: Call) -> Status[RunTold]:
    """The one that waits or works already, when there is one."""
    need(request, Permission.REFRESH_INSIGHT)
    run = ask_refresh(at=request.at, user=request.user)
    return Status(202, RunTold.model_validate(run))


@router.get("/analysis/runs/{int:number}", response=RunWhole, summary="Read a refresh")
def read_run(request: Call, number: int) -> RunWhole:
    need(request, Permission.VIEW_INSIGHT)
    run = runs.runs().filter(pk=number).first()
    if run is None:
        raise Http404
    return RunWhole.model_validate(run)


@router.get("/analysis/figures", response=list[FigurePage], summary="The pages of figures")
def list_figures(request: Call) -> list[FigurePage]:
    need(request, Permission.VIEW_INSIGHT)
    return [
        FigurePage(name=page.name, title=str(page.title), lead=str(page.lead))
        for page in _PAGES.values()
    ]


@router.get("/analysis/figures/{name}", response=PageOfFigures, summary="The figures of a page")
def read_figures(request: Call, name: str, filters: Query[FigureFilters]) -> PageOfFigures:
    """Of the customers that the token's user may see."""
    need(request, Permission.VIEW_INSIGHT)
    page = _PAGES.get(name)
    if page is None:
        raise Http404
    found = answer(page, user=request.user, asked=filters.asked, is_whole=True)
    if found is None:
        raise Refused("not_worked_out")
    _check_choices(filters, found.content)
    figures = [
        FigureOfPage(
            name=chart.name,
            title=str(chart.title),
            columns=[
                FigureColumn(key=one.key, label=str(one.label), kind=one.kind, unit=one.unit)
                for one in chart.columns
            ],
            count=len(chart.lines) if chart.count is None else chart.count,
            rows=[_row(line) for line in chart.lines],
        )
        for chart in found.content.charts
    ]
    return PageOfFigures(
        name=page.name,
        title=str(page.title),
        as_of=found.run.as_of,
        notices=[one.said for one in found.content.notices],
        figures=figures,
    )


def _check_choices(filters: FigureFilters, content: Content) -> None:
    """What a page cannot be told by would leave it as it always is. Raises Invalid."""
    known = {one.name: [value for value, _label in one.options if value] for one in content.choices}
    for name in ("by", "sort"):
        wanted = getattr(filters, name)
        if wanted is None:
            continue
        if name not in known:
            others = sorted((set(FigureFilters.model_fields) - {"by", "sort"}) | known.keys())
            raise Invalid.query(name, "parameter_unknown", known=", ".join(others))
        if wanted not in known[name]:
            raise Invalid.query(name, "literal_error", expected=", ".join(known[name]))


def _row(line: Line) -> FigureRow:
    return FigureRow(
        values=[_plain(value) for value in line.values],
        customers=line.href,
        lists=list(line.links),
    )


def _plain(value: Any) -> str | int | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
