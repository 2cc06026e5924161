"""An agent that knows nothing but .latchkey/local.json: asks, polls, collects, lists and reads its prefix, is refused
elsewhere, and is refused with the same credentials after the end. About a minute.

    .latchkey/venv/bin/python docs/examples/agent.py .latchkey/local.json

What happens goes to stderr, step by step; the result goes to stdout as one line of JSON. In an account, everything is
the same but for where the addresses and the agent's own keys come from, and the two lines marked "local".
"""

import json
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

local = json.load(open(sys.argv[1] if len(sys.argv) > 1 else ".latchkey/local.json"))
me = local["identities"]["finetune-pipeline"]
signer = SigV4Auth(Credentials(me["accessKeyId"], me["secretAccessKey"]), "execute-api", local["region"])


def say(text):
    print(text, file=sys.stderr)


def call(method, path, body=None):
    """One signed call. A refusal ends the script with its code and message: {"error": {"code", "message", ...}}."""
    data = None if body is None else json.dumps(body).encode()
    request = AWSRequest(method, local["apiUrl"] + path, data=data, headers={"content-type": "application/json"})
    signer.add_auth(request)
    prepared = urllib.request.Request(request.url, data, dict(request.headers.items()), method=method)
    try:
        with urllib.request.urlopen(prepared, timeout=20) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {path}: {refused.code} {refused.read().decode()}")


def refusal(attempt):
    """The AWS error code of a call that should be refused."""
    try:
        attempt()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "was not refused"


# Ask.
grant = call(
    "POST",
    "/grants",
    {
        "resource": "support-conversations",
        "access": "read",
        "scope": {"prefix": "2026/01/"},
        "windowSeconds": 60,
        "purpose": "try Latchkey from boto3",
    },
)
say(f"asked: {grant['status']}, grant {grant['id']}")

# Poll. `wait` holds the answer while a machine is about to act; where people decide, retryAfterSeconds says how long to wait.
status = call("GET", f"/grants/{grant['id']}?wait=5")
while status["status"] in ("PENDING", "APPROVED", "ACTIVATING"):
    time.sleep(status.get("retryAfterSeconds", 1))
    status = call("GET", f"/grants/{grant['id']}?wait=5")
say(f"polled: {status['status']}, {status['window']}")

# Collect.
keys = call("POST", f"/grants/{grant['id']}/credentials")
say(f"collected: {keys['AccessKeyId']}, until {keys['Expiration']}")
s3 = boto3.client(
    "s3",
    endpoint_url=local["endpoint"],  # local
    region_name=local["region"],
    aws_access_key_id=keys["AccessKeyId"],
    aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"],
    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),  # local
)

# Work: list and read inside the granted prefix. A listing must name it.
bucket = f"latchkey-example-training-{local['accountId']}"
found = s3.list_objects_v2(Bucket=bucket, Prefix="support/2026/01/")["Contents"]
body = s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read()
say(f"listed {len(found)} objects; read {found[0]['Key']}: {len(body)} bytes")

# Elsewhere in the same bucket, and the same object after the end.
elsewhere = refusal(lambda: s3.get_object(Bucket=bucket, Key="support/2025/12/part-000.jsonl"))
say(f"another prefix: {elsewhere}")
ends = datetime.fromisoformat(status["window"]["endsAt"].replace("Z", "+00:00"))
time.sleep(max(0, (ends - datetime.now(timezone.utc)).total_seconds()) + 0.05)
after = refusal(lambda: s3.get_object(Bucket=bucket, Key=found[0]["Key"]))
say(f"after the end: {after}")

print(
    json.dumps(
        {
            "asked": grant["status"],
            "status": status["status"],
            "listed": len(found) > 0,
            "read": len(body) > 1000,
            "elsewhere": elsewhere,
            "after": after,
        }
    )
)
