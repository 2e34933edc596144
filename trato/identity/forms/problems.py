from django.core.exceptions import ValidationError
from django.forms import BaseForm


def take_over(form: BaseForm, error: ValidationError, otherwise: str | None = None) -> None:
    """Show what an action refused beside the fields of which it speaks."""
    if not hasattr(error, "error_dict"):
        form.add_error(otherwise, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else otherwise, problems)
