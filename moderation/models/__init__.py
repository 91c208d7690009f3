from moderation.models.accounting_anchor import AccountingAnchor
from moderation.models.app_engine import AppEngine
from moderation.models.cache_version import CacheVersion
from moderation.models.callback_address import CallbackAddress
from moderation.models.case import Case, Event
from moderation.models.erasure import ErasedCase, Erasure, FileRemoval, LegalHold
from moderation.models.feed_epoch import FeedEpoch
from moderation.models.final_result import FinalResult
from moderation.models.gateway import CallTally, EngineHealth, GatewayCall, StreamDetection, TriedPicture
from moderation.models.known_picture import KnownPicture
from moderation.models.label import Label, LabelAlias
from moderation.models.label_score import LabelScore
from moderation.models.last_time import LastTime
from moderation.models.located_text import LocatedText
from moderation.models.machine_result import MachineResult
from moderation.models.own_label import OwnLabel
from moderation.models.picture import Picture, PictureFetch, Upload
from moderation.models.policy_draft import PolicyDraft, SavedDraft, ShadowCount, ShadowDifference
from moderation.models.policy_version import PolicyVersion
from moderation.models.quarantined_body import Quarantined
from moderation.models.replay_report import ReplayReport
from moderation.models.result_facts import FactsBackfill, ResultFacts
from moderation.models.secret_key_fingerprint import SecretKeyFingerprint
from moderation.models.webhooks.attempt_tally import AttemptTally
from moderation.models.webhooks.delivery import Attempt, Delivery
from moderation.models.webhooks.dispatcher_lease import DispatcherLease
from moderation.models.webhooks.endpoint import Endpoint, EndpointSecret, EndpointTest
from moderation.models.webhooks.redelivery import Redelivery
from moderation.models.word_list import ListedEntry, WordList

__all__ = [
    "AccountingAnchor",
    "AppEngine",
    "Attempt",
    "AttemptTally",
    "CacheVersion",
    "CallTally",
    "CallbackAddress",
    "Case",
    "Delivery",
    "DispatcherLease",
    "Endpoint",
    "EndpointSecret",
    "EndpointTest",
    "EngineHealth",
    "ErasedCase",
    "Erasure",
    "Event",
    "FactsBackfill",
    "FeedEpoch",
    "FileRemoval",
    "FinalResult",
    "GatewayCall",
    "KnownPicture",
    "Label",
    "LabelAlias",
    "LabelScore",
    "LastTime",
    "LegalHold",
    "ListedEntry",
    "LocatedText",
    "MachineResult",
    "OwnLabel",
    "Picture",
    "PictureFetch",
    "PolicyDraft",
    "PolicyVersion",
    "Quarantined",
    "Redelivery",
    "ReplayReport",
    "ResultFacts",
    "SavedDraft",
    "SecretKeyFingerprint",
    "ShadowCount",
    "ShadowDifference",
    "StreamDetection",
    "TriedPicture",
    "Upload",
    "WordList",
]
