"""A folder as the picture store."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """Files appear complete or not at all, readable by their owner alone.

    Django writes under the final name: a process killed meanwhile would leave half a picture there, and a request
    meanwhile would be sent half of it.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
            try:
                for chunk in content.chunks():
                    draft.write(chunk)
                draft.flush()
                os.fsync(draft.fileno())  # accepted pictures survive a power cut
                Path(draft.name).replace(path)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
        return name
