from moderation.models.accounting_anchor import AccountingAnchor
from moderation.models.app_engine import AppEngine
from moderation.models.attempt_tally import AttemptTally
from moderation.models.cache_version import CacheVersion
from moderation.models.callback_address import CallbackAddress
from moderation.models.case import Case, Event
from moderation.models.delivery import Attempt, Delivery
from moderation.models.dispatcher_lease import DispatcherLease
from moderation.models.endpoint import Endpoint, EndpointSecret, EndpointTest
from moderation.models.facts_backfill import FactsBackfill
from moderation.models.feed_epoch import FeedEpoch
from moderation.models.final_result import FinalResult
from moderation.models.gateway_call import GatewayCall, StreamDetection
from moderation.models.label import Label
from moderation.models.label_alias import LabelAlias
from moderation.models.label_score import LabelScore
from moderation.models.last_time import LastTime
from moderation.models.machine_result import MachineResult
from moderation.models.own_label import OwnLabel
from moderation.models.picture import Picture, PictureFetch, Upload
from moderation.models.policy_draft import PolicyDraft, SavedDraft, ShadowCount, ShadowDifference
from moderation.models.policy_version import PolicyVersion
from moderation.models.quarantined_body import Quarantined
from moderation.models.redelivery import Redelivery
from moderation.models.replay_report import ReplayReport
from moderation.models.result_facts import ResultFacts
from moderation.models.word_list import ListedEntry, WordList

__all__ = [
    "AccountingAnchor",
    "AppEngine",
    "Attempt",
    "AttemptTally",
    "CacheVersion",
    "CallbackAddress",
    "Case",
    "Delivery",
    "DispatcherLease",
    "Endpoint",
    "EndpointSecret",
    "EndpointTest",
    "Event",
    "FactsBackfill",
    "FeedEpoch",
    "FinalResult",
    "GatewayCall",
    "Label",
    "LabelAlias",
    "LabelScore",
    "LastTime",
    "ListedEntry",
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
    "ShadowCount",
    "ShadowDifference",
    "StreamDetection",
    "Upload",
    "WordList",
]
