"""Every type of page that everybody may read, on the site of `sites.WORLD`."""

from worlds import ror_id

UNIVERSITY = "/organisation/ror/" + ror_id(1).rpartition("/")[2]
#: Every type of page that everybody may read, below its language.
PAGES = {
    "home": "/", "map": "/map", "map, filtered": "/map?kind=company", "changes": "/changes", "press": "/press",
    "search": "/search", "search for words": "/search?q=schelde", "list of trials": "/search?type=trial",
    "list of calls": "/search?type=call", "organisation": UNIVERSITY, "network": UNIVERSITY + "/network",
    "dispute": UNIVERSITY + "/dispute", "project": "/project/cordis/700001",
    "trial": "/trial/clinicaltrials/NCT99000001", "call": "/call/calls/HORIZON-HLTH-2024-RIVER-01-01",
    "pack row": "/pack/capability/tide-filling", "region": "/region/BE23",
    "about": "/about-the-data", "needs": "/needs", "health data": "/health-data",
    "describe": "/health-data/describe", "method": "/method/connect",
    "connect": "/connect?need=filling", "test": "/test?condition=asthma", "fund": "/fund?need=filling",
    "discover": "/discover", "educate": "/educate", "chain": "/chain", "rank": "/rank",
}
