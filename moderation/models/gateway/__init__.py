from moderation.models.gateway.call import GatewayCall
from moderation.models.gateway.call_tally import CallTally
from moderation.models.gateway.engine_health import EngineHealth
from moderation.models.gateway.stream_detection import StreamDetection
from moderation.models.gateway.tried_picture import TriedPicture

__all__ = ["CallTally", "EngineHealth", "GatewayCall", "StreamDetection", "TriedPicture"]
