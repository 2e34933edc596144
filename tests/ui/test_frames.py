"""A template that a page needs many times is written once, and filled."""

from django.template.loader import get_template
from django.utils import translation

from trato.ui.frames import framed

MARK = "web/customer/consent_mark.html"
DETAIL = "web/customer/detail.html"


def test_what_is_filled_is_what_would_be_rendered() -> None:
    for granted in (True, False, None):
        given = {"channel": "E-mail", "purpose": "Ads", "url": "/c/1/", "granted": granted}
        assert framed(MARK, **given) == get_template(MARK).render(given).strip()


def test_texts_are_escaped_in_their_place() -> None:
    shown = framed(DETAIL, label="<b>", value="a & \ue000", edit_url="")
    assert "<span>&lt;b&gt;</span>" in shown
    assert "<dd>a &amp; \ue000</dd>" in shown


def test_what_is_empty_decides_what_there_is() -> None:
    assert "Add" in framed(DETAIL, label="Team", value="", edit_url="/c/1/team/")
    assert "Add" not in framed(DETAIL, label="Team", value="", edit_url="")


def test_each_language_has_its_own() -> None:
    given = {"label": "Team", "value": "", "edit_url": "/c/1/team/"}
    with translation.override("es"):
        spanish = framed(DETAIL, **given)
    assert "Añadir" in spanish
    assert "Añadir" not in framed(DETAIL, **given)
