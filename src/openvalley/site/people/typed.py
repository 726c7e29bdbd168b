"""Classes of Django that take type parameters only while types are checked."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.forms import ModelForm

from openvalley.site.people.models.person import Person

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
    AnyModelForm = ModelForm[Any]
    PersonForm = ModelForm[Person]
else:
    AnyAdmin, AnyModelForm, PersonForm = ModelAdmin, ModelForm, ModelForm
