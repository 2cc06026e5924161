import { describe, expect, it } from "vitest";
import { type Call, evaluate, type PolicyDocument } from "../core/kinds/evaluate.ts";
import { resolved } from "./resolve.ts";
import { type Found, list, resourcesOf, synthesize } from "./templates.ts";

// Every role and user of the application, the example company's included, asked what it may do to the record: its own
// policies, its boundary and the bucket's policy, evaluated as IAM does (test/core/kinds/evaluate.ts).
const templates = synthesize({ "latchkey:example": true });
const ACCOUNT = "111122223333";
const BUCKET = `arn:aws:s3:::latchkey-audit-${ACCOUNT}-eu-west-1`;

type Text = (value: unknown) => string;
const textIn = ({ stack }: Found): Text => {
  const template = templates[stack];
  if (!template) throw new Error(`no stack ${stack}`);
  return (value) => resolved(value, template, templates);
};

/** A policy as it is in an account: references resolved in actions, resources and conditions. */
function documentOf(found: Found, document: { Statement: unknown[] }): PolicyDocument {
  const text = textIn(found);
  const texts = (value: unknown) => (value === undefined ? undefined : list(value).map(text));
  const statements = document.Statement as Record<string, unknown>[];
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => {
      const conditions = Object.entries((statement.Condition ?? {}) as Record<string, object>);
      const parts = ["Action", "NotAction", "Resource", "NotResource"].flatMap((name) => {
        const value = texts(statement[name]);
        return value ? [[name, value] as const] : [];
      });
      return {
        Effect: statement.Effect as "Allow" | "Deny",
        ...Object.fromEntries(parts),
        Condition: Object.fromEntries(
          conditions.map(([operator, keys]) => [
            operator,
            Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, texts(value) ?? []])),
          ]),
        ),
      };
    }),
  };
}

type Principal = { name: string; arn: string; identity: PolicyDocument[]; boundary?: PolicyDocument };

function principals(): Principal[] {
  const policies = [
    ...resourcesOf(templates, "AWS::IAM::Policy"),
    ...resourcesOf(templates, "AWS::IAM::ManagedPolicy"),
  ];
  return ["Role", "User"].flatMap((kind) =>
    resourcesOf(templates, `AWS::IAM::${kind}`).map((found): Principal => {
      const text = textIn(found);
      const name = text(found.Properties[`${kind}Name`] ?? found.id);
      const attached = policies.filter(
        (policy) =>
          policy.stack === found.stack &&
          list(policy.Properties[`${kind}s`]).some((one) => textIn(policy)(one) === name),
      );
      const boundaryArn = found.Properties.PermissionsBoundary && text(found.Properties.PermissionsBoundary);
      const boundary = policies.find(
        (policy) =>
          policy.Properties.ManagedPolicyName &&
          `arn:aws:iam::${ACCOUNT}:policy/${textIn(policy)(policy.Properties.ManagedPolicyName)}` ===
            boundaryArn,
      );
      if (boundaryArn && !boundary) throw new Error(`${name}: no boundary ${boundaryArn}`);
      return {
        name,
        arn: `arn:aws:iam::${ACCOUNT}:${kind.toLowerCase()}/${name}`,
        identity: attached.map((policy) => documentOf(policy, policy.Properties.PolicyDocument)),
        ...(boundary ? { boundary: documentOf(boundary, boundary.Properties.PolicyDocument) } : {}),
      };
    }),
  );
}

const everyone = principals();
const roleNames = everyone.map(({ name }) => name);
const bucketPolicy = (() => {
  const found = resourcesOf(templates, "AWS::S3::BucketPolicy").find(
    (policy) => `arn:aws:s3:::${textIn(policy)(policy.Properties.Bucket)}` === BUCKET,
  );
  if (!found) throw new Error("the record's bucket has no policy");
  for (const { Principal, Effect } of found.Properties.PolicyDocument.Statement)
    expect([Effect, Principal], "it only denies, and everybody").toEqual(["Deny", { AWS: "*" }]);
  return documentOf(found, found.Properties.PolicyDocument);
})();

/** Whether AWS would let it happen. In one account an Allow of either policy would do: the bucket's has none. */
function isAllowed({ arn, identity, boundary }: Principal, call: Call): boolean {
  const context = { "aws:SecureTransport": "true", "aws:PrincipalArn": arn, ...call.context };
  const verdicts = identity.map((policy) => evaluate(policy, { ...call, context }));
  const isOnBucket = list(call.resource).every((resource) => resource.startsWith(BUCKET));
  const denials = [...verdicts, ...(isOnBucket ? [evaluate(bucketPolicy, { ...call, context })] : [])];
  if (denials.includes("deny") || !verdicts.includes("allow")) return false;
  return !boundary || evaluate(boundary, { ...call, context }) === "allow";
}

const whoMay = (call: Call): string[] =>
  everyone.filter((principal) => isAllowed(principal, call)).map(({ name }) => name);

/** Somebody who was given everything: an administrator, or a role of ours that somebody made one. */
const almighty = (arn: string): Principal => ({
  name: arn,
  arn,
  identity: [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }],
});
const admin = almighty(`arn:aws:iam::${ACCOUNT}:role/Admin`);

const put = (key: string, context: Call["context"] = {}): Call => ({
  action: "s3:PutObject",
  resource: `${BUCKET}/${key}`,
  context: { "s3:if-none-match": "*", ...context },
});
const PREFIXES: Record<string, string> = {
  "events/dt=2026-11-21/a.parquet": "latchkey-export-audit",
  "quarantine/dt=2026-11-21/a.json": "latchkey-export-audit",
  "digests/dt=2026-11-21/2026-11-21T09Z.json": "latchkey-sign-digest",
  "digests/keys/a.json": "latchkey-sign-digest",
  "usage/dt=2026-11-21/a.parquet": "latchkey-import-usage",
};
const KEYS = [...Object.keys(PREFIXES), "elsewhere/a", "a", "eventsx/a"];

const UNDOING: Call[] = [
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:PutObjectRetention",
  "s3:BypassGovernanceRetention",
  "s3:ReplicateDelete",
  "s3:ReplicateObject",
].flatMap((action) => KEYS.map((key) => ({ action, resource: `${BUCKET}/${key}` })));
const WEAKENING: Call[] = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
].map((action) => ({ action, resource: BUCKET }));
const hold = (status: string): Call => ({
  action: "s3:PutObjectLegalHold",
  resource: `${BUCKET}/events/dt=2026-11-21/a.parquet`,
  context: { "s3:object-lock-legal-hold": status },
});

describe("the record, to every role and user of the application (I-54)", () => {
  it("is asked of all of them: functions, access roles, the workflow, agents and people", () => {
    expect(roleNames).toEqual(
      expect.arrayContaining([
        ...["latchkey-export-audit", "latchkey-sign-digest", "latchkey-mint-credentials", "latchkey-sweep"],
        ...["latchkey-grant-lifecycle", "latchkey-example-colin", "latchkey-example-support-assistant"],
      ]),
    );
    expect(everyone.filter(({ boundary }) => boundary).length).toBeGreaterThan(5);
  });

  it.each(KEYS)("is added to by one function, and only where nothing was: %s", (key) => {
    const writer = PREFIXES[key];
    expect(whoMay(put(key))).toEqual(roleNames.filter((name) => name === writer));
    expect(whoMay({ ...put(key), context: {} })).toEqual([]);
  });

  it("has nothing deleted, overwritten or let go of earlier by anybody", () => {
    for (const call of [...UNDOING, hold("ON"), hold("OFF")]) expect(whoMay(call), call.action).toEqual([]);
  });

  it("keeps its policy, versions, lock, lifecycle and encryption from all of them", () => {
    for (const call of WEAKENING) expect(whoMay(call), call.action).toEqual([]);
  });

  const keyArns = resourcesOf(templates, "AWS::KMS::Key")
    .filter(({ stack }) => stack === "LatchkeyAudit")
    .map(({ id }) => `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${id}`);

  it("keeps its keys from all of them: nobody can make it unreadable, or sign for the signer", () => {
    expect(keyArns).toHaveLength(2);
    for (const resource of keyArns) {
      for (const action of [
        ...["ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "CreateGrant", "DisableKeyRotation"],
        ...["DeleteImportedKeyMaterial", "UpdateAlias", "DeleteAlias"],
      ])
        expect(whoMay({ action: `kms:${action}`, resource }), action).toEqual([]);
    }
    const digestKey = keyArns.find((arn) => arn.includes("DigestKey")) ?? "";
    expect(whoMay({ action: "kms:Sign", resource: digestKey })).toEqual(["latchkey-sign-digest"]);
  });
});

describe("the bucket's own policy, whatever somebody is allowed otherwise (I-54)", () => {
  it("lets no function do another's part, not even one that was made almighty", () => {
    for (const { name, arn } of everyone.filter(({ name }) => name.startsWith("latchkey-"))) {
      const writes = KEYS.filter((key) => isAllowed(almighty(arn), put(key)));
      expect(writes, name).toEqual(KEYS.filter((key) => PREFIXES[key] === name && arn.includes(":role/")));
      for (const call of [...UNDOING, hold("ON"), hold("OFF")])
        expect(isAllowed(almighty(arn), call), `${name} ${call.action}`).toBe(
          arn.includes(":user/") && call.context?.["s3:object-lock-legal-hold"] === "ON",
        );
      if (arn.includes(":role/"))
        for (const call of WEAKENING)
          expect(isAllowed(almighty(arn), call), `${name} ${call.action}`).toBe(false);
    }
  });

  it("lets an administrator neither add, overwrite nor delete: that takes a change of the policy first, which is seen", () => {
    for (const key of KEYS) expect(isAllowed(admin, put(key)), key).toBe(false);
    for (const call of UNDOING) expect(isAllowed(admin, call), call.action).toBe(false);
    expect(isAllowed(admin, { action: "s3:PutBucketPolicy", resource: BUCKET })).toBe(true);
  });

  it("lets an administrator set a legal hold, and nobody lift one", () => {
    expect(isAllowed(admin, hold("ON"))).toBe(true);
    expect(isAllowed(admin, hold("OFF"))).toBe(false);
    expect(isAllowed(admin, { ...hold("ON"), context: {} })).toBe(false);
  });

  const exporter = almighty(`arn:aws:iam::${ACCOUNT}:role/latchkey-export-audit`);
  const sse = "s3:x-amz-server-side-encryption";
  const ownKey = resourcesOf(templates, "AWS::KMS::Key").find(({ id }) => id.startsWith("RecordKey"))?.id;
  it.each([
    ["names no key, and gets the bucket's", {}, true],
    [
      "names the bucket's key",
      { [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${ownKey}` },
      true,
    ],
    [
      "names a key that could be taken away",
      { [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: `arn:aws:kms:eu-west-1:999988887777:key/theirs` },
      false,
    ],
    ["asks for S3's own key", { [sse]: "AES256" }, false],
    ["brings a key of its own", { [`${sse}-customer-algorithm`]: "AES256" }, false],
    ["comes without TLS", { "aws:SecureTransport": "false" }, false],
  ])("takes an object whose request %s: %j is %s", (_what, context, expected) => {
    expect(isAllowed(exporter, put("events/dt=2026-11-21/a.parquet", context as Call["context"]))).toBe(
      expected,
    );
  });
});

describe("the bucket's lifecycle", () => {
  const bucket = resourcesOf(templates, "AWS::S3::Bucket").find(
    (found) => `arn:aws:s3:::${textIn(found)(found.Properties.BucketName)}` === BUCKET,
  );

  it("makes old objects cheaper, and lets nothing expire: no version, no marker", () => {
    const rules = bucket?.Properties.LifecycleConfiguration.Rules;
    expect(rules).toHaveLength(1);
    expect(rules[0]).toEqual({
      Status: "Enabled",
      Transitions: [{ StorageClass: "INTELLIGENT_TIERING", TransitionInDays: 30 }],
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
  });

  it("comes with a log of who reads it (I-59)", () => {
    expect(bucket?.Properties.LoggingConfiguration).toMatchObject({ LogFilePrefix: "audit/" });
  });
});
