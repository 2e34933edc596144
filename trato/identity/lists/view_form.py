from typing import Any

from django import forms
from django.utils.translation import gettext as _

from trato.identity.models import SavedView, User
from trato.identity.rules import Permission


class ViewForm(forms.ModelForm[SavedView]):
    """The name of a view, and whether others see it: for who may share.

    With ``others`` the name must be none of theirs; without, a view of that name is written over.
    """

    class Meta:
        model = SavedView
        fields = ("name", "shared")

    def __init__(
        self, data: Any, user: User, view: SavedView | None, others: tuple[SavedView, ...] = ()
    ) -> None:
        given = {"name": view.name, "shared": view.shared} if view else {}
        super().__init__(data, initial=given)
        self.taken = {other.name for other in others}
        if not user.may(Permission.SHARE_VIEWS):
            del self.fields["shared"]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name in self.taken:
            raise forms.ValidationError(_("You have a view of this name already."))
        return name
