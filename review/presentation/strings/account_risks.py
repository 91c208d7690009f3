"""The names of the detection service's flags on an account (`tokenLabels`); one not listed keeps its identifier."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_NAMES = {
    "b_politics_risk_tokenid": _("political content before"),
    "b_sexy_risk_tokenid": _("sexual content before"),
    "b_advertise_risk_tokenid": _("advertising before"),
    "b_machine_control_tokenid": _("run by a machine"),
    "b_offer_wall_tokenid": _("from an offer wall"),
    "i_tout_risk_tokenid": _("touting before"),
}


def said(name: str) -> str:
    """A flag in the reader's language."""
    return gettext(_NAMES[name]) if name in _NAMES else name
