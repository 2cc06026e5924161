"""An agent that only knows .latchkey/local.json: asks, polls, collects, reads its prefix, fails elsewhere and after the end."""
import json
import sys
import time
import urllib.request
from datetime import datetime, timezone

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

local = json.load(open(sys.argv[1]))
me = local["identities"]["finetune-pipeline"]
signer = SigV4Auth(Credentials(me["accessKeyId"], me["secretAccessKey"]), "execute-api", local["region"])


def call(method, path, body=None):
    data = None if body is None else json.dumps(body)
    request = AWSRequest(method, local["apiUrl"] + path, data=data, headers={"content-type": "application/json"})
    signer.add_auth(request)
    prepared = urllib.request.Request(request.url, data and data.encode(), dict(request.headers.items()), method=method)
    with urllib.request.urlopen(prepared, timeout=20) as response:
        return json.load(response)


def refusal(attempt):
    try:
        attempt()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "was not refused"


ask = {"resource": "support-conversations", "access": "read", "scope": {"prefix": "2026/01/"}, "windowSeconds": 60, "purpose": "boto3"}
grant = call("POST", "/grants", ask)
keys = call("POST", f"/grants/{grant['id']}/credentials")
status = call("GET", f"/grants/{grant['id']}?wait=5")
s3 = boto3.client(
    "s3",
    endpoint_url=local["endpoint"],
    region_name=local["region"],
    aws_access_key_id=keys["AccessKeyId"],
    aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"],
    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
)
bucket = f"latchkey-example-training-{local['accountId']}"
found = s3.list_objects_v2(Bucket=bucket, Prefix="support/2026/01/")["Contents"]
body = s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read()
elsewhere = refusal(lambda: s3.get_object(Bucket=bucket, Key="support/2025/12/part-000.jsonl"))
ends = datetime.fromisoformat(status["window"]["endsAt"].replace("Z", "+00:00"))
time.sleep(max(0, (ends - datetime.now(timezone.utc)).total_seconds()) + 0.05)
after = refusal(lambda: s3.get_object(Bucket=bucket, Key=found[0]["Key"]))
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
