"""Baseline for intake: a bare DRF view that validates the same body and writes two rows, on the same server."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

TABLES = """
DROP TABLE IF EXISTS floor_result, floor_case;
CREATE TABLE floor_case (id bigserial PRIMARY KEY, request_id text UNIQUE, request text,
                         received_at timestamptz DEFAULT now());
CREATE TABLE floor_result (id bigserial PRIMARY KEY, case_id bigint REFERENCES floor_case, raw text, risk_level text);
"""
_CASE = "INSERT INTO floor_case (request_id, request) VALUES (%s, %s) RETURNING id"
_RESULT = "INSERT INTO floor_result (case_id, raw, risk_level) VALUES (%s, %s, %s)"


class Label(serializers.Serializer[Any]):
    riskLevel = serializers.ChoiceField(["PASS", "REVIEW", "REJECT"])
    riskLabel1 = serializers.CharField()
    riskLabel2 = serializers.CharField(allow_blank=True)
    riskLabel3 = serializers.CharField(allow_blank=True)
    probability = serializers.FloatField(min_value=0, max_value=1)
    riskDetail = serializers.JSONField()


class Result(serializers.Serializer[Any]):
    requestId = serializers.CharField(max_length=128)
    code = serializers.IntegerField()
    message = serializers.CharField()
    riskLevel = serializers.ChoiceField(["PASS", "REVIEW", "REJECT"])
    riskLabel1 = serializers.CharField()
    riskLabel2 = serializers.CharField(allow_blank=True)
    riskLabel3 = serializers.CharField(allow_blank=True)
    riskDescription = serializers.CharField()
    resultType = serializers.IntegerField()
    finalResult = serializers.IntegerField()
    riskDetail = serializers.JSONField()
    auxInfo = serializers.JSONField()
    allLabels = Label(many=True)


class Envelope(serializers.Serializer[Any]):
    appId = serializers.CharField(max_length=64)
    request = serializers.JSONField()
    result = Result()


@api_view(["POST"])
@authentication_classes([])
@permission_classes([])
def results(request: Request) -> Response:
    body = Envelope(data=request.data)
    body.is_valid(raise_exception=True)
    sent = body.validated_data
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CASE, [sent["result"]["requestId"], json.dumps(sent["request"])])
        (case,) = cursor.fetchone()
        cursor.execute(_RESULT, [case, json.dumps(sent["result"]), sent["result"]["riskLevel"]])
    return Response({"requestId": sent["result"]["requestId"], "caseId": case}, status=201)


urlpatterns = [path("api/v1/results", results)]
