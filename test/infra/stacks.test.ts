import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FORGET_AT } from "../../functions/aws/table/watched.ts";
import { gatewayCodes } from "../../functions/core/api/gateway.ts";
import { openApiDocument } from "../../functions/core/api/openapi.ts";
import { allRoutes } from "../../functions/core/api/routes.ts";
import { columns, eventsTable, partition } from "../../functions/core/audit/columns.ts";
import { namedQueries } from "../../functions/core/audit/named-queries.ts";
import { views } from "../../functions/core/audit/queries/views.ts";
import { usageColumns, usageTable } from "../../functions/core/audit/usage.ts";
import { errorCodes } from "../../functions/core/errors.ts";
import { noticedTypes } from "../../functions/notify/notices.ts";
import { projectRoot } from "../../infra/function.ts";
import { statementsOf } from "./permissions.ts";
import { list, only, resourcesOf, settings, shown, synthesize, type Templates } from "./templates.ts";

const templates = synthesize();
const principalOf = (statement?: { Principal?: unknown }) =>
  (statement?.Principal as { AWS?: unknown } | undefined)?.AWS;
const broker = { LatchkeyBroker: templates.LatchkeyBroker ?? { Resources: {} } };

/** Every method of an API as `GET /grants/{id} AWS_IAM`. */
function methodsOf(api: "SignedApi" | "ApprovalApi"): string[] {
  const parts = new Map(
    resourcesOf(broker, "AWS::ApiGateway::Resource").map((each) => [each.id, each.Properties]),
  );
  const path = (reference: unknown): string => {
    const found = parts.get(shown(reference).replace(/^<|>$/g, ""));
    return found ? `${path(found.ParentId)}/${found.PathPart}` : "";
  };
  return resourcesOf(broker, "AWS::ApiGateway::Method")
    .filter(({ Properties }) => shown(Properties.RestApiId).startsWith(`<${api}`))
    .map(
      ({ Properties }) =>
        `${Properties.HttpMethod} ${path(Properties.ResourceId)} ${Properties.AuthorizationType}`,
    )
    .sort();
}

/** The event source of a function of the broker, by the beginning of its logical id. */
const mappingOf = (target: string) =>
  resourcesOf(broker, "AWS::Lambda::EventSourceMapping").find(({ Properties }) =>
    shown(Properties.FunctionName).startsWith(`<${target}`),
  )?.Properties;

describe("routes (I-70)", () => {
  it("of the signed API are the table's, each signed", () => {
    const expected = allRoutes.filter(({ api }) => api === "signed");
    expect(methodsOf("SignedApi")).toEqual(
      expected.map(({ method, path }) => `${method} ${path} AWS_IAM`).sort(),
    );
  });

  it("of the approval API are the table's, each openly unsigned", () => {
    const expected = allRoutes.filter(({ api }) => api === "approval");
    expect(methodsOf("ApprovalApi")).toEqual(
      expected.map(({ method, path }) => `${method} ${path} NONE`).sort(),
    );
  });

  it("are those of the OpenAPI document", () => {
    const document = openApiDocument() as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(document.paths).flatMap(([path, { servers: _, ...methods }]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it("go to the function that the table names", () => {
    const targets = resourcesOf(broker, "AWS::ApiGateway::Method").map(({ Properties }) => {
      const uri = shown(Properties.Integration.Uri);
      const id = uri.match(/<(\w+)\.Arn>/)?.[1] ?? "";
      return `${Properties.OperationName} ${broker.LatchkeyBroker.Resources[id]?.Properties.FunctionName}`;
    });
    expect(targets.sort()).toEqual(
      allRoutes.map(({ name, service }) => `${name} latchkey-${service}`).sort(),
    );
  });
});

describe("who may reach the signed API", () => {
  const policyOf = (from: Templates) =>
    statementsOf(
      resourcesOf(from, "AWS::ApiGateway::RestApi").find(
        ({ Properties }) => Properties.Name === "latchkey-signed",
      )?.Properties.Policy,
    );

  it("is the deployment's accounts: an Allow for them, a Deny for all others, never an Allow for everybody", () => {
    const [allow, deny, ...others] = policyOf(templates);
    expect(others).toEqual([]);
    const allowed = list(principalOf(allow)).map(shown);
    expect(allow?.Effect).toBe("Allow");
    expect(allowed).toEqual(["arn:<AWS::Partition>:iam::<AWS::AccountId>:root"]);
    expect(deny).toMatchObject({ Effect: "Deny", Principal: { AWS: "*" } });
    expect(list(deny?.Condition?.StringNotEquals?.["aws:PrincipalAccount"]).map(shown)).toEqual([
      "<AWS::AccountId>",
    ]);
  });

  it("is the organisation, where one is named: `*` only with its condition", () => {
    const deployment = { ...settings.deployment, callers: { organization: "o-1234567890" } };
    const [allow, deny] = policyOf(synthesize({}, { ...settings, deployment }));
    expect(allow).toMatchObject({
      Effect: "Allow",
      Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
    });
    expect(deny).toMatchObject({
      Effect: "Deny",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
    });
  });
});

describe("the APIs", () => {
  const stage = (api: string) =>
    resourcesOf(broker, "AWS::ApiGateway::Stage").find(({ Properties }) =>
      shown(Properties.RestApiId).startsWith(`<${api}`),
    )?.Properties;

  it("never write down the path of an approval link, which has the token in it", () => {
    const { AccessLogSetting, MethodSettings, TracingEnabled } = stage("ApprovalApi");
    expect(TracingEnabled).toBe(false);
    expect(MethodSettings).toEqual([
      expect.objectContaining({ LoggingLevel: "OFF", DataTraceEnabled: false }),
    ]);
    expect(AccessLogSetting.Format).toContain("$context.resourcePath");
    expect(AccessLogSetting.Format).not.toMatch(/\$context\.(path|requestOverride|customDomain)|referer/i);
  });

  it("have on record what they refuse by themselves: who, from where, which check said no (I-59)", () => {
    const formats = ["SignedApi", "ApprovalApi"].map(
      (api) => JSON.parse(stage(api)?.AccessLogSetting.Format) as Record<string, string>,
    );
    for (const format of formats) {
      expect(format).toMatchObject({
        requestId: "$context.requestId",
        ip: "$context.identity.sourceIp",
        method: "$context.httpMethod",
        status: "$context.status",
        error: "$context.error.responseType",
        authenticated: "$context.authenticate.status",
        authorized: "$context.authorize.status",
      });
      // Of a bad signature the message has the canonical request, and that the session token.
      expect(Object.values(format).join()).not.toMatch(/error\.message|authenticate\.error|authorize\.error/);
    }
    expect(formats[0]).toMatchObject({
      caller: "$context.identity.userArn",
      principal: "$context.identity.caller",
    });
  });

  it("are throttled, log each call, and show nothing of bodies", () => {
    for (const { StageName, AccessLogSetting, MethodSettings } of [
      stage("SignedApi"),
      stage("ApprovalApi"),
    ]) {
      expect(StageName).toBe("v1");
      expect(AccessLogSetting.DestinationArn).toBeDefined();
      for (const { DataTraceEnabled, ThrottlingRateLimit, ThrottlingBurstLimit } of MethodSettings) {
        expect(DataTraceEnabled).toBe(false);
        expect(ThrottlingRateLimit).toBeGreaterThan(0);
        expect(ThrottlingBurstLimit).toBeGreaterThan(0);
      }
    }
  });

  it("answer in our words what API Gateway refuses by itself", () => {
    const answers = resourcesOf(broker, "AWS::ApiGateway::GatewayResponse");
    const forbidden = ["ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN"];
    for (const api of ["SignedApi", "ApprovalApi"]) {
      const ours = answers.filter(({ Properties }) => shown(Properties.RestApiId).startsWith(`<${api}`));
      const byType = new Map(ours.map(({ Properties }) => [Properties.ResponseType, Properties]));
      for (const type of forbidden) expect(byType.get(type)?.StatusCode, type).toBe("403");
      expect([...byType.keys()]).toEqual(expect.arrayContaining(["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"]));
      for (const { ResponseType, ResponseTemplates } of byType.values()) {
        const { error } = JSON.parse(ResponseTemplates["application/json"]);
        expect(Object.keys(errorCodes), ResponseType).toContain(error.code);
        expect(Object.keys(error), ResponseType).toEqual(["code", "message"]);
        if (forbidden.includes(ResponseType)) expect(error.code).toBe("forbidden");
        expect(Object.values(gatewayCodes).flat(), ResponseType).toContain(error.code);
      }
    }
  });
});

describe("the table", () => {
  const { Properties, DeletionPolicy } = only(templates, "LatchkeyBroker", "AWS::DynamoDB::Table");

  it("is on demand, backed up by the second, encrypted with our key, protected, and streams both images", () => {
    expect(Properties).toMatchObject({
      TableName: "latchkey",
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      DeletionProtectionEnabled: true,
    });
    expect(DeletionPolicy).toBe("Retain");
  });

  it("has a TTL for what red flags keep alone, which no other item has: nothing is ever ended by one (I-44)", () => {
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: FORGET_AT, Enabled: true });
    const folder = `${projectRoot}functions/aws/table/`;
    const sources = readdirSync(folder).filter((file) =>
      /FORGET_AT|forgetAt/.test(readFileSync(`${folder}${file}`, "utf8")),
    );
    expect(sources).toEqual(["watched.ts"]);
  });

  it("has the four indexes that somebody reads", () => {
    const indexes = Properties.GlobalSecondaryIndexes.map(
      (index: {
        IndexName: string;
        KeySchema: { AttributeName: string }[];
        Projection: { ProjectionType: string };
      }) => [
        index.IndexName,
        ...index.KeySchema.map(({ AttributeName }) => AttributeName),
        index.Projection.ProjectionType,
      ],
    );
    expect(indexes).toEqual([
      ["by-agent", "gsi1pk", "gsi1sk", "ALL"],
      ["waiting", "waitingPk", "waitingSk", "ALL"],
      ["due", "duePk", "dueSk", "KEYS_ONLY"],
      ["moved", "movedPk", "movedSk", "KEYS_ONLY"],
    ]);
  });

  it("has a key of its own, as have the seal and the record, and all are rotated", () => {
    const keys = resourcesOf(templates, "AWS::KMS::Key");
    const signing = keys.filter(({ Properties }) => Properties.KeyUsage === "SIGN_VERIFY");
    const encrypting = keys.filter((key) => !signing.includes(key));
    expect(encrypting).toHaveLength(3);
    for (const key of encrypting) expect(key.Properties.EnableKeyRotation, key.id).toBe(true);
    expect(signing.map(({ Properties }) => Properties.KeySpec)).toEqual(["ECC_NIST_P256", "ECC_NIST_P256"]);
    const aliases = resourcesOf(templates, "AWS::KMS::Alias").map(({ Properties }) => Properties.AliasName);
    expect(aliases.sort()).toEqual(
      ["audit", "digest", "permit", "seal", "table"].map((purpose) => `alias/latchkey-${purpose}`),
    );
  });

  it("has another key for digests when the next one is ordered, under the same alias; the first is let go of, and kept", () => {
    const record = { ...settings.deployment.record, digestKey: 2 };
    const next = synthesize({}, { ...settings, deployment: { ...settings.deployment, record } });
    const digestKeys = (from: Templates) =>
      resourcesOf(from, "AWS::KMS::Key").filter(({ id }) => id.startsWith("DigestKey"));
    const targetOf = (from: Templates) =>
      resourcesOf(from, "AWS::KMS::Alias").find(
        ({ Properties }) => Properties.AliasName === "alias/latchkey-digest",
      );
    const [[first], [second]] = [digestKeys(templates), digestKeys(next)];
    expect(digestKeys(next)).toHaveLength(1);
    expect(second?.id).not.toBe(first?.id);
    expect([first?.DeletionPolicy, second?.DeletionPolicy]).toEqual(["Retain", "Retain"]);
    expect(targetOf(next)?.id).toBe(targetOf(templates)?.id);
    expect(shown(targetOf(next)?.Properties.TargetKeyId)).toBe(`<${second?.id}.Arn>`);
  });
});

describe("the workflow (I-40)", () => {
  const { Properties } = only(templates, "LatchkeyBroker", "AWS::StepFunctions::StateMachine");

  it("is standard, traced, and logs everything but data: a task token passes through it", () => {
    expect(Properties).toMatchObject({
      StateMachineName: "latchkey-grant-lifecycle",
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
    });
  });

  it("calls functions by the alias `live`, and nothing else", () => {
    const aliases = resourcesOf(broker, "AWS::Lambda::Alias");
    const ids = Object.fromEntries(
      Object.entries(Properties.DefinitionSubstitutions).map(([name, arn]) => [
        name,
        shown(arn).replace(/^<|>$/g, ""),
      ]),
    );
    // What performs actions is found by its type's id, after this and before `:live`.
    const { PerformPrefix, ...tasks } = ids;
    expect(PerformPrefix).toMatch(/:function:latchkey-perform-$/);
    expect(Object.keys(tasks).sort()).toEqual([
      "AskApprovers",
      "EndAccess",
      "IssuePermit",
      "MintCredentials",
    ]);
    for (const id of Object.values(tasks))
      expect(aliases.find((alias) => alias.id === id)?.Properties.Name).toBe("live");
  });
});

describe("functions", () => {
  const functions = resourcesOf(templates, "AWS::Lambda::Function");
  const named = (name: string) =>
    functions.find(({ Properties }) => Properties.FunctionName === name)?.Properties;

  it("are one for each folder, each under a role of its own name", () => {
    const performed = (settings.bundle.catalogue.actions ?? []).filter(({ performer }) => performer);
    const folders = readdirSync(`${projectRoot}functions`)
      .filter((name) => !["aws", "core"].includes(name))
      // One for each action type that Latchkey performs.
      .flatMap((name) => (name === "perform-action" ? performed.map(({ id }) => `perform-${id}`) : [name]));
    expect(functions.map(({ Properties }) => Properties.FunctionName).sort()).toEqual(
      folders.map((name) => `latchkey-${name}`).sort(),
    );
    for (const { stack, Properties } of functions) {
      const roleId = shown(Properties.Role).match(/<(\w+)\.Arn>/)?.[1] ?? "";
      expect(templates[stack]?.Resources[roleId]?.Properties.RoleName).toBe(Properties.FunctionName);
      expect(folders).toContain(Properties.FunctionName.replace("latchkey-", ""));
    }
  });

  it("run on Node 24 on arm64 and keep their logs for a bounded time", () => {
    const logs = new Map(
      resourcesOf(templates, "AWS::Logs::LogGroup").map((log) => [
        shown(log.Properties.LogGroupName),
        log.Properties,
      ]),
    );
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
      expect(logs.get(`/aws/lambda/${Properties.FunctionName}`)?.RetentionInDays).toBeGreaterThan(0);
    }
    for (const [name, { RetentionInDays }] of logs) expect(RetentionInDays, name).toBeGreaterThan(0);
  });

  it("that anybody can call are capped, and those that stop and repair have capacity of their own (I-34)", () => {
    const capped = [
      "approval-page",
      "public-documents",
      "grants-api",
      "sweep",
      "stops-api",
      "revoke-access",
      "prove-denial",
    ];
    for (const name of capped)
      expect(named(`latchkey-${name}`)?.ReservedConcurrentExecutions, name).toBeGreaterThan(0);
  });

  it("can be called by API Gateway and EventBridge only for our own methods and rules", () => {
    for (const { id, Properties } of resourcesOf(templates, "AWS::Lambda::Permission")) {
      expect(["apigateway.amazonaws.com", "events.amazonaws.com"], id).toContain(Properties.Principal);
      expect(Properties.SourceArn, id).toBeDefined();
    }
  });
});

describe("the deny queue", () => {
  const queues = resourcesOf(broker, "AWS::SQS::Queue").map(({ Properties }) => Properties);
  const queue = queues.find(({ QueueName }) => QueueName === "latchkey-deny.fifo");

  it("is FIFO, encrypted, patient for six times the function's time, and keeps what fails", () => {
    expect(queue).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: false,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
  });

  it("is read by the revoker, message by message", () => {
    const mapping = mappingOf("revokeaccess");
    expect(shown(mapping.EventSourceArn)).toMatch(/^<DenyQueue[0-9A-F]{8}\.Arn>$/);
    expect(mapping.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
  });
});

describe("the queue of probes", () => {
  const queues = resourcesOf(broker, "AWS::SQS::Queue").map(({ Properties }) => Properties);

  it("holds rounds back one by one, so it is no FIFO; is encrypted, patient, and keeps what fails (I-25)", () => {
    const queue = queues.find(({ QueueName }) => QueueName === "latchkey-probes");
    expect(queue).toMatchObject({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    expect(queue.FifoQueue).toBeUndefined();
    expect(queues.find(({ QueueName }) => QueueName === "latchkey-probes-failed")).toMatchObject({
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  it("is read by the prover, message by message", () => {
    const mapping = mappingOf("provedenial");
    expect(mapping.ScalingConfig.MaximumConcurrency).toBe(
      resourcesOf(broker, "AWS::Lambda::Function").find(
        ({ Properties }) => Properties.FunctionName === "latchkey-prove-denial",
      )?.Properties.ReservedConcurrentExecutions,
    );
    expect(shown(mapping.EventSourceArn)).toMatch(/^<ProbeQueue/);
    expect(mapping.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
  });
});

describe("the watch over inline policies of access roles (I-37, I-69)", () => {
  const rule = resourcesOf(broker, "AWS::Events::Rule").find(
    ({ Properties }) => Properties.Name === "latchkey-iam-watch",
  )?.Properties;

  it("looks for any other name, any Allow, and any other writer, and rings", () => {
    expect(rule.EventPattern.detail).toEqual({
      eventSource: ["iam.amazonaws.com"],
      eventName: ["PutRolePolicy", "DeleteRolePolicy"],
      $or: [
        {
          requestParameters: {
            roleName: [{ prefix: "latchkey-access-" }],
            policyName: [{ "anything-but": "latchkey-deny" }],
          },
        },
        {
          requestParameters: {
            roleName: [{ prefix: "latchkey-access-" }],
            policyDocument: [{ wildcard: "*Allow*" }],
          },
        },
        {
          requestParameters: { roleName: [{ prefix: "latchkey-access-" }] },
          userIdentity: {
            sessionContext: {
              sessionIssuer: {
                userName: [{ "anything-but": ["latchkey-revoke-access", "latchkey-revoker"] }],
              },
            },
          },
        },
        {
          requestParameters: { roleName: [{ prefix: "latchkey-access-" }] },
          userIdentity: { type: [{ "anything-but": "AssumedRole" }] },
        },
      ],
    });
    const alarm = resourcesOf(broker, "AWS::CloudWatch::Alarm").find(
      ({ Properties }) => Properties.AlarmName === "latchkey-foreign-policy",
    )?.Properties;
    expect(alarm).toMatchObject({ Namespace: "AWS/Events", MetricName: "TriggeredRules", Threshold: 1 });
    expect(alarm.Dimensions).toEqual([{ Name: "RuleName", Value: rule.Name }]);
  });
});

describe("the bus", () => {
  const events = [{ eventName: ["INSERT"], dynamodb: { NewImage: { entity: { S: ["event"] } } } }];
  const queueNamed = (name: string) =>
    resourcesOf(broker, "AWS::SQS::Queue").find(({ Properties }) => Properties.QueueName === name);

  it("is fed by a reader of the stream of its own: events only, halved on error, given up in bounded time", () => {
    const mapping = mappingOf("publishevents");
    expect(mapping).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(mapping.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(mapping.MaximumRecordAgeInSeconds).toBeLessThan(24 * 3600);
    expect(
      mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual(events);
    const parked = queueNamed("latchkey-parked-events");
    expect(shown(mapping.DestinationConfig.OnFailure.Destination)).toBe(`<${parked?.id}.Arn>`);
    expect(parked?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  it("passes to `notify` what people hear of, patiently, and keeps what never arrived", () => {
    const rule = resourcesOf(broker, "AWS::Events::Rule").find(({ Properties }) =>
      Properties.Description?.includes("what people are told of"),
    );
    expect(rule?.Properties.EventPattern).toEqual({ source: ["latchkey"], "detail-type": noticedTypes });
    const failures = `<${queueNamed("latchkey-notify-failed")?.id}.Arn>`;
    const [target] = rule?.Properties.Targets ?? [];
    expect(shown(target.Arn)).toMatch(/^<notify/);
    expect(shown(target.DeadLetterConfig.Arn)).toBe(failures);
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 20 });
    const runs = resourcesOf(broker, "AWS::Lambda::EventInvokeConfig").find(({ Properties }) =>
      shown(Properties.FunctionName).startsWith("<notify"),
    )?.Properties;
    expect(runs).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 });
    expect(shown(runs?.DestinationConfig.OnFailure.Destination)).toBe(failures);
  });

  it("keeps Slack's webhook in a secret that outlives the stack and holds none until somebody puts it there", () => {
    const secret = only(templates, "LatchkeyBroker", "AWS::SecretsManager::Secret");
    expect(secret.Properties).toMatchObject({ Name: "latchkey/slack-webhook", SecretString: "none" });
    expect(secret.DeletionPolicy).toBe("Retain");
  });
});

describe("the record", () => {
  it("is fed by the table's stream: events only, halved on error, given up in bounded time and never in silence (I-56)", () => {
    const mapping = only(templates, "LatchkeyAudit", "AWS::Lambda::EventSourceMapping").Properties;
    expect(mapping).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BatchSize: settings.deployment.record.exportEvents,
      MaximumBatchingWindowInSeconds: settings.deployment.record.exportSeconds,
    });
    expect(mapping.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(mapping.MaximumRecordAgeInSeconds).toBeLessThan(24 * 3600);
    expect(shown(mapping.EventSourceArn)).toContain("StreamArn");
    expect(shown(mapping.DestinationConfig.OnFailure.Destination)).toMatch(/^<ExportFailures/);
    expect(
      mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual([{ eventName: ["INSERT"], dynamodb: { NewImage: { entity: { S: ["event"] } } } }]);
  });

  const tablesIn = (type: string) =>
    resourcesOf(templates, "AWS::Glue::Table")
      .map(({ Properties }) => Properties.TableInput)
      .filter(({ TableType }) => TableType === type);

  it("is two tables, of events and of use, with the writers' columns and projected days", () => {
    const expected: Record<string, readonly { name: string; type: string }[]> = {
      [eventsTable.name]: columns,
      [usageTable.name]: usageColumns,
    };
    const tables = tablesIn("EXTERNAL_TABLE");
    expect(tables.map(({ Name }) => Name).sort()).toEqual(Object.keys(expected).sort());
    for (const { Name, StorageDescriptor, PartitionKeys, Parameters } of tables) {
      expect(StorageDescriptor.Columns).toEqual(
        expected[Name]?.map(({ name, type }) => ({ Name: name, Type: type })),
      );
      expect(PartitionKeys).toEqual([{ Name: partition.name, Type: partition.type }]);
      expect(Parameters).toMatchObject({ "projection.enabled": "true", "projection.dt.type": "date" });
      expect(shown(Parameters["storage.location.template"])).toMatch(new RegExp(`${Name}/dt=\\$\\{dt\\}/$`));
    }
  });

  it("has views of the very text that the named queries carry, as Athena keeps them", () => {
    const found = tablesIn("VIRTUAL_VIEW");
    expect(found.map(({ Name }) => Name).sort()).toEqual(["grants", "usage_of_grants"]);
    for (const { Name, Parameters, StorageDescriptor, ViewOriginalText, ViewExpandedText } of found) {
      const view = views.find(({ name }) => name === Name);
      expect(Parameters.presto_view).toBe("true");
      expect(ViewExpandedText).toBe("/* Presto View */");
      const [, encoded = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText) ?? [];
      const presto = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
      expect(presto).toMatchObject({ originalSql: view?.sql, schema: eventsTable.database });
      expect(presto.columns.map(({ name }: { name: string }) => name)).toEqual(
        StorageDescriptor.Columns.map((column: { Name: string }) => column.Name),
      );
    }
  });

  it("is asked in a workgroup that clients cannot override, with a bound on cost", () => {
    const { Name, WorkGroupConfiguration } = only(
      templates,
      "LatchkeyAudit",
      "AWS::Athena::WorkGroup",
    ).Properties;
    expect(Name).toBe("latchkey");
    expect(WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_KMS" } },
    });
    expect(WorkGroupConfiguration.BytesScannedCutoffPerQuery).toBeGreaterThan(0);
  });

  it("comes with the published queries", () => {
    const published = resourcesOf(templates, "AWS::Athena::NamedQuery").map(
      ({ Properties }) => Properties.Name,
    );
    expect(published.sort()).toEqual(namedQueries.map(({ name }) => name).sort());
  });
});

describe("alarms", () => {
  const alarms = resourcesOf(templates, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);

  it("each say what it means for people and name a runbook that exists", () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const [, impact, runbook] =
        AlarmDescription.match(/^(.{30,}) Runbook: (docs\/runbooks\/[a-z-]+\.md)$/) ?? [];
      expect(impact, AlarmName).toBeDefined();
      expect(existsSync(`${projectRoot}${runbook}`), AlarmName).toBe(true);
    }
  });

  it("ring for denials, sweep, workflow, revoker, the record, the bus and people (I-25, I-56)", () => {
    expect(alarms.map(({ AlarmName }) => AlarmName.replace("latchkey-", "")).sort()).toEqual(
      [
        ...["actions-failed", "api-failing-approval", "api-failing-signed", "approvals-ageing", "clock-off"],
        ...["decision-errors", "deny-drift", "deny-failed", "deny-late", "deny-unproven", "digest-broken"],
        ...["digest-head-missing", "digest-late", "digest-new-key", "digest-not-witnessed", "events-late"],
        ...["events-parked", "export-errors", "export-failed", "export-late", "export-missing"],
        ...["publish-missing", "export-quarantined", "export-stale", "flag-failed", "flag-not-acted"],
        ...["foreign-policy", "key-changed", "key-disabled", "mail-bounce-rate"],
        ...["mail-bounced", "mail-complained", "mail-complaint-rate", "mail-events-failed", "mail-failing"],
        ...["mail-nobody-reached", "mint-errors", "mint-failed", "notify-failed", "outcome-unknown"],
        ...["probes-failed", "publish-errors", "quota-not-lowered", "red-flag", "record-deleted"],
        "record-key-changed",
        ...["record-key-disabled", "record-overwritten", "revoke-errors", "revoke-failing", "reviews-late"],
        ...["role-cut-off", "role-edited", "sweep-errors", "sweep-failing", "sweep-missing", "sweep-repairs"],
        ...["throttled-approval-page", "throttled-ask-approvers", "throttled-credentials-api"],
        ...["throttled-decisions-api", "throttled-grants-api", "throttled-iam", "throttled-mint-credentials"],
        ...["throttled-revoke-access", "throttled-stops-api", "throttled-sts", "throttled-sweep"],
        ...["throttled-table-reads", "throttled-table-writes", "usage-failed", "usage-file-unreadable"],
        ...["usage-record-unreadable", "usage-trail-changed", "workflow-failed", "workflow-timed-out"],
      ].sort(),
    );
  });

  it("ring for what a function survives by itself, by the code that it then logs", () => {
    const codes = [
      "approval.mail_failed",
      "audit.quarantined",
      "deny.drifted",
      "deny.failed",
      "deny.unproven",
      "digest.broken",
      "digest.deleted",
      "digest.head_missing",
      "digest.new_key",
      "digest.not_witnessed",
      "digest.overwritten",
      "events.not_published",
      "flag.alert",
      "flag.not_acted",
      "mail.bounced",
      "mail.complained",
      "mail.nobody_reached",
      "mint.clock_off",
      "mint.failed",
      "quota.not_lowered",
      "review.late",
      "role.cut_off",
      "role.edited",
      "sweep.failed",
      "usage.file_unreadable",
      "usage.record_unreadable",
    ];
    const rung = alarms.flatMap(({ Namespace, MetricName }) =>
      Namespace === "Latchkey" ? [MetricName] : [],
    );
    // Others are of the registry of metrics: see dashboard.test.ts.
    const derived = ["iam.throttled", "key.unusable", "record-key.unusable", "sts.throttled"];
    expect(rung.filter((name) => name.includes(".")).sort()).toEqual([...codes, ...derived].sort());
    const filters = resourcesOf(templates, "AWS::Logs::MetricFilter").map(({ Properties }) => Properties);
    for (const code of codes)
      expect(filters.filter(({ FilterPattern }) => FilterPattern === `{ $.code = "${code}" }`)).toHaveLength(
        1,
      );
  });

  it("ring for a record that lags behind, and when no hour was signed for two: silence is no good news", () => {
    const named = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `latchkey-${name}`);
    const filters = resourcesOf(templates, "AWS::Logs::MetricFilter").map(({ Properties }) => Properties);
    const filterOf = (metric: string) =>
      filters.find(({ MetricTransformations: [made] }) => made.MetricName === metric);
    expect(named("digest-late")).toMatchObject({
      MetricName: "DigestsSigned",
      Period: 3600,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
    expect(filterOf("DigestsSigned")?.FilterPattern).toBe('{ $.code = "digest.signed" }');
    expect(named("export-stale")).toMatchObject({ MetricName: "ExportFreshness", Statistic: "Maximum" });
    expect(filterOf("ExportFreshness")).toMatchObject({
      FilterPattern: '{ ($.code = "audit.exported") && ($.oldestMs >= 0) }',
      MetricTransformations: [{ MetricValue: "$.oldestMs" }],
    });
  });

  it("are mailed where an address is given", () => {
    const deployment = { ...settings.deployment, alarmAddress: "oncall@northwind.example" };
    const mailed = synthesize({}, { ...settings, deployment });
    expect(only(mailed, "LatchkeyBroker", "AWS::SNS::Subscription").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "oncall@northwind.example",
    });
    for (const { Properties } of resourcesOf(mailed, "AWS::CloudWatch::Alarm"))
      expect(Properties.AlarmActions).toHaveLength(1);
  });
});
