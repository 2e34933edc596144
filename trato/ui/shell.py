"""What every page's frame needs. ``trato.identity.context.shell`` fills it for each request."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the rail. ``key`` is the letter after ``g`` that goes there; a ``pinned`` one
    is also in the phone's bottom bar, which holds three besides + and More."""

    label: str
    url: str
    icon: str
    active: bool = False
    key: str = ""
    pinned: bool = False
    children: tuple["NavItem", ...] = ()


@dataclass(frozen=True, slots=True)
class QuickAdd:
    """An entry of the + menu; its page opens in the dialog when there is JavaScript."""

    label: str
    url: str
    icon: str
    in_dialog: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    email: str
    profile_url: str


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one request: where one may go and how it is shown.

    ``preferences_url`` takes a POST with ``theme`` or ``language`` and ``next``.
    """

    company_name: str = "Trato"
    navigation: tuple[NavItem, ...] = ()
    quick_add: tuple[QuickAdd, ...] = ()
    user: Person | None = None
    language: str = "es"
    languages: tuple[Language, ...] = (Language("es", "Español"), Language("en", "English"))
    theme: str = "system"
    home_url: str = "/"
    palette_url: str = ""
    preferences_url: str = ""
    sign_out_url: str = ""
    notice: str = ""

    @property
    def layout(self) -> str:
        """The frame for pages that a stranger may also reach, such as the error pages."""
        return "ui/shell.html" if self.user else "ui/bare.html"

    @property
    def common(self) -> "Shell":
        """What it has in common with those of others with the same places to go to."""
        return replace(self, user=None, theme="")

    @property
    def bar(self) -> tuple[NavItem, ...]:
        """The places of the phone's bottom bar."""
        pinned = tuple(item for item in self.navigation if item.pinned)
        return (pinned or self.navigation)[:3]

    @property
    def rest(self) -> tuple[NavItem, ...]:
        """What the phone shows behind «More»."""
        shown = self.bar
        return tuple(item for item in self.navigation if item not in shown)
