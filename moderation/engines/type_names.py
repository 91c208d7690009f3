"""Which parts of a request's `type` and `businessType` mean what an engine of ours can look for.

The documents name POLITY, EROTIC, VIOLENT, BAN, ADVERT, QRCODE, IMGTEXTRISK and BOCR; the product page's call names
first levels of labels instead (`porn`, `qr`).
"""

from __future__ import annotations

NUDITY = frozenset({"EROTIC", "PORN"})
SUGGESTIVE = frozenset({"SEXY"})
VIOLENCE = frozenset({"VIOLENT", "VIOLENCE", "TERROR"})
PROHIBITED = frozenset({"BAN", "PROHIBITED", "DRUG", "GAMBLE"})
CODES = frozenset({"QRCODE", "QR", "BARCODE"})
TEXT = frozenset({"IMGTEXTRISK", "BOCR", "OCR", "TEXT"})
READS_TEXT = TEXT | {"ADVERT", "AD"}
"""All for which the text in the picture is read: the contract gives `ocrText` for advertising too."""
FACES = frozenset({"FACE", "FACES", "PORTRAIT"})
EVERYTHING = frozenset({"ALL"})


def wants(types: frozenset[str], kind: frozenset[str]) -> bool:
    return bool(types & (kind | EVERYTHING))
