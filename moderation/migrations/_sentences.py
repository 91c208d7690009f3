"""The English sentences that were stored until there were codes, and how each is read back into its code.

For migrations only, and frozen: what is said today is in `moderation.messages` and `review.workflow.message_codes`.
"""

from __future__ import annotations

import json
import re
from typing import Any

SENTENCES = (
    ("route.failed", "the detection service answered code {number}"),
    ("route.intermediate", "the machine's result is intermediate (finalResult 0)"),
    ("route.review", "the machine asks for a review"),
    ("route.final", "the machine's {level} is final"),
    ("route.kept", "{reason}, and kept without review: {rule}"),
    ("route.looked-at", "{reason}, and a person looks at it: {rule}"),
    ("route.by-rule", "{reason}; {rule}"),
    ("rule.named", "rule {number} “{name}” of policy {policy}"),
    ("rule", "rule {number} of policy {policy}"),
    ("priority.critical", "{label} (critical)"),
    ("priority.high", "{label} (high)"),
    ("priority.moderate", "{label} (moderate)"),
    ("priority.low", "{label} (low)"),
    ("priority.confidence", "confidence {probability}"),
    ("priority.record", "{number} rejected before"),
    ("priority.reach", "user level {number}"),
    ("priority.rule", "rule {number}"),
    ("picture.not-given", "The sender gave no picture with this result."),
    ("picture.no-address", "data.img is neither an http(s) address nor base64."),
    ("picture.no-bytes", "data.img is empty."),
    ("picture.empty", "The file is empty."),
    ("picture.too-many-bytes", "The file is {megabytes} MB; pictures up to {most} MB are shown."),
    ("picture.no-format", "The file is not a picture in any format that is shown."),
    ("picture.web-page", "The file is a web page, not a picture."),
    ("picture.svg", "The file is an SVG drawing, which is not shown because it can carry scripts."),
    (
        "picture.postscript",
        "The file is a PostScript drawing (EPS), which is not shown because it is a program to be run.",
    ),
    ("picture.pdf", "The file is a PDF document, which is not shown."),
    ("picture.icon", "The file is a Windows icon or cursor, which is not shown."),
    ("picture.photoshop", "The file is a Photoshop document, which is not shown."),
    ("picture.jpeg-2000", "The file is a JPEG 2000 picture, which is not shown."),
    ("picture.jpeg-xl", "The file is a JPEG XL picture, which is not shown."),
    ("picture.video", "The file is a video, which is not shown."),
    ("picture.damaged", "The picture is damaged: it ends early or contradicts itself, so it cannot be shown."),
    ("picture.too-many-pixels", "The picture is too large: up to 36 megapixels and 65,000 pixels a side are shown."),
    (
        "picture.too-expensive",
        "The picture takes more memory or time to decode than one picture may, so it is not shown.",
    ),
    ("picture.not-kept", "The picture came with the result, could not be shown, and was not kept."),
    ("picture.kept-no-more", "The picture came with the result itself and is not kept any more."),
    ("picture.fetched-anew", "Our copy of the picture is gone. It is fetched anew."),
    (
        "picture.lost",
        "Our copy of the picture is gone. It came with the result itself, so it cannot be fetched anew.",
    ),
    (
        "picture.ends-process",
        "The picture ended the process that prepares it, several times. It is not tried again.",
    ),
    ("picture.store-silent", "The picture store did not answer for over an hour."),
    ("picture.store-waits", "The picture store does not answer; this picture is tried again."),
    ("picture.both-addresses", "{first}. The backup address: {second}"),
    ("delivery.undone", "undone before it left"),
    ("delivery.endpoint-deleted", "the endpoint was deleted"),
    ("delivery.gone", "the receiver answered 410 Gone"),
    ("delivery.status", "the receiver answered {status}"),
    (
        "delivery.wrong-key",
        "it cannot be signed: SECRET_KEY is not the one that this secret was sealed with.",
    ),
    ("delivery.not-signed", "it cannot be signed: {detail}"),
    ("delivery.no-1100", 'the reply is not JSON with "code": 1100'),
    ("call.status", "{host} answered {status}"),
    ("call.too-large", "{host} sent more than {bytes} bytes"),
    ("call.no-record", "{host} has no address"),
    ("call.not-resolved", "{host} has no address: {detail}"),
    ("call.not-a-name", "{host} is not a name that can be looked up"),
    ("call.not-connected", "cannot connect to {host}: {detail}"),
    ("call.not-secure", "no secure connection to {host}: {detail}"),
    ("call.broken", "{host} gave no usable answer: {detail}"),
    ("call.slow-to-connect", "no connection to {host} within {seconds} s"),
    ("call.silent", "{host} was silent for {seconds} s"),
    ("call.unfinished", "{host} did not finish within {seconds} s"),
    ("call.our-fault", "this machine could not call {host}: {detail}"),
    ("call.not-callable", "{host} cannot be called: {detail}"),
    ("url.scheme", "the URL has to start with {schemes}"),
    ("url.too-long", "the URL has {length} characters; at most {most} are allowed"),
    ("url.character", "the URL contains {character}; remove it or write it percent-encoded"),
    ("url.fragment", "the URL has a fragment (#…), which is never sent; remove it"),
    ("url.user-info", "the URL contains a user name or password before the host; remove it"),
    ("url.not-one", "this is not a URL: {detail}"),
    ("url.no-host", "the URL has no host"),
    ("url.host-name", "{host} is not a host name"),
    ("url.own-host", "{host} is this service itself"),
    ("url.no-port", "port {port} is not one we call; use 1 to 65535"),
    ("url.port", "port {port} is not one we call; use {allowed}"),
    (
        "address.carries",
        "{address} carries {carried}, which is {kind} ({network}); OUTBOUND_ALLOWED_NETWORKS does not name it",
    ),
    ("address.refused", "{address} is {kind} ({network}); OUTBOUND_ALLOWED_NETWORKS does not name it"),
    ("address.form", "{address} is not an address in its plain form"),
    ("task.reopened", "opened again after a decision"),
)
KINDS = {
    "this host": "this-host",
    "a private network": "private",
    "a provider's shared network": "shared",
    "loopback": "loopback",
    "a cloud platform's own address": "cloud",
    "link-local, where cloud metadata lives": "metadata",
    "kept for protocols": "protocols",
    "a 6to4 relay": "6to4-relay",
    "kept for benchmarks": "benchmarks",
    "multicast": "multicast",
    "broadcast": "broadcast",
    "reserved": "reserved",
    "IPv4 in IPv6": "ipv4-in-ipv6",
    "IPv4 behind a translator": "translator",
    "a discard address": "discard",
    "a Teredo tunnel": "teredo",
    "kept for documentation": "documentation",
    "a 6to4 tunnel": "6to4-tunnel",
    "a segment routing address": "segment-routing",
    "link-local": "link-local",
    "site-local": "site-local",
    "outside the public internet": "not-public",
}
CATEGORIES = (
    "porn|erotic|pornography|sexy|suggestive|ban|prohibit|prohibited|drugs|violence|violent|violence_terror|terrorism"
    "|ad|ads|advert|advertising|minor|minor_detect|politics|polity|political|qr|qrcode|qr_code"
)
WHOLE = ("number", "policy", "status", "bytes", "most", "length", "port")
BROKEN = ("probability", "megabytes", "seconds")
PATTERNS = {
    **dict.fromkeys(WHOLE, r"-?\d{1,3}(?:,\d{3})+|-?\d+"),
    **dict.fromkeys(BROKEN, r"\d+(?:\.\d+)?"),
    "level": "[A-Z]+",
    "kind": "|".join(map(re.escape, KINDS)),
    **dict.fromkeys(("host", "address", "carried", "network"), r"\S+"),
    "reason": "the machine.+?",  # the rule's own name may hold a semicolon
    "rule": "rule .+",
    # Its name: the path is not known any more. A name with a slash, or one that is a category itself, would be read as one.
    "label": rf"(?!(?i:{CATEGORIES}) \()[^/]+",
}
WITHIN = ("first", "second", "reason", "rule")


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    holes = [f"(?P<{name}>{PATTERNS.get(name, '.+')})" for name in parts[1::2]]
    fixed = [re.escape(part) for part in parts[0::2]]
    return re.compile("".join(a + b for a, b in zip(fixed, [*holes, ""], strict=True)), re.DOTALL)


_READ = [(code, _pattern(sentence)) for code, sentence in SENTENCES]


def message_of(text: str) -> dict[str, Any]:
    """The code and its parameters; what is none of the sentences stays as it is, a `text`."""
    for code, pattern in _READ:
        if found := pattern.fullmatch(text):
            return {"code": code} | {name: _value(name, given) for name, given in found.groupdict().items()}
    return {"code": "text", "text": text}


def _value(name: str, given: str) -> Any:
    if name in WITHIN:
        return _within(given)
    if name in WHOLE:
        return int(given.replace(",", ""))
    if name in BROKEN:
        return float(given)
    return {"code": f"network.{KINDS[given]}"} if name == "kind" else given


def _within(given: str) -> dict[str, Any]:
    """The first of two sentences had lost its full stop."""
    read = message_of(given)
    ended = message_of(f"{given}.") if read["code"] == "text" else read
    return ended if ended["code"] != "text" else read


MAKE = """
CREATE TEMPORARY TABLE sentence_read (sentence text PRIMARY KEY, message jsonb NOT NULL) ON COMMIT DROP;
CREATE FUNCTION pg_temp.message_of(asked text) RETURNS jsonb LANGUAGE sql STABLE
    AS 'SELECT message FROM sentence_read WHERE sentence = asked';
CREATE FUNCTION pg_temp.terms_of(terms jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(term || jsonb_build_object('why', pg_temp.message_of(term->>'why')) ORDER BY place), '[]')
      FROM jsonb_array_elements(terms) WITH ORDINALITY AS had (term, place)
$$;
"""
READ = "INSERT INTO sentence_read SELECT * FROM json_to_recordset(%s::json) AS read (sentence text, message jsonb)"
FORGET = """
DROP FUNCTION pg_temp.terms_of(jsonb);
DROP FUNCTION pg_temp.message_of(text);
DROP TABLE sentence_read;
"""


def rewrite(schema_editor: Any, sentences: str, statements: tuple[str, ...]) -> None:
    """Run `statements` with `pg_temp.message_of` and `pg_temp.terms_of`, which know every text that the query
    `sentences` gives. No text, or an empty one, becomes NULL.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MAKE)
        cursor.execute(sentences)
        texts = [text for (text,) in cursor.fetchall() if text]
        cursor.execute(READ, [json.dumps([{"sentence": text, "message": message_of(text)} for text in texts])])
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(FORGET)
