"""What is kept of people: only what each page needs, as docs/explanation/personal-data.md lists it."""

from openvalley.site.people.models.audit import Entry
from openvalley.site.people.models.editorship import Editorship
from openvalley.site.people.models.introductions import Introduction, Message
from openvalley.site.people.models.keeping import Digest, Following, SavedSearch, Shortlisted
from openvalley.site.people.models.keys import ApiKey
from openvalley.site.people.models.membership import Membership
from openvalley.site.people.models.needs import Need, NeverShown
from openvalley.site.people.models.person import Person, Role

__all__ = ["ApiKey", "Digest", "Editorship", "Entry", "Following", "Introduction", "Membership", "Message", "Need",
           "NeverShown", "Person", "Role", "SavedSearch", "Shortlisted"]
