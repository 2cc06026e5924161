"""What Schemathesis cannot know of Latchkey: how calls are signed, which names there are, and what must be left alone.

Loaded by SCHEMATHESIS_HOOKS. The caller's keys and the names come by the environment, never as arguments.
"""

import atexit
import json
import os
import zlib
from collections import Counter
from urllib.parse import quote, unquote

import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests.auth import AuthBase
from schemathesis import GenerationMode

WORLD = json.loads(os.environ["LATCHKEY_FUZZ"])


class SigV4(AuthBase):
    """AWS Signature Version 4 (service execute-api), over the request as it goes out.

    Of the headers only the host is signed: made-up ones are written in canonical form differently by every signer. What
    is refused all the same are mostly queries with a field twice, which MiniStack reads otherwise than they are signed.
    """

    def __call__(self, request):
        keys = WORLD.get("keys")
        if keys is None:
            return request
        signed = AWSRequest(method=request.method, url=request.url, data=request.body or b"")
        credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"])
        SigV4Auth(credentials, "execute-api", WORLD["region"]).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


schemathesis.auth.set_from_requests(SigV4())


def pick(names, value):
    """One of the names: always the same one for the same value, so that a seed gives the same run."""
    return names[zlib.crc32(repr(value).encode()) % len(names)]


def get_through(case):
    """A generated request that is well-formed would mostly be about nothing: it is given names that there are."""
    parts = case.path_parameters or {}
    seed = case.body if isinstance(case.body, dict) else parts
    if "id" in parts and WORLD["ids"]:
        parts["id"] = pick([*WORLD["ids"], parts["id"]], seed)
    if "token" in parts and WORLD.get("token"):
        parts["token"] = pick([WORLD["token"], WORLD["token"], parts["token"]], seed)
    body = case.body
    if not isinstance(body, dict):
        return
    if case.operation.definition.raw["operationId"] == "ask":
        body["resource"] = pick(WORLD["resources"], body)
        # Half of what a minute allows would be grants, and mails to people: decisions are the same without them.
        body["dryRun"] = pick([True, True, True, False], body)
        for name in ("startsAt", "masked", "breakGlass"):
            body.pop(name, None)
        if pick([True, True, False], body):
            body.pop("scope", None)
            body["access"] = "read"
            body["windowSeconds"] = 60 + body["windowSeconds"] % 600


def printable(case):
    """Where a path has a control character, MiniStack's IAM finds no policy that allows it, and says so in its own form."""
    for name, value in (case.path_parameters or {}).items():
        # It is percent-encoded already.
        text = unquote(str(value))
        if any(ord(each) < 32 for each in text):
            case.path_parameters[name] = quote("".join(each for each in text if ord(each) >= 32) or "none", safe="")


@schemathesis.hook
def before_call(context, case, kwargs):
    printable(case)
    if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE:
        get_through(case)
    # The others who use this local AWS are not stopped: whatever was to be, it is an agent that nobody uses.
    target = case.body.get("target") if isinstance(case.body, dict) else None
    if isinstance(target, dict) and target.get("type") in ("everything", "role", "resource", "agent"):
        if target["type"] == "everything" or isinstance(target.get("id"), str):
            case.body["target"] = {"type": "agent", "id": WORLD["spare"]}


def code_of(response):
    try:
        return response.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return ""


tally = Counter()


@schemathesis.hook
def after_call(context, case, response):
    tally[f"{case.operation.definition.raw['operationId']} {response.status_code} {code_of(response)}"] += 1


@atexit.register
def write_tally():
    with open(WORLD["tally"], "w", encoding="utf-8") as file:
        json.dump(tally, file)
