from typing import Any

from django import forms

from trato.identity.models import SavedView, User
from trato.identity.rules import Permission


class ViewForm(forms.ModelForm[SavedView]):
    """The name of a view, and whether others see it: for who may share."""

    class Meta:
        model = SavedView
        fields = ("name", "shared")

    def __init__(self, data: Any, user: User, view: SavedView | None) -> None:
        given = {"name": view.name, "shared": view.shared} if view else {}
        super().__init__(data, initial=given)
        if not user.may(Permission.SHARE_VIEWS):
            del self.fields["shared"]
