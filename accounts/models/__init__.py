from accounts.models.access_key import AccessKey
from accounts.models.app import App
from accounts.models.audit_chain import AuditAnchor, AuditChain, AuditCount, AuditLink, AuditSalt, KeyUse
from accounts.models.audit_event import AuditEvent
from accounts.models.invitation import Invitation
from accounts.models.known_device import KnownDevice
from accounts.models.password_mail import PasswordMail
from accounts.models.second_factor_rule import SecondFactorRule
from accounts.models.user import User

__all__ = [
    "AccessKey",
    "App",
    "AuditAnchor",
    "AuditChain",
    "AuditCount",
    "AuditEvent",
    "AuditLink",
    "AuditSalt",
    "Invitation",
    "KeyUse",
    "KnownDevice",
    "PasswordMail",
    "SecondFactorRule",
    "User",
]
