"""The part of Twilio's published OpenAPI (api 2010-04-01, content v1) that Suar meets, and calls checked against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

# A parameter that ends in "!" must be there. Types are named as the specification names them.
Fields = Mapping[str, str]

CREATE_MESSAGE: Fields = {
    "To!": "string",
    "StatusCallback": "string",
    "ApplicationSid": "string",
    "MaxPrice": "number",
    "ProvideFeedback": "boolean",
    "Attempt": "integer",
    "ValidityPeriod": "integer",
    "ForceDelivery": "boolean",
    "ContentRetention": "one of retain discard",
    "AddressRetention": "one of retain obfuscate",
    "SmartEncoded": "boolean",
    "PersistentAction": "array of string",
    "TrafficType": "one of free",
    "ShortenUrls": "boolean",
    "ScheduleType": "one of fixed",
    "SendAt": "string",
    "SendAsMms": "boolean",
    "ContentVariables": "string",
    "RiskCheck": "one of enable disable",
    "From": "string",
    "FallbackFrom": "string",
    "MessagingServiceSid": "string",
    "Body": "string",
    "MediaUrl": "array of string",
    "ContentSid": "string",
}

CONTENT: Mapping[str, Fields] = {
    "ContentCreateRequest": {
        "friendly_name": "string",
        "variables": "object of string",
        "language!": "string",
        "types!": "types",
    },
    "ContentApprovalRequest": {"name!": "string", "category!": "string"},
    "types": {
        "twilio/list-picker": "twilioListPicker",
        "twilio/quick-reply": "twilioQuickReply",
        "twilio/text": "twilioText",
    },
    "twilioText": {"body!": "string"},
    "twilioQuickReply": {"body!": "string", "actions!": "array of quickReplyAction"},
    "twilioListPicker": {"body!": "string", "button!": "string", "items!": "array of listItem"},
    "quickReplyAction": {"type": "one of QUICK_REPLY", "title!": "string", "id": "string"},
    "listItem": {"id!": "string", "item!": "string", "description": "string"},
}
ACCOUNT = r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}"
MESSAGE = rf"{ACCOUNT}/Messages/(?:SM|MM)[0-9a-fA-F]{{32}}"
# Method and path of every operation, with the parameters of its form, its body or its query.
OPERATIONS: tuple[tuple[str, str, Fields | str], ...] = (
    ("POST", rf"{ACCOUNT}/Messages\.json", CREATE_MESSAGE),
    ("DELETE", rf"{MESSAGE}\.json", {}),
    ("DELETE", rf"{MESSAGE}/Media/ME[0-9a-fA-F]{{32}}\.json", {}),
    ("GET", rf"{MESSAGE}/Media/ME[0-9a-fA-F]{{32}}(?:\.json)?", {}),
    ("GET", rf"{ACCOUNT}\.json", {}),
    ("POST", r"/v1/Content", "ContentCreateRequest"),
    ("GET", r"/v1/Content", {"PageSize": "integer", "Page": "integer", "PageToken": "string"}),
    ("DELETE", r"/v1/Content/HX[0-9a-fA-F]{32}", {}),
    ("POST", r"/v1/Content/HX[0-9a-fA-F]{32}/ApprovalRequests/whatsapp", "ContentApprovalRequest"),
    ("GET", r"/v1/Content/HX[0-9a-fA-F]{32}/ApprovalRequests", {}),
)


def faults(method: str, path: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a call by the specification alone."""
    for wanted, pattern, fields in OPERATIONS:
        if wanted == method and re.fullmatch(pattern, path):
            yield from of_object(CONTENT[fields] if isinstance(fields, str) else fields, values)
            return
    yield f"{method} {path} is no operation"


def of_object(fields: Fields, values: Mapping[str, Any]) -> Iterator[str]:
    """Unknown, missing and wrong parameters."""
    bare = {name.rstrip("!"): kind for name, kind in fields.items()}
    yield from (f"{name} is unknown" for name in values if name not in bare)
    yield from (f"{name} is missing" for name in fields if name.endswith("!") and name[:-1] not in values)
    for name, value in values.items():
        if name in bare:
            yield from of_value(bare[name], value, name)


def of_value(kind: str, value: Any, name: str) -> Iterator[str]:
    """A value of the wrong type; the values of a form are all text."""
    if kind.startswith("array of "):
        rows = value if isinstance(value, list) else [value]
        for one in rows:
            yield from of_value(kind.removeprefix("array of "), one, name)
    elif kind in CONTENT:
        yield from of_object(CONTENT[kind], value) if isinstance(value, dict) else (f"{name} is no object",)
    elif kind == "object of string":
        whole = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        yield from () if whole else (f"{name} is no object of text",)
    elif kind.startswith("one of "):
        yield from () if value in kind.split()[2:] else (f"{name} must be {kind}",)
    elif kind in {"integer", "number", "boolean"}:
        yield from () if re.fullmatch(r"-?\d+(\.\d+)?|true|false", str(value)) else (f"{name} is no {kind}",)
    elif not isinstance(value, str):
        yield f"{name} is no text"
