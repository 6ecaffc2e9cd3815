"""axe-core finds nothing serious, light and dark, wide and narrow, with everything unfolded."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.conftest import Open, unfold

ADDRESS = (
    "#on=2026-06-01&to=CN&chip=huawei-ascend-910b4&knob.compute=70&q=910"
    "&compare=nvidia-h20-96gb,nvidia-b200-sxm6-180gb"
)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious(opened: Open, scheme: str, width: int) -> None:
    page = opened(ADDRESS, width=width, color_scheme=scheme)
    unfold(page)
    found = Axe().run(page).response
    assert found["testEngine"]["name"] == "axe-core"
    assert len(found["passes"]) > 20, "the checker looked"
    told = [
        (broken["id"], broken["impact"], [node["target"] for node in broken["nodes"]][:3])
        for broken in found["violations"]
    ]
    assert told == []
