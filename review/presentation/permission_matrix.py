"""What each role may do, as a table: generated from accounts/roles.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission, Reach, Role, reach

NAMES: dict[Permission, Any] = {
    Permission.DECIDE: _("Decide cases of one’s queues"),
    Permission.TAKE_ESCALATED: _("Take escalated cases"),
    Permission.ASSIGN: _("Assign to a colleague"),
    Permission.REOPEN: _("Reopen for a correction"),
    Permission.WRITE_GUIDELINES: _("Write guidelines"),
    Permission.WAIVE_PRACTICE: _("Waive practice"),
    Permission.TRY_PICTURES: _("Try a picture"),
    Permission.SEE_REPORTS: _("See reports of a queue"),
    Permission.SEE_CHILD_SAFETY: _("See child-safety cases (no queue asks for it yet)"),
    Permission.SEE_ALL_QUEUES: _("See all queues"),
    Permission.READ_AUDIT: _("Read and export the audit"),
    Permission.ERASE: _("Set retention, erase, place legal holds"),
    Permission.ADMINISTER: _("Administer people, keys, queues, policy"),
}
MARKS = {Reach.EVERYWHERE: "●", Reach.OWN_QUEUES: "◐", Reach.BY_NAME: "＋", Reach.NEVER: "–"}
WORDS = {
    Reach.EVERYWHERE: _("everywhere"),
    Reach.OWN_QUEUES: _("in the queues they work in"),
    Reach.BY_NAME: _("if granted by name"),
    Reach.NEVER: _("never: refused"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    reach: Reach

    @property
    def sign(self) -> str:
        return MARKS[self.reach]

    @property
    def words(self) -> str:
        return str(WORDS[self.reach])


@dataclass(frozen=True, slots=True)
class MatrixRow:
    name: str
    marks: list[Mark]


def rows() -> list[MatrixRow]:
    return [MatrixRow(str(NAMES[one]), [Mark(reach(role, one)) for role in Role]) for one in Permission]


def halves() -> dict[str, Any]:
    """Two tables that stand side by side, the roles above them, and what the marks mean."""
    every = rows()
    middle = (len(every) + 1) // 2
    return {
        "tables": [every[:middle], every[middle:]],
        "roles": [role.label for role in Role],
        "marks": list(map(Mark, Reach)),
    }
