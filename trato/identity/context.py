"""The frame around every page, filled for who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from trato.identity.models import User
from trato.identity.places import ADDITIONS, PLACES, Place, open_places
from trato.identity.queries import company
from trato.ui.shell import Language, NavItem, Person, QuickAdd, Shell

LANGUAGES = (Language("es", "Español"), Language("en", "English"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Lazy: a fragment has no frame and asks for nothing."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    user = getattr(request, "user", None)
    preferences = reverse("identity:preferences")
    language = get_language() or settings.LANGUAGE_CODE
    if not isinstance(user, User):
        theme = request.COOKIES.get("theme", "system")
        return Shell(
            language=language, languages=LANGUAGES, theme=theme, preferences_url=preferences
        )
    return Shell(
        company_name=(getattr(request, "company", None) or company()).name,
        navigation=tuple(navigation(user, request.path)),
        quick_add=tuple(
            QuickAdd(str(place.label), place.url, place.icon, in_dialog=not place.has_page)
            for place in open_places(ADDITIONS, user)
        ),
        user=Person(user.name, user.email, reverse("identity:profile")),
        language=language,
        languages=LANGUAGES,
        theme=user.theme,
        home_url=reverse("web:home"),
        palette_url=reverse("web:palette"),
        preferences_url=preferences,
        sign_out_url=reverse("identity:logout"),
    )


def navigation(user: User, path: str) -> list[NavItem]:
    items = [_item(place, user, path) for place in open_places(PLACES, user)]
    return [item for item in items if item.url]


def _item(place: Place, user: User, path: str) -> NavItem:
    inner = [_item(child, user, path) for child in open_places(place.children, user)]
    children = tuple(item for item in inner if item.url)
    url = place.url or (children[0].url if children else "")
    own = path == url if url == "/" else bool(url) and path.startswith(url)
    return NavItem(
        label=str(place.label),
        url=url,
        icon=place.icon,
        active=own or any(child.active for child in children),
        key=place.key,
        children=children,
    )
