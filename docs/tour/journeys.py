"""The ten journeys of the tour, step by step, as docs/tour/README.md tells them."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from stage import Camera, Stage

#: An organisation that every atlas of Belgium has, and who speaks and asks in the tour.
_HOSPITAL = "/organisation/ror/00xmkp704"
_SPEAKER, _ASKER, _CURATOR = "an@example.org", "bo@example.org", "cas@example.org"


def find(_stage: Stage, camera: Camera) -> None:
    """Find an organisation, and see where a fact comes from."""
    page = camera.page()
    page.goto("/en/")
    camera.take(page, "1-home")
    page.keyboard.press("/")
    page.keyboard.type("jansen pharmaceutica")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    camera.take(page, "2-found")
    page.locator(".rows a").first.click()
    mark = page.locator("dl.facts details.mark").first
    mark.locator("summary").click()
    camera.take(page, "3-source", page.locator("dl.facts").first)


def partner(_stage: Stage, camera: Camera) -> None:
    """Find a partner, in French."""
    page = camera.page("fr-BE")
    page.goto("/fr/connect")
    need = page.locator("#f-need")
    need.fill("vecteurs viraux")
    need.press("Enter")
    page.wait_for_url("**/fr/connect?*")
    camera.take(page, "1-answer")
    camera.take(page, "2-evidence", page.locator(".entries > li").first)


def site(_stage: Stage, camera: Camera) -> None:
    """Find a site for a study, in Dutch."""
    page = camera.page("nl-BE")
    page.goto("/nl/test")
    condition = page.get_by_label("Aandoening", exact=False).first
    condition.fill("longkanker")
    condition.press("Enter")
    page.wait_for_url("**/nl/test?*")
    camera.take(page, "1-answer")
    first = page.locator(".entries > li, main .empty").first
    camera.take(page, "2-evidence", first)


def call(_stage: Stage, camera: Camera) -> None:
    """Find a call, and put its deadline in a calendar."""
    page = camera.page()
    page.goto("/en/fund")
    page.get_by_label("Who asks").fill("argenx")
    page.get_by_label("What the money is for").fill("antibody therapy")
    page.get_by_label("What the money is for").press("Enter")
    page.wait_for_url("**/en/fund?*")
    camera.take(page, "1-answer")
    link = page.get_by_role("link", name="Deadlines for a calendar")
    camera.take(page, "2-calendar", link)
    with page.expect_download() as coming:
        link.click()
    coming.value.save_as(camera.folder / "call-deadlines.ics")


def claim(stage: Stage, camera: Camera) -> None:
    """Claim an organisation, and publish a need."""
    page = camera.page()
    page.goto("/en/me/account/signup/")
    camera.take(page, "1-sign-up")
    stage.sign_in(page, _SPEAKER)
    page.goto(f"/en{_HOSPITAL}")
    page.get_by_role("link", name="Follow, claim or write to it").click()
    page.get_by_role("button", name="Claim this organisation").click()
    camera.take(page, "2-claimed")
    curator = camera.page()
    stage.sign_in(curator, _CURATOR, "curator")
    curator.goto("/en/curate/claims")
    camera.take(curator, "3-desk")
    curator.get_by_role("button", name="Approve").first.click()
    page.goto("/en/me/needs")
    page.get_by_role("link", name="Publish a need or an offer").click()
    page.locator("#id_text").fill("We look for a company that fills syringes for a phase 1 trial.")
    camera.take(page, "4-need")
    page.get_by_role("button", name="Publish").click()
    page.goto(f"/en{_HOSPITAL}")
    camera.take(page, "5-published", page.locator("section", has_text="Needs and offers").last)


def introduction(stage: Stage, camera: Camera) -> None:
    """Ask for an introduction."""
    page = camera.page()
    stage.sign_in(page, _ASKER)
    page.goto("/en/organisation/ror/05f950310")
    page.get_by_role("link", name="Follow, claim or write to it").click()
    page.get_by_role("link", name="Ask for an introduction").click()
    page.get_by_label("Your message").fill("We make vaccines and look for a hospital that runs early trials.")
    camera.take(page, "1-asked")
    page.get_by_role("button", name="Send").click()
    curator = camera.page()
    stage.sign_in(curator, _CURATOR, "curator")
    curator.goto("/en/me/introductions")
    curator.locator("main .entries a").first.click()
    camera.take(curator, "2-answer")
    curator.get_by_role("button", name="Accept").click()
    page.reload()
    camera.take(page, "3-accepted")


def review(stage: Stage, camera: Camera) -> None:
    """Review a doubtful link; the starter atlas has none."""
    page = camera.page()
    stage.sign_in(page, _CURATOR, "curator")
    page.goto("/en/curate/links")
    camera.take(page, "1-pair")
    if page.locator(".pair").count():
        with page.expect_navigation():
            page.keyboard.press("d")
        camera.take(page, "2-kept")
        with page.expect_navigation():
            page.keyboard.press("u")
        camera.take(page, "3-undone")


def figure(_stage: Stage, camera: Camera) -> None:
    """Download a figure."""
    page = camera.page()
    page.goto("/en/chain")
    camera.take(page, "1-answer")
    picture = page.locator("figure.picture").first
    camera.take(page, "2-picture", picture)
    embed = picture.get_by_text("Show this picture on another site")
    embed.click()
    camera.take(page, "3-embed", embed)
    answer = page.request.get(picture.get_by_role("link", name="PNG").get_attribute("href"))
    (camera.folder / "figure-chain.png").write_bytes(answer.body())


def reconcile(stage: Stage, camera: Camera) -> None:
    """Reconcile a list of members."""
    page = camera.page()
    stage.sign_in(page, _CURATOR, "curator")
    page.goto("/en/curate/members/import")
    with tempfile.TemporaryDirectory() as folder:
        members = Path(folder) / "members.csv"
        members.write_text("name,class,country\nUZ Gent,full,BE\nArgenx,full,BE\nNobody knows them,full,BE\n",
                           encoding="utf-8")
        page.get_by_label("The list").set_input_files(members)
        camera.take(page, "1-list")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Ghent University Hospital").first.wait_for()
    camera.take(page, "2-linked")


def language(_stage: Stage, camera: Camera) -> None:
    """Change the language midway."""
    page = camera.page()
    page.goto("/en/chain?platform=gene-therapy")
    camera.take(page, "1-english")
    page.locator(".languages a[hreflang='de']").click()
    page.wait_for_url("**/de/chain?platform=gene-therapy")
    camera.take(page, "2-german")


#: Every journey by the name that `make tour` knows.
JOURNEYS: Mapping[str, Callable[[Stage, Camera], None]] = {
    walked.__name__: walked
    for walked in (find, partner, site, call, claim, introduction, review, figure, reconcile, language)
}
