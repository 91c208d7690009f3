from moderation.models.accounting_anchor import AccountingAnchor
from moderation.models.attempt_tally import AttemptTally
from moderation.models.cache_version import CacheVersion
from moderation.models.callback_address import CallbackAddress
from moderation.models.case import Case, Event
from moderation.models.delivery import Attempt, Delivery
from moderation.models.dispatcher_lease import DispatcherLease
from moderation.models.endpoint import Endpoint, EndpointSecret, EndpointTest
from moderation.models.feed_epoch import FeedEpoch
from moderation.models.final_result import FinalResult
from moderation.models.label import Label
from moderation.models.label_score import LabelScore
from moderation.models.last_time import LastTime
from moderation.models.machine_result import MachineResult
from moderation.models.picture import Picture, PictureFetch, Upload
from moderation.models.policy_draft import PolicyDraft, SavedDraft
from moderation.models.policy_version import PolicyVersion
from moderation.models.quarantined_body import Quarantined
from moderation.models.redelivery import Redelivery
from moderation.models.result_facts import ResultFacts
from moderation.models.word_list import ListedEntry, WordList

__all__ = [
    "AccountingAnchor",
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
    "FeedEpoch",
    "FinalResult",
    "Label",
    "LabelScore",
    "LastTime",
    "ListedEntry",
    "MachineResult",
    "Picture",
    "PictureFetch",
    "PolicyDraft",
    "PolicyVersion",
    "Quarantined",
    "Redelivery",
    "ResultFacts",
    "SavedDraft",
    "Upload",
    "WordList",
]
