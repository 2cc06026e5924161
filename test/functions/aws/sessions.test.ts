import { expect, it } from "vitest";
import { openSts } from "../../../functions/aws/sessions.ts";
import { useEndpoint } from "./endpoint.ts";

const sts = useEndpoint("STS");
const request = {
  roleArn: "arn:aws:iam::123456789012:role/latchkey-access-training-data",
  sessionName: "lk.finetune.aaaaaaaaaaaaaaab.1",
  sourceIdentity: "finetune-pipeline",
  policy: '{"Version":"2012-10-17","Statement":[]}',
  durationSeconds: 900,
};
const XMLNS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const refuse = (status: number, code: string) => {
  const body = `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  sts.answer = { status, body, headers: { "content-type": "text/xml" } };
};

it("asks with the session policy, its own names and the external id, and no managed policy (I-05, I-06)", async () => {
  const given = `<AccessKeyId>ASIAXXXXXXXXXXXXXXXX</AccessKeyId><SecretAccessKey>${"s".repeat(40)}</SecretAccessKey><SessionToken>${"t".repeat(80)}</SessionToken><Expiration>2026-11-21T09:45:00Z</Expiration>`;
  const body = `<AssumeRoleResponse ${XMLNS}><AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  sts.answer = { status: 200, body, headers: { "content-type": "text/xml" } };
  expect(await openSts("external")(request)).toEqual({
    ok: true,
    minted: {
      session: {
        accessKeyId: "ASIAXXXXXXXXXXXXXXXX",
        secretAccessKey: "s".repeat(40),
        sessionToken: "t".repeat(80),
      },
      expiration: Date.parse("2026-11-21T09:45:00Z"),
    },
  });
  const sent = Object.fromEntries(new URLSearchParams(sts.received.at(-1)?.body));
  expect(sent).toEqual({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    SourceIdentity: request.sourceIdentity,
    ExternalId: "external",
    Policy: request.policy,
    DurationSeconds: "900",
  });
});

it.each([
  [403, "AccessDenied", "AccessDenied"],
  [400, "MalformedPolicyDocument", "MalformedPolicyDocument"],
  [400, "PackedPolicyTooLarge", "PackedPolicyTooLarge"],
  [403, "RegionDisabledException", "RegionDisabled"],
  [400, "ValidationError", "ValidationError"],
])("takes %i %s for a refusal that no retry changes", async (status, code, name) => {
  refuse(status, code);
  expect(await openSts("external")(request)).toEqual({ ok: false, code: name });
});

it.each([
  [400, "Throttling"],
  [500, "InternalFailure"],
  [503, "ServiceUnavailable"],
])("throws %i %s after one attempt: each attempt has a name of its own (I-02)", async (status, code) => {
  refuse(status, code);
  const before = sts.received.length;
  await expect(openSts("external")(request)).rejects.toThrow();
  expect(sts.received.length - before).toBe(1);
});

it("throws at an answer without credentials, rather than deliver half of them", async () => {
  sts.answer = {
    status: 200,
    body: `<AssumeRoleResponse ${XMLNS}><AssumeRoleResult></AssumeRoleResult></AssumeRoleResponse>`,
    headers: { "content-type": "text/xml" },
  };
  await expect(openSts("external")(request)).rejects.toThrow();
});
