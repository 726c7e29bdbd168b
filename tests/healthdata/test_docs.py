"""The policy file and the cohort of the hospital's page are read by the code as they stand there."""

import json
import re
from pathlib import Path

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.disclosure.policy import Policy, load_policy

_PAGE = (Path(__file__).parents[2] / "docs" / "healthdata" / "hospital-it.md").read_text(encoding="utf-8")


def _blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def test_the_policy_file_of_the_page_is_read(tmp_path):
    whole, optional = _blocks("toml")
    path = tmp_path / "policy.toml"
    for part in re.split(r"\n(?=\[linkage)", optional):
        path.write_text(f"{whole}\n{part}", encoding="utf-8")
        assert load_policy(path).disclosure == Policy.model_fields["disclosure"].default
        assert load_policy(path).limits == Policy.model_fields["limits"].default


def test_the_cohort_of_the_page_is_read():
    (cohort,) = _blocks("json")
    assert cohort_from(json.loads(cohort))
