"""Who may do what: one table. Pages ask it, the tests ask every address as everybody, the documentation prints it.

An address that stands in no row is answered to nobody: the site does not start with one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """A standing; each account has one, whoever has none is a visitor."""

    VISITOR = "visitor"
    MEMBER = "member"
    EDITOR = "editor"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"


class Reach(StrEnum):
    """How far a permission goes."""

    NONE = "no"
    OWN = "own"
    ALL = "yes"


@dataclass(frozen=True)
class Rule:
    """One row of the table: what is done, by whom, at which addresses (their names in urls.py)."""

    what: str
    reach: Mapping[Standing, Reach]
    addresses: tuple[str, ...]


def _rule(what: str, by: str, *addresses: str) -> Rule:
    """Return a row; `by` has a word for each standing, in their order."""
    return Rule(what, dict(zip(Standing, map(Reach, by.split()), strict=True)), addresses)


RULES = (
    _rule("make an account, confirm its address, sign in, reset a forgotten password", "yes yes yes yes yes",
          "account_signup", "account_login", "account_logout", "account_inactive", "account_email_verification_sent",
          "account_confirm_email", "account_reset_password", "account_reset_password_done",
          "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
          "account_confirm_login_code"),
    _rule("change one's addresses, password and second factor", "no own own own own",
          "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
          "account_request_reauthentication_code", "account_confirm_reauthentication_code", "mfa_index",
          "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
          "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
    _rule("see what the site keeps of oneself; say one's name and language", "no own own own own", "me", "me-profile"),
    _rule("claim an organisation, and give it up again", "no own own own own", "me-organisation", "me-claim",
          "me-unclaim"),
    _rule("keep searches, follow organisations, a shortlist with its dossier, the digest by e-mail",
          "no own own own own", "me-follow", "me-shortlist", "me-dossier", "me-search", "me-forget", "me-digest"),
    _rule("begin and stop a digest by the link of its e-mail", "yes yes yes yes yes", "digest-confirm", "digest-stop"),
    _rule("read needs and offers that are for everybody", "yes yes yes yes yes", "needs", "needs-json", "needs-csv"),
    _rule("read needs and offers that are for members", "no yes yes yes yes", "me-needs"),
    _rule("publish needs and offers of an organisation that one speaks for", "no no own own own", "me-need-new"),
    _rule("withdraw needs and offers", "no no own yes yes", "me-need-withdraw"),
    _rule("ask for an introduction, answer one, write within it, say what came of it", "no own own own own",
          "me-ask", "me-introductions", "me-introduction", "me-answer"),
    _rule("make and withdraw keys for one's programs; with one, ask the API more often and read what is for members",
          "no own own own own", "me-keys", "me-key-withdraw"),
    _rule("take all one's data along; delete one's account", "no own own own own", "me-export", "me-delete"),
    _rule("see the curators' pages", "no no no yes yes", "curate"),
    _rule("approve and refuse claims to organisations", "no no no yes yes", "curate-claims", "curate-claim"),
    _rule("review doubtful links, undo one's own decisions", "no no no yes yes", "curate-links", "curate-link",
          "curate-link-undo"),
    _rule("read all judgements, as a page and as CSV", "no no no yes yes", "curate-judgements",
          "curate-judgements-csv"),
    _rule("decide about disputes", "no no no yes yes", "curate-disputes", "curate-dispute"),
    _rule("decide about rows that readers propose for the region pack", "no no no yes yes", "curate-proposals",
          "curate-proposal"),
    _rule("correct the region pack by accepting disputes, and take the patch along", "no no no yes yes", "curate-pack",
          "curate-pack-patch", "curate-pack-table"),
    _rule("import, see, take along and remove memberships", "no no no yes yes", "curate-members", "curate-members-csv",
          "curate-members-import", "curate-members-linked", "curate-member-remove"),
    _rule("see which members a call, a study or a partner request is for", "no no no yes yes", "curate-write",
          "curate-write-csv"),
    _rule("see how the sources are", "no no no yes yes", "curate-sources"),
    _rule("ask the nodes of hospitals how many patients there are", "no no no yes yes", "curate-cohort"),
    _rule("read the log of changes", "no no no yes yes", "curate-log"),
    _rule("give roles, lock accounts, Django's administration", "no no no no yes", "admin:index"),
)
#: The row of each address.
BY_ADDRESS: Mapping[str, Rule] = {name: rule for rule in RULES for name in rule.addresses}


def may(standing: Standing, address: str) -> bool:
    """Tell whether somebody of this standing is let in at an address; whose things are meant, the page decides."""
    return BY_ADDRESS[address].reach[standing] is not Reach.NONE


def as_table() -> str:
    """Return the table as Markdown."""
    head = ["what", *(standing.value for standing in Standing)]
    rows = [[rule.what, *(rule.reach[standing].value for standing in Standing)] for rule in RULES]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
