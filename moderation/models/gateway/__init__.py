from moderation.models.gateway.call import GatewayCall
from moderation.models.gateway.stream_detection import StreamDetection

__all__ = ["GatewayCall", "StreamDetection"]
