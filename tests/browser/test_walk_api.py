"""The page that describes the API, looked at by axe and kept as a picture."""

import pytest

from tests.browser.walker import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@SIZES
def test_the_description_of_the_api_reads_well_with_some_of_it_unfolded(walk, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.page
    page.goto("/api/")
    for name in ("cases_list", "cases_post", "cases_answer"):
        page.locator(f"#{name} > summary").click()
        page.locator(f"#{name} > details > summary").click()
    walker.look("api-unfolded")
