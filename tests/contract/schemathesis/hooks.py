"""What Schemathesis cannot read from the documents: how to prove who calls, how a form is written,
what a comma list of ids looks like; and which of its verdicts are wrong here, and why."""

import base64
import json
import os
import re

import jsonschema_rs
import requests
import schemathesis
import tracecov
from hypothesis import strategies
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

SERVER = os.environ["SERVER"]
BUSINESS = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
# A partner and a token that the fixtures do not have: each has a world of its own, and a fresh one.
PARTNER = ("c0a7ac70-0000-4000-8000-000000000001", "sandbox-api-key")
DAYZERO_TOKEN = "dz_sandbox_contract"

# Records what the run covers, for tests/contract/tracecov.
tracecov.schemathesis.install()


# Who calls


def token(path, authorization):
    answer = requests.post(
        f"{SERVER}/v1/platform/{path}", headers={"Authorization": authorization}, timeout=10
    )
    answer.raise_for_status()
    return "Bearer " + answer.json()["access_token"]


def api_key():
    return "Basic " + base64.b64encode(":".join(PARTNER).encode()).decode()


# Every proof that was sent; what else stands in the header, the tool has made up.
GIVEN = set()


class Authorization:
    def set(self, case, data, context):
        GIVEN.add(data)
        case.headers["Authorization"] = data


@schemathesis.auth().apply_to(path="/v1/platform/oauth2/token/")
class ApiKey(Authorization):
    def get(self, case, context):
        return api_key()


@schemathesis.auth().apply_to(
    path=["/v1/platform/{business_id}/oauth2/token/", "/v1/platform/businesses/"]
)
class PartnerToken(Authorization):
    def get(self, case, context):
        return token("oauth2/token/", api_key())


@schemathesis.auth().apply_to(path_regex="^/v1/platform/(businesses/.|transaction-categories/)")
class BusinessToken(Authorization):
    def get(self, case, context):
        return token(f"{BUSINESS}/oauth2/token/", token("oauth2/token/", api_key()))


@schemathesis.auth().apply_to(path_regex="^/api/v1/")
class DayZeroToken(Authorization):
    def get(self, case, context):
        return "Bearer " + DAYZERO_TOKEN


@schemathesis.auth().apply_to(path_regex="^/_sandbox/")
class ControlToken(Authorization):
    def get(self, case, context):
        return "Bearer " + os.environ["CONTROL_TOKEN"]


# How values are written

uuids = strategies.lists(strategies.uuids(), min_size=1, max_size=3)
schemathesis.openapi.format("uuid-list", uuids.map(lambda ids: ",".join(map(str, ids))))


def is_form(case):
    return isinstance(case.body, dict) and "form" in (case.media_type or "")


def text(value):
    """What a form says: it has no null, and an empty field is as near as it comes."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def fields(name, value):
    """The names and texts of one field, nested ones in brackets: `allocations[0][amount_cents]`."""
    if isinstance(value, dict) and value:
        return [field for key, inner in value.items() for field in fields(f"{name}[{key}]", inner)]
    if isinstance(value, list) and value:
        return [field for at, inner in enumerate(value) for field in fields(f"{name}[{at}]", inner)]
    return [(name, text(value))]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Writes a valid form. OpenAPI does not say how a form holds a list of objects, and
    Schemathesis sends their keys alone; nor can a form say null, and it sends the word. Here a
    nested field has names in brackets, or in multipart is JSON: the two ways that integrators use.
    A broken form is sent as the tool writes it."""
    if not is_form(case) or case.meta.is_negative_at(ParameterLocation.BODY):
        return
    if case.media_type == "multipart/form-data":
        # A name is part of a header there, which has no control characters.
        parts = [(name, (None, text(it))) for name, it in case.body.items() if name.isprintable()]
        # An empty multipart body is one without parts, which the library cannot write.
        kwargs["files"] = parts or [("nothing", (None, ""))]
    else:
        kwargs["data"] = [field for name, value in case.body.items() for field in fields(name, value)]


# Where the check is wrong

# Why valid data are a 400 of Thredfi's or a 422 of Day Zero's: each says what no schema can.
NO_SCHEMA_SAYS = {
    "this id, well formed, is nobody's": r"this business has no such ",
    "one of two fields is needed": r"^This field is required\. (Give|A payment by|A failed payment)",
    "the same invoice or bill twice": r"; name it once\.$",
    "a period that ends before it begins, or is too long": r"^Ensure (this date is not before|the period)",
    "a number beyond 64 bits; `integer` has no end": r"Ensure this value is between |maximum size: 64 bits$",
    "PostgreSQL, and so Django, holds no NUL": r"[Nn]ull characters are not allowed",
    "a moment or a day, two formats in one field": r", YYYY-MM-DD\.$",
    "the legal forms of a country": r"^Invalid entity_type ",
}
# Lists with commas between the words, and objects that the provider leaves open: plain text and
# plain objects to the document. Each with the method, the field, and what is said of it.
OPEN_FIELDS = [
    ("GET", r"^status$", r" is not a valid choice\. Valid choices are: "),
    ("POST|PATCH", r"^additional_sales_taxes\[\d+\]\.amount$", ""),
]


def refused_for_a_reason(case, reply):
    """Which line of the above, where all that is wrong is one of them."""
    if reply.get("error_code") == "invalid_credentials" and is_token(case):
        return "client_id names another partner than the credentials do"
    reasons = set()
    for field, said in field_errors(reply["detail"]):
        fits = [why for why, reason in NO_SCHEMA_SAYS.items() if re.search(reason, said)]
        if not fits and is_open(case, field, said):
            fits = ["a field that the provider's document leaves open"]
        if not fits:
            return None
        reasons.add(fits[0])
    return ", ".join(sorted(reasons)) or None


def is_open(case, field, said):
    return any(
        re.fullmatch(method, case.method) and re.search(open_field, field) and re.search(text, said)
        for method, open_field, text in OPEN_FIELDS
    )


def field_errors(detail):
    """The fields that a refusal names, each with what is said of it, in either provider's shape."""
    if isinstance(detail, list):
        return [(".".join(map(str, error["loc"])), error["msg"]) for error in detail]
    if isinstance(detail, dict):
        return [(field, texts[0]) for field, texts in detail.get("field_errors", {}).items()]
    return []


def is_token(case):
    return case.operation.path == "/v1/platform/oauth2/token/"


def valid_as_read(case):
    """Whether a form that was meant to be broken is none, as forms are read. A form has texts and
    no types: an optional field left empty is left out, one value of a list is a list of one, and
    0 and 1 are what a checkbox says."""
    if not is_form(case) or others_are_broken(case):
        return False
    root = case.operation.get_body_for_media_type(case.media_type).optimized_schema
    schema = resolved(root, root)
    required = schema.get("required", [])
    read = {}
    for name, value in case.body.items():
        kind = resolved(schema.get("properties", {}).get(name, {}), root)
        if value == "" and name not in required and not is_valid("", kind, root):
            continue
        if kind.get("type") == "array" and not isinstance(value, list):
            item = resolved(kind.get("items", {}), root)
            value = [value if item.get("type") == "object" else text(value)]
        if kind.get("type") == "boolean" and value in (0, 1):
            value = bool(value)
        read[name] = value
    return is_valid(read, schema, root)


def resolved(schema, root):
    """A schema as it stands, or where its reference leads in the tool's bundle."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    return root["x-bundled"][reference.rsplit("/", 1)[1]] if reference else schema


def is_valid(value, schema, root):
    schema = {**schema, "x-bundled": root.get("x-bundled", {})}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True).is_valid(value)


def others_are_broken(case):
    places = [place for place in ParameterLocation if place != ParameterLocation.BODY]
    return any(case.meta.is_negative_at(place) for place in places)


def unknown_headers_alone(case):
    """Anybody may add a header, and everybody does."""
    data = case.meta.phase.data
    return (
        data.parameter_location == ParameterLocation.HEADER
        and data.description == "Object with unexpected properties"
    )


def is_made_up(request):
    """Whether the tool has broken the credentials. Where a link then fills in the rest, it looks at
    the case again, does not know the form of a bearer token, and takes the case for a valid one."""
    return request.headers.get("Authorization") not in GIVEN


def excuse(failure, case, response):
    """Why a failure is none, or None."""
    if isinstance(failure, RejectedPositiveData):
        if response.status_code == 401 and is_made_up(response.request):
            return "credentials broken on purpose"
        return refused_for_a_reason(case, response.json())
    if isinstance(failure, AcceptedNegativeData):
        if unknown_headers_alone(case):
            return "unknown headers"
        if valid_as_read(case):
            return "a form has texts and no types"
    return None


@schemathesis.hook
def filter_failure(context, failure, case, response):
    why = excuse(failure, case, response)
    if why is not None:
        with open(os.environ["EXCUSED"], "a", encoding="utf-8") as log:
            log.write(f"{failure.code} {why}\n")
    return why is None
