"""What is kept to be read later is a code with parameters, never a sentence. Pure: no Django, no language.

`message` makes and words messages, `codes` lists what the ledger says. The workbench has codes of its own
(`review.workflow.message_codes`) and words all of them in the reader's language (`review.presentation.messages`).
"""

from moderation.messages.codes import LedgerCode, english
from moderation.messages.message import Message, MessageCode, Stored

__all__ = ["LedgerCode", "Message", "MessageCode", "Stored", "english"]
