from accounts.models.access_key import AccessKey
from accounts.models.app import App
from accounts.models.audit_event import AuditEvent
from accounts.models.invitation import Invitation
from accounts.models.known_device import KnownDevice
from accounts.models.second_factor_rule import SecondFactorRule
from accounts.models.user import User

__all__ = ["AccessKey", "App", "AuditEvent", "Invitation", "KnownDevice", "SecondFactorRule", "User"]
