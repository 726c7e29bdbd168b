"""How fields of personal forms are shown."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def unprompted(field: BoundField) -> BoundField:
    """Return a field without the grey words within it: its label says the same, and stays when one types."""
    field.field.widget.attrs.pop("placeholder", None)
    return field
