"""Search labels by name, for users who choose the right one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from moderation import labels
from moderation.api.api_view import api_view
from review.api import responses
from review.api.stage import SessionUser
from review.permissions import check_chooses_labels


class LabelSearchCall(serializers.Serializer[Any]):
    """The typed text; an empty one returns the categories first."""

    q = serializers.CharField(max_length=100, allow_blank=True, default="", trim_whitespace=False)


@responses.LABELS.described(parameters=[LabelSearchCall])
@api_view(["GET"])
@authentication_classes([SessionUser])
@permission_classes([IsAuthenticated])
def label_search(request: Request) -> Response:
    check_chooses_labels(request.user)
    call = LabelSearchCall(data=request.query_params)
    call.is_valid(raise_exception=True)
    return Response({"labels": [_shown(found) for found in labels.matching(call.validated_data["q"])]})


def _shown(found: labels.Found) -> dict[str, Any]:
    path = found.path
    return {
        "path": str(path),
        "riskLabel1": path.risk_label1,
        "riskLabel2": path.risk_label2,
        "riskLabel3": path.risk_label3,
        "name": found.name_en,
        "nameZh": found.name_zh,
        "severity": found.severity,
    }
