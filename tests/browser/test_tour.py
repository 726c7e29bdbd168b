"""The tour's pictures can be taken: its script walks every journey on the starter atlas, as `make tour` does."""

import re
import subprocess
import sys


def test_every_journey_of_the_tour_can_be_walked(chromium, repository, tmp_path):
    assert chromium
    tour = repository / "docs" / "tour"
    subprocess.run([sys.executable, str(tour / "pictures.py"), "--into", str(tmp_path)], check=True)
    told = set(re.findall(r"`([a-z]+-[0-9]-[a-z-]+)`", (tour / "README.md").read_text(encoding="utf-8")))
    only_where_registers_were_read = {"review-2-kept", "review-3-undone"}
    assert {path.name for path in tmp_path.glob("*-wide.png")} == {
        f"{name}-wide.png" for name in told - only_where_registers_were_read}
    assert len(list(tmp_path.glob("*-phone.png"))) == len(list(tmp_path.glob("*-wide.png")))
