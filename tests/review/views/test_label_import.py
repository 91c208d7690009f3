"""The page that imports labels from a file, and their export."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from moderation import labels
from moderation.models import Label
from tests.factories.labels import label, seeded
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

PAGE, APPLY, EXPORT = "/review/labels/import/", "/review/labels/import/apply", "/review/labels/export"
HEADER = "path,name_en,name_zh,severity\n"
EVIL = "<script>document.title = 'x'</script>"


@pytest.fixture(autouse=True)
def product(world: World) -> None:
    seeded()


def send(client: Client, content: str) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile("labels.csv", content.encode())})


def told(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def confirmed(client: Client, answer: Any) -> Any:
    return client.post(APPLY, fields(answer.content.decode(), "apply-import"), follow=True)


def test_a_file_is_shown_first_then_imported(world: World, admin: Client) -> None:
    label("fraud/a", name_en="A")
    shown = send(admin, HEADER + "fraud/a,Better,更好,high\nfraud/new,New,,\nporn,,,\n")
    assert shown.status_code == 200
    assert "1 new, 1 renamed, 1 with another severity, 1 unchanged" in told(shown)
    assert "fraud/a A Better · 更好 · high" in told(shown)
    assert "fraud/new new New" in told(shown)
    assert not Label.objects.filter(name_en="Better").exists()
    done = confirmed(admin, shown)
    assert "The labels are imported: 1 new, 1 renamed" in told(done)
    assert Label.objects.filter(name_en__in=["Better", "New"]).count() == 2


def test_who_confirms_after_somebody_else_has_changed_a_label_sees_the_difference(world: World, admin: Client) -> None:
    one = label("fraud/a", name_en="A")
    shown = send(admin, HEADER + "fraud/a,Mine,,\n")
    labels.name(one, name_en="Theirs", name_zh="", severity="high", by=world.dave)
    answer = confirmed(admin, shown)
    assert answer.status_code == 409
    assert "fraud/a: A → Theirs · high" in told(answer)
    assert "1 renamed" in told(answer)
    one.refresh_from_db()
    assert one.name_en == "Theirs"
    assert confirmed(admin, answer).status_code == 200
    one.refresh_from_db()
    assert (one.name_en, one.severity) == ("Mine", "high")


def test_another_severity_is_shown_before_hundreds_of_names(admin: Client) -> None:
    new = "".join(f"ad/{number},New,,\n" for number in range(300))
    shown = send(admin, HEADER + new + "porn,,,low\nviolence,Name,,\n")
    paths = re.findall(r'<td class="path mono"><bdi>([^<]+)', shown.content.decode())
    assert (paths[:3], len(paths)) == (["porn", "violence", "ad/0"], 100)
    assert "and 202 more" in told(shown)


def test_the_links_of_its_section_are_there(admin: Client) -> None:
    for answer in (admin.get(PAGE), send(admin, HEADER + "fraud/a,A,,\n")):
        assert 'href="/review/labels/" aria-current="true"' in answer.content.decode()


def test_mistakes_are_shown_and_nothing_is_saved(admin: Client) -> None:
    answer = send(admin, HEADER + f"fraud/a,,,{EVIL}\nfraud/b,New,,\n")
    assert answer.status_code == 422
    assert "1 line has a mistake; nothing was imported" in told(answer)
    assert "Line 2: There is no severity" in told(answer)
    assert EVIL not in answer.content.decode()
    assert admin.post(PAGE).status_code == 422


def test_a_form_without_its_version_saves_nothing(admin: Client) -> None:
    assert "did not arrive whole" in told(admin.post(APPLY, follow=True))


def test_what_a_file_says_is_text(admin: Client) -> None:
    answer = send(admin, HEADER + f'{EVIL.replace("/", "%2F")},"{EVIL}",,\n')
    assert answer.status_code == 200
    assert EVIL not in answer.content.decode()
    assert inline_code(answer.content.decode()) == []


def test_a_file_that_changes_nothing_says_so(admin: Client) -> None:
    answer = send(admin, b"".join(admin.get(EXPORT).streaming_content).decode())  # type: ignore[attr-defined] # streamed
    assert "All labels of the file are as it says already." in told(answer)


@pytest.mark.parametrize(("name", "status"), [("dave", 200), ("erin", 200), ("alice", 403), ("nobody", 302)])
def test_administrators_and_auditors_export(world: World, name: str, status: int) -> None:
    answer: Any = signed_in(getattr(world, name, None)).get(EXPORT, {"as": "json"})
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Disposition"] == 'attachment; filename="labels.json"'
        entries = json.loads(b"".join(answer.streaming_content))["labels"]
        assert len(entries) == Label.objects.count()


def test_the_page_of_labels_leads_there_and_counts(admin: Client) -> None:
    label("fraud/a")
    page = admin.get("/review/labels/")
    for address in (PAGE, EXPORT, f"{EXPORT}?as=json"):
        assert f'href="{address}"' in page.content.decode()
    assert "In the catalogue: 105 · first seen in results: 1 · named: 104" in told(page)


def test_in_chinese(admin: Client) -> None:
    admin.cookies["django_language"] = "zh-hans"
    assert "导入标签" in admin.get(PAGE, headers={"Accept-Language": "zh-hans"}).content.decode()
