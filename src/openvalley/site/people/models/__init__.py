"""What is kept of people: only what each page needs, as docs/explanation/personal-data.md lists it."""

from openvalley.site.people.models.audit import Entry
from openvalley.site.people.models.editorship import Editorship
from openvalley.site.people.models.person import Person, Role

__all__ = ["Editorship", "Entry", "Person", "Role"]
