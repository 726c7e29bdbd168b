"""The list of pages in the documentation names every address that there is."""

import re
from pathlib import Path

_PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "pages.md").read_text(encoding="utf-8")
#: How the documentation writes the parts of an address that vary.
_WRITTEN = {"<path:key>": "ID", "<str:key>": "CODE", "<question:name>": "QUESTION", "<slug:key>": "PICTURE",
            "<slug:record_type>": "TYPE", ".<slug:form>": ".svg", ".<str:form>": ".svg"}


def test_every_address_is_documented(site):
    assert site.home.exists()
    from openvalley.site.pages.urls import urlpatterns

    told = set(re.findall(r"`([^`]+)`", _PAGE))
    for pattern in urlpatterns:
        address = str(pattern.pattern)
        for part, written in _WRITTEN.items():
            address = address.replace(part, written)
        if address.endswith((".json", ".csv")) and "/" in address and "network" not in address:
            continue  # "the address with .json"
        names = {f"/{address}", address, address.rpartition("/")[2]}
        assert names & told, address
