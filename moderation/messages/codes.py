"""All message codes that `moderation` stores, each with the English sentence that is translated into Chinese.

A code never changes its meaning. One that is no longer used stays, because rows have it.
"""

from __future__ import annotations

from moderation.messages.message import MessageCode, Stored, word


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated when it is read."""
    return sentence


class LedgerCode(MessageCode):
    TEXT = "text", "{text}"  # text written by people, and old sentences without a code

    # Where a result was routed, and why.
    ROUTE_FAILED = "route.failed", _("the detection service answered code {number}")
    ROUTE_INTERMEDIATE = "route.intermediate", _("the machine's result is intermediate (finalResult 0)")
    ROUTE_REVIEW = "route.review", _("the machine asks for a review")
    ROUTE_FINAL = "route.final", _("the machine's {level} is final")
    ROUTE_BY_RULE = "route.by-rule", _("{reason}; {rule}")
    ROUTE_LOOKED_AT = "route.looked-at", _("{reason}, and a person looks at it: {rule}")
    ROUTE_KEPT = "route.kept", _("{reason}, and kept without review: {rule}")
    ROUTE_DECIDED = "route.decided", _("policy {policy} decides {level}: {reason}")
    # What decided by the thresholds of a policy's section. `score` and `threshold` are whole numbers from 0 to 1000.
    CHAIN_REJECTED = (
        "chain.rejected",
        _("{label} scores {score} and is rejected from {threshold}, section “{section}”"),
    )
    CHAIN_REVIEWED = (
        "chain.reviewed",
        _("{label} scores {score} and is reviewed from {threshold}, section “{section}”"),
    )
    CHAIN_BELOW = "chain.below", _("{label} scores {score}, below {threshold}, section “{section}”")
    CHAIN_ALLOWED = "chain.allowed", _("{label} scores {score} and is always allowed, section “{section}”")
    CHAIN_MACHINE = "chain.machine", _("the machine's {level} for {label} counts, section “{section}”")
    CHAIN_RESULT = "chain.result", _("the machine's {level} counts, section “{section}”")
    CHAIN_OTHERWISE = "chain.otherwise", _("{label} has no threshold and counts as {level}, section “{section}”")
    CHAIN_CONFIRM = "chain.confirm", _("{reason}; a person confirms it")
    # What the call itself asked for (labels and thresholds of /v1/image/check).
    CHAIN_CALL_REJECTED = (
        "chain.call-rejected",
        _("{label} scores {score} and is rejected from {threshold}, as the call asked"),
    )
    CHAIN_CALL_REVIEWED = (
        "chain.call-reviewed",
        _("{label} scores {score} and is only reviewed below {threshold}, as the call asked"),
    )
    CHAIN_CALL_BELOW = "chain.call-below", _("{label} scores {score}, below {threshold}, as the call asked")
    CHAIN_CALL_MACHINE = "chain.call-machine", _("the machine's {level} for {label} counts")
    CHAIN_NOT_ASKED = "chain.not-asked", _("{label} does not count: the call asked for other labels")
    RULE = "rule", _("rule {number} of policy {policy}")
    RULE_NAMED = "rule.named", _("rule {number} “{name}” of policy {policy}")

    # What moves a task up its queue. `label` is a label path.
    PRIORITY_CRITICAL = "priority.critical", _("{label} (critical)")
    PRIORITY_HIGH = "priority.high", _("{label} (high)")
    PRIORITY_MODERATE = "priority.moderate", _("{label} (moderate)")
    PRIORITY_LOW = "priority.low", _("{label} (low)")
    PRIORITY_CONFIDENCE = "priority.confidence", _("score {probability}")
    PRIORITY_RECORD = "priority.record", _("{number} rejected before")
    PRIORITY_REACH = "priority.reach", _("user level {number}")
    PRIORITY_RULE = "priority.rule", _("rule {number}")

    # Why there is no picture.
    PICTURE_NOT_GIVEN = "picture.not-given", _("The sender gave no picture with this result.")
    PICTURE_NO_ADDRESS = "picture.no-address", _("data.img is neither an http(s) address nor base64.")
    PICTURE_NO_BYTES = "picture.no-bytes", _("data.img is empty.")
    PICTURE_EMPTY = "picture.empty", _("The file is empty.")
    PICTURE_TOO_MANY_BYTES = (
        "picture.too-many-bytes",
        _("The file is {megabytes:.1f} MB; pictures up to {most} MB are shown."),
    )
    PICTURE_NO_FORMAT = "picture.no-format", _("The file is not a picture in any format that is shown.")
    PICTURE_WEB_PAGE = "picture.web-page", _("The file is a web page, not a picture.")
    PICTURE_SVG = "picture.svg", _("The file is an SVG drawing, which is not shown because it can carry scripts.")
    PICTURE_POSTSCRIPT = (
        "picture.postscript",
        _("The file is a PostScript drawing (EPS), which is not shown because it is a program to be run."),
    )
    PICTURE_PDF = "picture.pdf", _("The file is a PDF document, which is not shown.")
    PICTURE_ICON = "picture.icon", _("The file is a Windows icon or cursor, which is not shown.")
    PICTURE_PHOTOSHOP = "picture.photoshop", _("The file is a Photoshop document, which is not shown.")
    PICTURE_JPEG_2000 = "picture.jpeg-2000", _("The file is a JPEG 2000 picture, which is not shown.")
    PICTURE_JPEG_XL = "picture.jpeg-xl", _("The file is a JPEG XL picture, which is not shown.")
    PICTURE_VIDEO = "picture.video", _("The file is a video, which is not shown.")
    PICTURE_DAMAGED = (
        "picture.damaged",
        _("The picture is damaged: it ends early or contradicts itself, so it cannot be shown."),
    )
    PICTURE_TOO_MANY_PIXELS = (
        "picture.too-many-pixels",
        _("The picture is too large: up to 36 megapixels and 65,000 pixels a side are shown."),
    )
    PICTURE_TOO_EXPENSIVE = (
        "picture.too-expensive",
        _("The picture takes more memory or time to decode than one picture may, so it is not shown."),
    )
    PICTURE_NOT_KEPT = (
        "picture.not-kept",
        _("The picture came with the result, could not be shown, and was not kept."),
    )
    PICTURE_KEPT_NO_MORE = (
        "picture.kept-no-more",
        _("The picture came with the result itself and is not kept any more."),
    )
    PICTURE_TRIED = "picture.tried", _("The picture was tried by one of us, kept for a day, and erased.")
    PICTURE_ERASED = "picture.erased", _("The picture was erased, as the time for which pictures are kept was over.")
    PICTURE_OF_ERASED_SUBJECT = (
        "picture.of-erased-subject",
        _("The picture was erased with all that was kept of this subject."),
    )
    PICTURE_FETCHED_ANEW = "picture.fetched-anew", _("Our copy of the picture is gone. It is fetched anew.")
    PICTURE_LOST = (
        "picture.lost",
        _("Our copy of the picture is gone. It came with the result itself, so it cannot be fetched anew."),
    )
    PICTURE_ENDS_PROCESS = (
        "picture.ends-process",
        _("The picture ended the process that prepares it, several times. It is not tried again."),
    )
    PICTURE_STORE_SILENT = "picture.store-silent", _("The picture store did not answer for over an hour.")
    PICTURE_STORE_WAITS = (
        "picture.store-waits",
        _("The picture store does not answer; this picture is tried again."),
    )
    PICTURE_BOTH_ADDRESSES = "picture.both-addresses", _("{first}. The backup address: {second}.")

    # How a delivery or an attempt ended.
    DELIVERY_UNDONE = "delivery.undone", _("undone before it left")
    DELIVERY_ENDPOINT_DELETED = "delivery.endpoint-deleted", _("the endpoint was deleted")
    DELIVERY_STATUS = "delivery.status", _("the receiver answered {status}")
    DELIVERY_GONE = "delivery.gone", _("the receiver answered 410 Gone")
    DELIVERY_NO_1100 = "delivery.no-1100", _('the reply is not JSON with "code": 1100')
    DELIVERY_WRONG_KEY = (
        "delivery.wrong-key",
        _("it cannot be signed: SECRET_KEY is not the one that this secret was sealed with."),
    )
    DELIVERY_NOT_SIGNED = "delivery.not-signed", _("it cannot be signed: {detail}")
    ENDPOINT_FAILING = (
        "endpoint.failing",
        _("nothing was delivered for {hours} hours, and {failures} attempts failed; the last one: {why}"),
    )
    DELIVERY_TAKEN_BACK = "delivery.taken-back", _("it was taken back")
    REDELIVERY_CANCELLED = "redelivery.cancelled", _("This delivery was cancelled: {why}.")
    REDELIVERY_NO_ENDPOINT = (
        "redelivery.no-endpoint",
        _("The endpoint is deleted; there is nowhere to send this to."),
    )
    REDELIVERY_CORRECTED = (
        "redelivery.corrected",
        _("A correction has followed to this endpoint; redeliver that one instead."),
    )
    REDELIVERY_ERASED = "redelivery.erased", _("The body of this delivery was erased; there is nothing to send.")
    DELIVERY_FAILED_HERE = "delivery.failed-here", _("it could not be sent: {error}")

    # Why an outbound call failed. `detail` is the error text of the system or a library.
    CALL_STATUS = "call.status", _("{host} answered {status}")
    CALL_TOO_LARGE = "call.too-large", _("{host} sent more than {bytes:,} bytes")
    CALL_NO_RECORD = "call.no-record", _("{host} has no address")
    CALL_NOT_RESOLVED = "call.not-resolved", _("{host} has no address: {detail}")
    CALL_NOT_A_NAME = "call.not-a-name", _("{host} is not a name that can be looked up")
    CALL_NOT_CONNECTED = "call.not-connected", _("cannot connect to {host}: {detail}")
    CALL_NOT_SECURE = "call.not-secure", _("no secure connection to {host}: {detail}")
    CALL_BROKEN = "call.broken", _("{host} gave no usable answer: {detail}")
    CALL_SLOW_TO_CONNECT = "call.slow-to-connect", _("no connection to {host} within {seconds:g} s")
    CALL_SILENT = "call.silent", _("{host} was silent for {seconds:g} s")
    CALL_UNFINISHED = "call.unfinished", _("{host} did not finish within {seconds:g} s")
    CALL_OUR_FAULT = "call.our-fault", _("this machine could not call {host}: {detail}")
    CALL_NOT_CALLABLE = "call.not-callable", _("{host} cannot be called: {detail}")

    # Why an engine gave no answer. `engine` is its name.
    ENGINE_LATE = "engine.late", _("{engine} did not answer within {seconds:.3g} s")
    ENGINE_UNREACHED = "engine.unreached", _("{engine} could not be asked: {reason}")
    ENGINE_STATUS = "engine.status", _("{engine} answered HTTP status {status}")
    ENGINE_CODE = "engine.code", _("{engine} answered code {number}")
    ENGINE_ANSWER = "engine.answer", _("{engine} gave an answer that cannot be used: {detail}")
    ENGINE_BROKEN = "engine.broken", _("{engine} failed: {detail}")
    ENGINE_ENDED = "engine.ended", _("{engine} ended while it looked at the picture")
    ENGINE_RESTS = "engine.rests", _("{engine} failed {number} times in a row and is not asked for {seconds:.3g} s")
    ENGINE_CROWDED = "engine.crowded", _("{engine} has too many pictures to look at already")
    ENGINE_NOT_INSTALLED = "engine.not-installed", _("{engine} is not installed on this host")
    ENGINE_NOT_SET_UP = "engine.not-set-up", _("{engine} is not set up: {detail}")

    # Why a URL, or an address that it resolves to, is not called.
    URL_SCHEME = "url.scheme", _("the URL has to start with {schemes}")
    URL_TOO_LONG = "url.too-long", _("the URL has {length:,} characters; at most {most:,} are allowed")
    URL_CHARACTER = "url.character", _("the URL contains {character}; remove it or write it percent-encoded")
    URL_FRAGMENT = "url.fragment", _("the URL has a fragment (#…), which is never sent; remove it")
    URL_USER_INFO = (
        "url.user-info",
        _("the URL contains a user name or password before the host; remove it"),
    )
    URL_NOT_ONE = "url.not-one", _("this is not a URL: {detail}")
    URL_NO_HOST = "url.no-host", _("the URL has no host")
    URL_HOST_NAME = "url.host-name", _("{host} is not a host name")
    URL_OWN_HOST = "url.own-host", _("{host} is this service itself")
    URL_PORT = "url.port", _("port {port} is not one we call; use {allowed}")
    URL_NO_PORT = "url.no-port", _("port {port} is not one we call; use 1 to 65535")
    ADDRESS_REFUSED = (
        "address.refused",
        _("{address} is {kind} ({network}); OUTBOUND_ALLOWED_NETWORKS does not name it"),
    )
    ADDRESS_CARRIES = (
        "address.carries",
        _("{address} carries {carried}, which is {kind} ({network}); OUTBOUND_ALLOWED_NETWORKS does not name it"),
    )
    ADDRESS_FORM = "address.form", _("{address} is not an address in its plain form")
    NETWORK_THIS_HOST = "network.this-host", _("this host")
    NETWORK_PRIVATE = "network.private", _("a private network")
    NETWORK_SHARED = "network.shared", _("a provider's shared network")
    NETWORK_LOOPBACK = "network.loopback", _("loopback")
    NETWORK_CLOUD = "network.cloud", _("a cloud platform's own address")
    NETWORK_METADATA = "network.metadata", _("link-local, where cloud metadata lives")
    NETWORK_PROTOCOLS = "network.protocols", _("kept for protocols")
    NETWORK_6TO4_RELAY = "network.6to4-relay", _("a 6to4 relay")
    NETWORK_BENCHMARKS = "network.benchmarks", _("kept for benchmarks")
    NETWORK_MULTICAST = "network.multicast", _("multicast")
    NETWORK_BROADCAST = "network.broadcast", _("broadcast")
    NETWORK_RESERVED = "network.reserved", _("reserved")
    NETWORK_IPV4_IN_IPV6 = "network.ipv4-in-ipv6", _("IPv4 in IPv6")
    NETWORK_TRANSLATOR = "network.translator", _("IPv4 behind a translator")
    NETWORK_DISCARD = "network.discard", _("a discard address")
    NETWORK_TEREDO = "network.teredo", _("a Teredo tunnel")
    NETWORK_DOCUMENTATION = "network.documentation", _("kept for documentation")
    NETWORK_6TO4_TUNNEL = "network.6to4-tunnel", _("a 6to4 tunnel")
    NETWORK_SEGMENT_ROUTING = "network.segment-routing", _("a segment routing address")
    NETWORK_LINK_LOCAL = "network.link-local", _("link-local")
    NETWORK_SITE_LOCAL = "network.site-local", _("site-local")
    NETWORK_NOT_PUBLIC = "network.not-public", _("outside the public internet")

    # Why earlier cursors of the list of events are refused.
    FEED_OTHER_CLUSTER = "feed.other-cluster", _("the database is another PostgreSQL cluster")
    FEED_ASKED_FOR = "feed.asked-for", _("asked for on the command line")


def english(stored: Stored) -> str:
    """The English sentence, for logs and for the API. A label is shown as its path."""
    return word(stored, codes=(LedgerCode,))
