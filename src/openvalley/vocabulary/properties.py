"""Properties of an organisation, about which sources make claims."""

from openvalley.vocabulary.terms import Vocabulary

#: One value is shown, that of the source which wins (``precedence`` and ``precedence_of`` of a source.toml).
SINGLE = ("name", "kind", "state", "state_date", "country", "city", "postcode", "nuts", "website", "founded",
          "headcount", "sme")
#: What an organisation does, in codes: the property, and the list its codes are from. Records hold several of each, in
#: a column of the plural name.
TAGS = {"stage": Vocabulary.STAGE, "platform": Vocabulary.PLATFORM, "sector": Vocabulary.SECTOR}
#: All values are shown.
MULTIPLE = ("other_name", "identifier", "domain", *TAGS, "successor", "parent")
