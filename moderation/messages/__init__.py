"""Messages are stored as a code with parameters, never as a sentence. Pure: no Django, no language.

`message` creates and words messages, `codes` lists the codes of `moderation`. `review` has codes of its own
(`review.workflow.message_codes`) and words all of them in the reader's language (`review.presentation.messages`).
"""

from moderation.messages.codes import LedgerCode, english
from moderation.messages.message import Message, MessageCode, Stored

__all__ = ["LedgerCode", "Message", "MessageCode", "Stored", "english"]
