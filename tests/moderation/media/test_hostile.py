"""Every damaged or hostile picture is shown or refused for the right reason, within the same small cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.media.render import Unshowable, WhyCode, render
from moderation.messages import english

from .conftest import Cost
from .hostile import ALL, REFUSED, Hostile

PEAK_MIB = 300
CPU_SECONDS = 2.05
"""The child's own limit is 2 seconds; the kernel looks a hundred times a second, or oftener."""


def what_becomes_of(data: bytes) -> WhyCode | None:
    try:
        rendered = render(data)
    except Unshowable as unshowable:
        return unshowable.why
    stills = (rendered.web, rendered.preview, rendered.blurred, rendered.thumbnail)
    renditions = (*stills, *rendered.frame_webs, *rendered.frame_previews)
    assert all(rendition.data.startswith(b"\xff\xd8\xff") for rendition in renditions)
    assert not any(b"script" in rendition.data for rendition in renditions)
    return None


@pytest.mark.parametrize("hostile", ALL, ids=[hostile.name for hostile in ALL])
def test_it_ends_as_it_should(hostile: Hostile, cost: Callable[[], Cost]) -> None:
    assert what_becomes_of(hostile.build()) in hostile.ends
    if hostile not in REFUSED:
        assert cost().peak_mib <= PEAK_MIB
        assert cost().cpu_seconds <= CPU_SECONDS


def test_an_svg_is_refused_in_plain_words() -> None:
    with pytest.raises(Unshowable) as refused:
        render(b"<svg onload='alert(1)'/>")
    assert (
        english(refused.value.message) == "The file is an SVG drawing, which is not shown because it can carry scripts."
    )
