"""How long a backup and a restore of 100,000 cases (or `CASES`) take, with their pictures, and how large it is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from benchmarks.filled import CASES, fill
from moderation.backup.save import save
from moderation.media import store
from moderation.models import Picture
from tests.moderation.backup.databases import empty_database, manage
from tests.world import build

PICTURES = int(os.environ.get("PICTURES", "2000"))
BYTES_OF_COPIES = (80_000, 20_000, 4_000, 4_000, 3_000, 9_000)  # web, preview, three blurs, thumbnail: usual sizes


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_a_backup_and_its_restore(tmp_path: Path) -> None:
    fill(build())
    Picture.objects.bulk_create([stored(number) for number in range(PICTURES)])
    folder = tmp_path / "saved"
    started = time.perf_counter()
    save(folder, by="benchmark")
    saved = time.perf_counter()
    with empty_database() as url:
        done = manage("restore", str(folder), DATABASE_URL=url, MEDIA_STORAGE=str(tmp_path / "elsewhere"))
    restored = time.perf_counter()
    assert done.returncode == 0, done.stderr
    print(
        f"\n{CASES:,} cases and {PICTURES:,} pictures: saved in {saved - started:.1f} s"
        f" (database {megabytes(folder / 'database'):,.0f} MB, pictures {megabytes(folder / 'pictures'):,.0f} MB),"
        f" restored in {restored - saved:.1f} s"
    )


def stored(number: int) -> Picture:
    """A picture whose copies are there, of usual sizes and nobody's pixels."""
    web, preview, light, medium, strong, thumbnail = (
        store.put(os.urandom(size), folder="renditions") for size in BYTES_OF_COPIES
    )
    copies = {"blurred": strong, "blurred_light": light, "blurred_medium": medium, "thumbnail": thumbnail}
    sha256 = f"{number:064}"
    return Picture(sha256=sha256, format="JPEG", width=1, height=1, web=web, preview=preview, **copies)


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
