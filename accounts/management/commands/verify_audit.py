"""`manage.py verify_audit`: read the audit's hash chain again. Exit code 1 when it is broken."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit_chain import anchors, append, verify, watch
from accounts.audit_chain.anchors import Head


def head(text: str) -> Head:
    number, _, digest = text.partition(":")
    try:
        return Head(int(number), bytes.fromhex(digest), None, "--head")
    except ValueError:
        raise ArgumentTypeError("a head reads NUMBER:HASH, as in the log") from None


class Command(BaseCommand):
    help = (
        "Verify the hash chain of the audit and name the first event or link that was changed or removed. Compares the "
        "heads kept in the database, in DATA_DIR/audit-heads.jsonl and given with --head. Exit code 1 when it is "
        "broken. First links what waits, and keeps the head that it has verified."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", type=int, default=1, metavar="N", help="begin at link N")
        parser.add_argument("--head", type=head, action="append", default=[], help="NUMBER:HASH kept elsewhere")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")

    def handle(self, *args: Any, start: int, head: list[Head], json: bool, **options: Any) -> None:
        append.append()
        reading = verify.whole(start=max(1, start), heads=head)
        if reading.fault is None and start <= 1:
            watch.note_whole(reading, has_heads=True)
            anchors.keep(now=True)
        elif reading.fault:
            watch.note(reading)
        self.stdout.write(_as_json(reading) if json else _in_words(reading))
        if reading.fault:
            raise CommandError(str(reading.fault), returncode=1)


def _in_words(reading: verify.Reading) -> str:
    erased = f", {reading.erased} of them without their details" if reading.erased else ""
    read = f"Read {reading.links} links{erased}."
    return f"{read} The chain is whole. Head: {reading.number}:{reading.hash.hex()}" if not reading.fault else read


def _as_json(reading: verify.Reading) -> str:
    fault = reading.fault.as_json() | {"sentence": str(reading.fault)} if reading.fault else None
    facts = {"whole": not reading.fault, "links": reading.links, "erased": reading.erased, "fault": fault}
    return json.dumps(facts | {"head": {"number": reading.number, "hash": reading.hash.hex()}}, ensure_ascii=False)
