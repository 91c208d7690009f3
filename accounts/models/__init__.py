from accounts.models.access_key import AccessKey
from accounts.models.app import App
from accounts.models.audit_event import AuditEvent
from accounts.models.user import User

__all__ = ["AccessKey", "App", "AuditEvent", "User"]
