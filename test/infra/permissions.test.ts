import { readdirSync } from "node:fs";
import { PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { describe, expect, it } from "vitest";
import { inPlace } from "../../functions/core/catalogue.ts";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import { ceilingOf } from "../../functions/core/kinds/registry.ts";
import { projectRoot } from "../../infra/function.ts";
import { addLatchkey } from "../../infra/latchkey.ts";
import { names } from "../../infra/names.ts";
import { callsOf } from "./calls.ts";
import { grantsOf, statementsOf, wildcardsOf } from "./permissions.ts";
import { list, newApp, only, resourcesOf, settings, shown, synthesize, type Templates } from "./templates.ts";

const templates = synthesize();
const grants = grantsOf(templates);
const holders = (action: RegExp) => [
  ...new Set(grants.filter((grant) => action.test(grant.action)).map(({ holder }) => holder)),
];

const { resources } = inPlace(settings.bundle.catalogue, {
  accountId: "<AWS::AccountId>",
  region: "<AWS::Region>",
});
const accessRoles = [...new Set(resources.map(({ accessRole }) => accessRole))];
const accessRoleArns = accessRoles.map(
  (name) => `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/latchkey-access-${name}`,
);

/** Every wildcard that the broker's own roles have, with its reason. Nothing is added here without one. */
const WILDCARDS: Record<string, string> = {
  ...Object.fromEntries(
    ["iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy"].map((action) => [
      `latchkey-revoke-access ${action} arn:<AWS::Partition>:iam::<AWS::AccountId>:role/latchkey-access-*`,
      "a role that left the catalogue may still have live sessions; it carries its boundary",
    ]),
  ),
  "latchkey-export-audit s3:PutObject <RecordBucket.Arn>/events/*": "objects are named by day and content",
  "latchkey-export-audit s3:PutObject <RecordBucket.Arn>/quarantine/*": "likewise",
  "latchkey-sign-digest s3:PutObject <RecordBucket.Arn>/digests/*": "digests are named by their hour",
  "latchkey-sign-digest s3:GetObjectVersion <RecordBucket.Arn>/*": "it hashes every object of the record",
  ...Object.fromEntries(
    ["DeleteObject", "GetObject", "PutObject"].map((action) => [
      `latchkey-read-masked s3:${action} <MaskedQueriesResults.Arn>/results/*`,
      "Athena names results by their query",
    ]),
  ),
  "latchkey-import-usage s3:PutObject <RecordBucket.Arn>/usage/*": "likewise",
  "latchkey-import-usage s3:GetObject <TrailBucket.Arn>/AWSLogs/*": "CloudTrail names its files",
  "latchkey-export-audit dynamodb:ListStreams arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/latchkey/stream/*":
    "a listing is of no single stream",
  "latchkey-publish-events dynamodb:ListStreams arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/latchkey/stream/*":
    "likewise",
  ...Object.fromEntries(
    [
      "bedrock:CreateModelCustomizationJob arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:custom-model/*",
      "bedrock:CreateModelCustomizationJob arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:model-customization-job/*",
      "bedrock:GetModelCustomizationJob arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:model-customization-job/*",
      "bedrock:StopModelCustomizationJob arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:model-customization-job/*",
      ...["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"].map(
        (name) =>
          `sagemaker:${name} arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:training-job/lk-*`,
      ),
    ].map((what) => [`latchkey-perform-start-tuning ${what}`, "jobs are named by the grant, or by Bedrock"]),
  ),
  ...Object.fromEntries(
    ["s3:DeleteObject", "s3:DeleteObjectVersion"].map((action) => [
      `latchkey-perform-delete-objects ${action} arn:<AWS::Partition>:s3:::latchkey-example-training-<AWS::AccountId>/*`,
      "which objects, the approved parameters say; below the type's own places",
    ]),
  ),
  ...Object.fromEntries(
    ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"].map((action) => [
      `latchkey-perform-promote-model ${action} arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:model-package/support-tone/*`,
      "which version, the approved parameters say; of the type's own groups",
    ]),
  ),
  ...Object.fromEntries(
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
    [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ].map((action) => [`latchkey-grant-lifecycle ${action} *`, "the service takes no resource for these"]),
  ),
};

/** What the catalogue's ARN patterns come to, for the access roles' policies and their boundary. */
const cataloguePatterns = new Set(
  settings.bundle.catalogue.resources
    .flatMap(({ kind, accesses, ...where }) => ceilingOf(kind, where, accesses))
    .flatMap(({ Resource }) => Resource)
    .map((arn) => arn.replaceAll("{account}", "<AWS::AccountId>").replaceAll("{region}", "<AWS::Region>")),
);
const unexpected = (from: Templates) =>
  wildcardsOf(
    grantsOf(from).filter(
      ({ holder, action, resource }) =>
        !(
          /^latchkey-(permissions-|boundary-|read-masked$)/.test(holder) &&
          !action.includes("*") &&
          cataloguePatterns.has(resource)
        ),
    ),
  )
    .map((line) => line.replace(/<(\w+?)[0-9A-F]{8}\./g, "<$1."))
    .filter((line) => !(line in WILDCARDS));

describe("permissions (I-69)", () => {
  it("has no wildcard that is not on the list with its reason", () => {
    expect(unexpected(templates)).toEqual([]);
  });

  it("finds a wildcard that somebody adds", () => {
    const app = newApp();
    addLatchkey(app, settings);
    const role = app.node.findChild("LatchkeyBroker").node.findChild("sweep-role");
    if (!(role instanceof Role)) throw new Error("sweep has no role");
    role.addToPolicy(new PolicyStatement({ actions: ["dynamodb:Scan"], resources: ["*"] }));
    const stacks = app.synth().stacks.map((stack) => [stack.stackName, stack.template]);
    expect(unexpected(Object.fromEntries(stacks))).toEqual(["latchkey-sweep dynamodb:Scan *"]);
  });

  it("lets only the minter and, as a probe, the prover assume roles: exactly the access roles, each under its own session names", () => {
    expect(holders(/^sts:/).sort()).toEqual(["latchkey-mint-credentials", "latchkey-prove-denial"]);
    const names = { "latchkey-mint-credentials": "lk.*", "latchkey-prove-denial": "lk.*.probe" };
    for (const [who, sessionNames] of Object.entries(names)) {
      const assumes = grants.filter(({ holder, action }) => holder === who && action === "sts:AssumeRole");
      expect(assumes.map(({ resource }) => resource).sort()).toEqual([...accessRoleArns].sort());
      for (const { condition } of assumes)
        expect(condition).toEqual({ StringLike: { "sts:RoleSessionName": sessionNames } });
    }
  });

  it("lets the prover say REVOKED and queue its next round, and nothing else", () => {
    const may = grants.filter(
      ({ holder, action }) => holder === "latchkey-prove-denial" && !/^(logs|kms):/.test(action),
    );
    expect([...new Set(may.map(({ action }) => action))].sort()).toEqual([
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
      "sts:AssumeRole",
    ]);
  });

  it("lets only the revoker write IAM: inline policies of access roles that carry the boundary", () => {
    expect(holders(/^iam:(?!Get|List|PassRole)/)).toEqual(["latchkey-revoke-access"]);
    expect(holders(/^iam:(?!PassRole)/).sort()).toEqual(["latchkey-revoke-access", "latchkey-sweep"]);
    const writes = grants.filter(({ action }) => /^iam:(?!Get|List|PassRole)/.test(action));
    expect([...new Set(writes.map(({ action }) => action))]).toEqual([
      "iam:DeleteRolePolicy",
      "iam:PutRolePolicy",
    ]);
    const iam = "arn:<AWS::Partition>:iam::<AWS::AccountId>";
    // Of every access role that there is or was: one that left the catalogue may still have live sessions (I-33).
    expect([...new Set(writes.map(({ resource }) => resource))]).toEqual([`${iam}:role/latchkey-access-*`]);
    for (const { condition } of writes)
      expect(shown(condition.StringLike?.["iam:PermissionsBoundary"])).toBe(
        `${iam}:policy/latchkey-boundary-*`,
      );
  });

  it("lets only the function of an action type that starts jobs pass a role: the type's own, and only to its services", () => {
    const passes = grants.filter(({ action }) => action === "iam:PassRole");
    expect(passes).toEqual([
      {
        holder: "latchkey-perform-start-tuning",
        action: "iam:PassRole",
        resource: "arn:aws:iam::<AWS::AccountId>:role/latchkey-example-tuning",
        condition: {
          StringEquals: { "iam:PassedToService": ["bedrock.amazonaws.com", "sagemaker.amazonaws.com"] },
        },
      },
    ]);
  });

  it("gives each performing function its own type's calls, and none of another's", () => {
    const calls = (holder: string) => [
      ...new Set(
        grants
          .filter((grant) => grant.holder === holder && /^(bedrock|sagemaker|s3|iam):/.test(grant.action))
          .map(({ action }) => action),
      ),
    ];
    expect(calls("latchkey-perform-delete-objects")).toEqual(["s3:DeleteObject", "s3:DeleteObjectVersion"]);
    expect(calls("latchkey-perform-promote-model").sort()).toEqual([
      "sagemaker:DescribeModelPackage",
      "sagemaker:UpdateModelPackage",
    ]);
    expect(calls("latchkey-perform-start-tuning").filter((each) => /^s3:|ModelPackage/.test(each))).toEqual(
      [],
    );
  });

  it("lets one function send mail, one close the seal, two open it, three see the record: each adds to its own part", () => {
    expect(holders(/^ses:/)).toEqual(["latchkey-ask-approvers"]);
    const seesRecord = holders(/^s3:(?!DeleteObject)/).filter(
      (holder) => !/permissions|boundary|read-masked/.test(holder),
    );
    expect(seesRecord).toEqual(["latchkey-export-audit", "latchkey-sign-digest", "latchkey-import-usage"]);
    const seal = (action: string) =>
      grants
        .filter((grant) => grant.action === action && grant.resource.startsWith("<SealKey"))
        .map(({ holder }) => holder);
    expect(seal("kms:GenerateDataKey")).toEqual(["latchkey-mint-credentials"]);
    expect(seal("kms:Decrypt")).toEqual(["latchkey-credentials-api", "latchkey-read-masked"]);
  });

  it("I-60 lets one function read what is given masked, and where its queries leave raw rows: no other of ours, by any action", () => {
    const masked = resources.filter(({ masking }) => masking);
    expect(masked.map(({ kind }) => kind)).toContain("glue-table");
    const raw = masked.flatMap(({ kind, arn, settings }) => [
      arn,
      ...(kind === "glue-table" ? [String(settings?.location)] : []),
    ]);
    const bucketsOf = (arns: string[]) => arns.map((arn) => arn.replace(/\/.*$/, ""));
    const isRaw = ({ resource }: { resource: string }) =>
      raw.includes(resource) || bucketsOf(raw).includes(resource) || /^<MaskedQueriesResults/.test(resource);
    const ours = grants.filter(({ holder }) => !/^latchkey-(permissions|boundary)-/.test(holder));
    expect([...new Set(ours.filter(isRaw).map(({ holder }) => holder))]).toEqual(["latchkey-read-masked"]);
    for (const arn of raw)
      expect(
        ours.some(({ resource }) => resource === arn),
        arn,
      ).toBe(true);
    // Nor does it read anything else than its own table, the log and what is masked.
    const others = ours.filter(
      (grant) =>
        grant.holder === "latchkey-read-masked" && !isRaw(grant) && /^(s3|dynamodb):/.test(grant.action),
    );
    expect(new Set(others.map(({ resource }) => resource.replace(/[0-9A-F]{8}\.Arn>/, "")))).toEqual(
      new Set(["<Table"]),
    );
    const writes = ours.filter(
      (grant) =>
        grant.holder === "latchkey-read-masked" &&
        isRaw(grant) &&
        !/:(Get|List|Query|Scan)/.test(grant.action),
    );
    for (const { resource } of writes) expect(resource).toMatch(/^<MaskedQueriesResults/);
  });

  it("lets one function alone use each signing key: digests are signed by one, permits by another", () => {
    const holders = (action: string) =>
      grants
        .filter((grant) => grant.action === action)
        .map(({ holder, resource }) => `${holder} ${resource.replace(/[0-9A-F]{8}/, "")}`)
        .sort();
    const both = ["latchkey-issue-permit <PermitKey.Arn>", "latchkey-sign-digest <DigestKey.Arn>"];
    expect(holders("kms:Sign")).toEqual(both);
    expect(holders("kms:GetPublicKey")).toEqual(both);
    // Who redeems checks with public keys, and assumes, signs and decrypts nothing but the table.
    const beyond = grants.filter(
      ({ holder, action }) => holder === "latchkey-permits-api" && !/^(logs|dynamodb|kms):/.test(action),
    );
    expect(beyond).toEqual([]);
  });

  it("tells the digests' signer nothing of the table but keys, grants and their events", () => {
    const partitions = grants
      .filter(({ holder, action }) => holder === "latchkey-sign-digest" && action.startsWith("dynamodb:"))
      .map(({ action, resource, condition }) => [
        action,
        resource.replace(/^.*(?=\/index)/, "").replace(/^[^/].*/, "table"),
        condition["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"],
        condition.Null?.["dynamodb:LeadingKeys"],
      ]);
    expect(partitions).toEqual([
      ["dynamodb:GetItem", "table", ["DIGEST", "GRANT#*"], "false"],
      ["dynamodb:Query", "table", ["DIGEST", "GRANT#*"], "false"],
      ["dynamodb:PutItem", "table", ["DIGEST", "EVENT#digest-*"], "false"],
      ["dynamodb:Query", "/index/moved", undefined, undefined],
    ]);
  });

  it("lets anyone's documents come from the partitions of public keys, and from nothing else of the table", () => {
    const reads = grants.filter(
      ({ holder, action }) => holder === "latchkey-public-documents" && !/^(logs|kms):/.test(action),
    );
    expect(reads).toEqual([
      expect.objectContaining({
        action: "dynamodb:Query",
        condition: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["DIGEST", "PERMITKEYS"] },
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      }),
    ]);
  });

  it("lets witnesses be told where they are named, and only of digests", () => {
    const record = {
      ...settings.deployment.record,
      witnessBucket: "elsewhere-digests",
      witnessAddress: "auditor@elsewhere.example",
    };
    const named = grantsOf(synthesize({}, { ...settings, deployment: { ...settings.deployment, record } }));
    const before = new Set(grants.map(({ holder, action }) => `${holder} ${action}`));
    const puts = named.filter(
      ({ holder, action }) => holder === "latchkey-sign-digest" && action === "s3:PutObject",
    );
    const places = puts.map(({ resource }) => resource.replace(/<RecordBucket[0-9A-F]+/g, "<RecordBucket"));
    expect(places.sort()).toEqual([
      "<RecordBucket.Arn>/digests/*",
      "arn:<AWS::Partition>:s3:::elsewhere-digests/<RecordBucket>/digests/*",
    ]);
    const more = named.filter(({ holder, action }) => !before.has(`${holder} ${action}`));
    expect(more.map(({ holder, action, resource }) => `${holder} ${action} ${resource}`).sort()).toEqual(
      ["configuration-set/latchkey", "identity/latchkey@northwind.example"].map(
        (what) =>
          `latchkey-sign-digest ses:SendEmail arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:${what}`,
      ),
    );
  });

  it("lets only the publisher, sweep and the importer of use speak on the bus, and only `notify` read the webhook", () => {
    expect(holders(/^events:/)).toEqual([
      "latchkey-sweep",
      "latchkey-publish-events",
      "latchkey-import-usage",
    ]);
    const puts = grants.filter(({ action }) => action.startsWith("events:"));
    expect(new Set(puts.map(({ action }) => action))).toEqual(new Set(["events:PutEvents"]));
    // The importer's stack says it by its fixed name.
    for (const { resource } of puts) expect(resource).toMatch(/^<Bus[0-9A-F]+\.Arn>$|:event-bus\/latchkey$/);
    const secrets = grants.filter(
      ({ action, holder }) =>
        action.startsWith("secretsmanager:") && !/^latchkey-(permissions|boundary)-/.test(holder),
    );
    expect(secrets).toEqual([
      expect.objectContaining({
        holder: "latchkey-notify",
        action: "secretsmanager:GetSecretValue",
        resource: expect.stringMatching(/^<SlackWebhookSecret[0-9A-F]+\.Id>$/),
      }),
    ]);
  });

  it("lets whoever may have people asked again do nothing else with functions, and only through the alias", () => {
    const calls = grants.filter(({ action }) => action.startsWith("lambda:"));
    const ours = calls.filter(({ holder }) => holder !== "latchkey-grant-lifecycle");
    expect(ours.map(({ holder, action }) => `${holder} ${action}`).sort()).toEqual([
      "latchkey-decisions-api lambda:InvokeFunction",
      "latchkey-grants-api lambda:InvokeFunction",
      "latchkey-sweep lambda:InvokeFunction",
    ]);
    for (const { resource } of ours) expect(resource).toMatch(/^<askapproversLive/);
  });

  it("lets whoever stops things write the table, order denials and wake a workflow, and nothing else (I-34)", () => {
    const services = grants
      .filter(({ holder }) => holder === "latchkey-stops-api")
      .map(({ action }) => action.replace(/:.*/, ""));
    // No STS, no IAM, no mail, no seal's key (the table's alone), no bus, no Athena.
    expect([...new Set(services)].sort()).toEqual(["dynamodb", "kms", "logs", "sqs", "states"]);
    const stops = grants.filter(({ holder }) => holder === "latchkey-stops-api");
    const keysUsed = stops.filter(({ action }) => action.startsWith("kms:"));
    for (const { resource } of keysUsed) expect(resource).not.toMatch(/^<SealKey/);
    for (const { resource } of stops.filter(({ action }) => action.startsWith("sqs:")))
      expect(resource).toMatch(/^<DenyQueue/);
  });

  it("reaches the table item by item, never by batch or administration, and by scan only the exporter, shown events alone", () => {
    const actions = grants.filter(({ action }) => action.startsWith("dynamodb:"));
    const ours = actions.filter(({ holder }) => !/permissions|boundary/.test(holder));
    const stream = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
    const items = ["ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"];
    expect([...new Set(ours.map(({ action }) => action.slice(9)))].sort()).toEqual(
      [...stream, ...items, "Scan"].sort(),
    );
    // What `read-masked` scans beside are the resources of a test of their own.
    const table = ours.filter(({ resource }) => !resource.startsWith("arn:aws:dynamodb:"));
    expect(table.filter(({ action }) => action === "dynamodb:Scan")).toEqual([
      expect.objectContaining({
        holder: "latchkey-export-audit",
        condition: {
          "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "entity", "body", "hash"] },
          Null: { "dynamodb:Attributes": "false" },
          StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
        },
      }),
    ]);
  });

  it("gives functions no policy of AWS's own", () => {
    const managed = resourcesOf(templates, "AWS::IAM::Role").filter(({ Properties }) =>
      list(Properties.ManagedPolicyArns).some((arn) => shown(arn).includes(":aws:policy/")),
    );
    expect(managed.map(({ Properties }) => Properties.RoleName)).toEqual(["latchkey-api-logging"]);
  });
});

// What the platform does in a function's name: writing its log, polling its source, naming where failures go.
const PLATFORM =
  /^(logs:|kms:|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)|dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams))/;
const FAILURES = [
  "latchkey-export-audit sqs:SendMessage",
  "latchkey-import-usage sqs:SendMessage",
  "latchkey-mail-events sqs:SendMessage",
  "latchkey-notify sqs:SendMessage",
  "latchkey-start-approvals sqs:SendMessage",
  ...(settings.bundle.catalogue.actions ?? [])
    .filter(({ performer }) => performer)
    .map(({ id }) => `latchkey-perform-${id} sqs:SendMessage`),
];
/** Without other accounts there is nobody whom the revoker could assume. The test with two accounts has it. */
const ELSEWHERE = [
  "latchkey-revoke-access sts:AssumeRole",
  "latchkey-sign-digest ses:SendEmail", // without a witness there is nobody to write to: a test of its own, above
];

const capabilities = readdirSync(`${projectRoot}functions`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["aws", "core"].includes(entry.name))
  .map(({ name }) => name);

describe("what a function may do is what its code does (I-69)", () => {
  // One folder for each performer, one function for each action type that names it.
  const folders = capabilities.flatMap((capability) =>
    capability === "perform-action"
      ? (settings.bundle.catalogue.actions ?? []).flatMap(({ id, performer }) =>
          performer ? [{ capability: `perform-${id}`, folder: `perform-action/${performer}` }] : [],
        )
      : [{ capability, folder: capability }],
  );

  it.each(folders)("$capability", ({ capability, folder }) => {
    const called = callsOf(folder).filter(
      (action) => !ELSEWHERE.includes(`latchkey-${capability} ${action}`),
    );
    const allowed = grants
      .filter(({ holder }) => holder === `latchkey-${capability}`)
      .filter(({ action }) => called.includes(action) || !PLATFORM.test(action))
      .filter(({ holder, action }) => !FAILURES.includes(`${holder} ${action}`))
      .map(({ action }) => action);
    expect([...new Set(allowed)].sort()).toEqual(called);
  });
});

describe("access roles", () => {
  const roles = resourcesOf({ only: templates.LatchkeyAccessRoles ?? { Resources: {} } }, "AWS::IAM::Role");

  it("are the catalogue's, without a path, for one hour, under the boundary", () => {
    expect(roles.map(({ Properties }) => Properties.RoleName).sort()).toEqual(
      accessRoles.map((name) => `latchkey-access-${name}`).sort(),
    );
    for (const { Properties } of roles) {
      expect(Properties.Path).toBeUndefined();
      expect(Properties.MaxSessionDuration).toBe(3600);
      expect(Properties.Policies, "inline policies belong to the deny list").toBeUndefined();
      expect(shown(Properties.PermissionsBoundary)).toMatch(/Boundary/);
    }
  });

  it("trust the minter and the prover alone, with the external id, and neither under the other's session names (I-69)", () => {
    for (const { Properties } of roles) {
      const [minter, identity, prover, ...others] = statementsOf(Properties.AssumeRolePolicyDocument);
      expect(others).toEqual([]);
      const external = { "sts:ExternalId": settings.deployment.externalId };
      expect(minter).toMatchObject({ Effect: "Allow", Action: "sts:AssumeRole" });
      expect(minter?.Condition).toEqual({
        StringEquals: external,
        StringLike: { "sts:RoleSessionName": "lk.*" },
        StringNotLike: { "sts:RoleSessionName": "lk.*.probe" },
      });
      expect(identity).toMatchObject({ Effect: "Allow", Action: "sts:SetSourceIdentity" });
      expect(prover).toMatchObject({ Effect: "Allow", Action: "sts:AssumeRole" });
      expect(prover?.Condition).toEqual({
        StringEquals: external,
        StringLike: { "sts:RoleSessionName": "lk.*.probe" },
      });
      const trusted = [minter, identity, prover].map((statement) =>
        shown((statement?.Principal as { AWS?: unknown } | undefined)?.AWS).replace(/^.*:role\//, ""),
      );
      const mint = names.capability("mint-credentials");
      expect(trusted).toEqual([mint, mint, names.capability("prove-denial")]);
    }
  });

  it("can never reach IAM, another role or the broker's own (A-19, A-27, I-36)", () => {
    const boundaries = resourcesOf(templates, "AWS::IAM::ManagedPolicy").filter(({ Properties }) =>
      String(Properties.ManagedPolicyName).startsWith("latchkey-boundary-"),
    );
    expect(boundaries.length).toBe(accessRoles.length);
    for (const boundary of boundaries) {
      const denies = statementsOf(boundary.Properties.PolicyDocument).filter(
        ({ Effect }) => Effect === "Deny",
      );
      const denied = denies.flatMap((deny) =>
        list(deny.Resource).map((resource) => `${list(deny.Action).join(" ")} ${shown(resource)}`),
      );
      expect(denied).toEqual(
        expect.arrayContaining([
          "iam:* sts:AssumeRole* *",
          "* arn:<AWS::Partition>:dynamodb:*:*:table/latchkey",
          "* arn:<AWS::Partition>:s3:::latchkey-audit-*",
          "* arn:<AWS::Partition>:lambda:*:*:function:latchkey-*",
          "* arn:<AWS::Partition>:sqs:*:*:latchkey-*",
          "* arn:<AWS::Partition>:events:*:*:event-bus/latchkey",
          "* arn:<AWS::Partition>:events:*:*:rule/latchkey/*",
          "* arn:<AWS::Partition>:secretsmanager:*:*:secret:latchkey/*",
          "kms:* *",
        ]),
      );
    }
  });

  it("are named by the deny list in no template: a deploy would erase live denials (I-72)", () => {
    for (const from of [templates, synthesize({ "latchkey:local": true })]) {
      const policies = resourcesOf(from).filter(({ Properties }) =>
        [Properties?.PolicyName, Properties?.Policies].some((value) =>
          JSON.stringify(value ?? null).includes(DENY_POLICY_NAME),
        ),
      );
      expect(policies).toEqual([]);
      // The rule that looks for other names is the only one to say it.
      const saying = resourcesOf(from).filter((each) =>
        JSON.stringify(each).includes(`"${DENY_POLICY_NAME}"`),
      );
      expect(saying.map(({ Type }) => Type)).toEqual(["AWS::Events::Rule"]);
    }
  });
});

describe("the audit record (I-54)", () => {
  const bucket = only({ LatchkeyAudit: { Resources: locked() } }, "LatchkeyAudit", "AWS::S3::Bucket");
  function locked() {
    const all = Object.entries(templates.LatchkeyAudit?.Resources ?? {});
    return Object.fromEntries(all.filter(([, { Properties }]) => Properties.ObjectLockEnabled));
  }

  it("is versioned and locked as the deployment says, encrypted under a key of its own, and outlives its stack", () => {
    const { mode, days } = settings.deployment.auditLock;
    expect(bucket.Properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: mode, Days: days } } },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    const [rule] = bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(shown(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toMatch(/^<RecordKey/);
    expect(bucket.DeletionPolicy).toBe("Retain");
  });

  const POWERS =
    /^s3:(\*|Delete|Bypass|PutObject(Retention|LegalHold)|PutBucket|PutLifecycle|PutEncryption|.*\*)/;

  it("gives no role a way to delete, unlock or weaken it", () => {
    // What an action type's performer may delete is named bucket by bucket, and synth refuses Latchkey's own there.
    const elsewhere = /^arn:<AWS::Partition>:s3:::latchkey-example-/;
    // Of what masked queries leave, which is not the record.
    const leftovers = /^<MaskedQueriesResults\w+\.Arn>\/results\/\*$/;
    const powers = grants.filter(
      ({ action, resource }) => POWERS.test(action) && !elsewhere.test(resource) && !leftovers.test(resource),
    );
    expect(powers).toEqual([]);
    expect(holders(/^kms:(Schedule|Disable|Put|Revoke|\*)/)).toEqual([]);
  });

  const policies = resourcesOf(templates, "AWS::S3::BucketPolicy").find(
    ({ Properties }) => shown(Properties.Bucket) === `<${bucket.id}>`,
  );
  const denials = statementsOf(policies?.Properties.PolicyDocument).filter(({ Effect }) => Effect === "Deny");

  it("is reached by TLS only", () => {
    expect(denials.some((deny) => deny.Condition?.Bool?.["aws:SecureTransport"] === "false")).toBe(true);
  });
});

describe("the example company", () => {
  const example = synthesize({ "latchkey:example": true });
  const users = grantsOf({ LatchkeyExample: example.LatchkeyExample ?? { Resources: {} } });

  it("gives its agents nothing but the signed API", () => {
    // The training pipeline is a role, which the stack of its own example makes.
    const agents = settings.bundle.catalogue.agents
      .filter(({ principals }) => principals.some((arn) => arn.includes(":user/")))
      .map(({ id }) => `latchkey-example-${id}`);
    const theirs = users.filter(({ holder }) => agents.includes(holder));
    expect(new Set(theirs.map(({ holder }) => holder)).size).toBe(agents.length);
    expect(new Set(theirs.map(({ action }) => action))).toEqual(new Set(["execute-api:Invoke"]));
    for (const { resource } of theirs) expect(resource).toMatch(/:<LatchkeyBroker\.[^>]+>\/v1\/\*\/\*$/);
  });

  it("lets only compliance ask the record, and even them delete nothing", () => {
    const auditors = users.filter(({ action }) => action.startsWith("athena:")).map(({ holder }) => holder);
    expect([...new Set(auditors)]).toEqual(["latchkey-example-colin"]);
    expect(users.filter(({ action }) => POWERS_OF_USERS.test(action))).toEqual([]);
  });

  it("is in no account unless it is asked for, and has no access keys", () => {
    expect(Object.keys(templates)).not.toContain("LatchkeyExample");
    expect(resourcesOf(example, "AWS::IAM::AccessKey")).toEqual([]);
  });
});

const POWERS_OF_USERS = /^s3:(Delete|Bypass|PutBucket|PutObjectRetention)|\*/;
