import { describe, expect, it } from "vitest";
import { statementsOf } from "./permissions.ts";
import { type Found, list, only, resourcesOf, settings, shown, synthesize } from "./templates.ts";

const templates = synthesize();
const audit = { LatchkeyAudit: templates.LatchkeyAudit ?? { Resources: {} } };
const trail = only(templates, "LatchkeyAudit", "AWS::CloudTrail::Trail");
const named = (type: string, name: RegExp): Found => {
  const [found, ...others] = resourcesOf(audit, type).filter(({ id }) => name.test(id));
  if (!found || others.length > 0) throw new Error(`${type} ${name}: ${others.length + (found ? 1 : 0)}`);
  return found;
};
const bucket = named("AWS::S3::Bucket", /^TrailBucketBucket|^TrailBucket[0-9A-F]{8}$/);
const policy = named("AWS::S3::BucketPolicy", /^TrailBucket/);

type Field = { Field: string; Equals?: string[]; StartsWith?: unknown[]; NotEquals?: string[] };
const selectors = trail.Properties.AdvancedEventSelectors.map(
  ({ Name, FieldSelectors }: { Name: string; FieldSelectors: Field[] }) => ({
    name: Name,
    fields: Object.fromEntries(FieldSelectors.map((field) => [field.Field, field])) as Record<string, Field>,
  }),
) as { name: string; fields: Record<string, Field> }[];

describe("the trail of what minted sessions call", () => {
  it("is on, in every region, and its files are signed by CloudTrail", () => {
    expect(trail.Properties).toMatchObject({
      TrailName: "latchkey-usage",
      IsLogging: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
    });
    expect(shown(trail.Properties.S3BucketName)).toBe(`<${bucket.id}>`);
  });

  it("records data events by caller, only minted sessions: nobody else's calls are paid for", () => {
    const data = selectors.filter(({ name }) => name.startsWith("Minted sessions"));
    expect(data.flatMap(({ fields }) => fields["resources.type"]?.Equals ?? []).sort()).toEqual([
      "AWS::Bedrock::KnowledgeBase",
      "AWS::Bedrock::Prompt",
      "AWS::DynamoDB::Table",
      "AWS::Lambda::Function",
      "AWS::S3::Object",
      "AWS::S3Vectors::Index",
    ]);
    for (const { fields } of data) {
      expect(fields.eventCategory?.Equals).toEqual(["Data"]);
      expect(fields["userIdentity.arn"]?.StartsWith?.map(shown)).toEqual([
        "arn:<AWS::Partition>:sts::<AWS::AccountId>:assumed-role/latchkey-access-",
      ]);
    }
  });

  it("records sessions of access roles in other accounts as well, when they reach in here", () => {
    const { catalogue } = settings.bundle;
    const [first] = catalogue.resources;
    const away = { ...catalogue, accessRoles: [{ id: first?.accessRole ?? "", account: "111122223333" }] };
    const given = { ...settings, bundle: { ...settings.bundle, catalogue: away } };
    const made = synthesize({}, given);
    const text = JSON.stringify(only(made, "LatchkeyAudit", "AWS::CloudTrail::Trail").Properties);
    expect(text).toContain("sts::111122223333:assumed-role/latchkey-access-");
    const importer = resourcesOf(made, "AWS::Lambda::Function").find(
      ({ Properties }) => Properties.FunctionName === "latchkey-import-usage",
    );
    expect(shown(importer?.Properties.Environment.Variables.ACCESS_ACCOUNTS)).toBe(
      "<AWS::AccountId>,111122223333",
    );
  });

  it("I-59 records every call on objects of the record, whoever makes it", () => {
    const [record] = selectors.filter(({ name }) => name === "Objects of the record");
    expect(Object.keys(record?.fields ?? {}).sort()).toEqual([
      "eventCategory",
      "resources.ARN",
      "resources.type",
    ]);
    expect(record?.fields["resources.ARN"]?.StartsWith?.map(shown)).toEqual([
      expect.stringMatching(/^<RecordBucket[0-9A-F]{8}\.Arn>\/$/),
    ]);
  });

  it("records management events but for the two noisy services that a trail may leave out", () => {
    const [management] = selectors.filter(({ name }) => name === "Management events");
    expect(management?.fields.eventSource?.NotEquals).toEqual(["kms.amazonaws.com", "rdsdata.amazonaws.com"]);
  });

  it("is left out where the deployment does without", () => {
    const deployment = {
      ...settings.deployment,
      record: { ...settings.deployment.record, usageTrail: false },
    };
    const without = synthesize({}, { ...settings, deployment });
    expect(resourcesOf(without, "AWS::CloudTrail::Trail")).toEqual([]);
  });
});

describe("the trail's bucket", () => {
  it("is versioned, encrypted, private, outlives its stack and lets its files go in time", () => {
    expect(bucket.Properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    expect(bucket.Properties.BucketEncryption).toBeDefined();
    expect(bucket.Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeGreaterThanOrEqual(365);
    expect(bucket.DeletionPolicy).toBe("Retain");
  });

  it("is written by our trail and by nothing else, by TLS only", () => {
    const statements = statementsOf(policy.Properties.PolicyDocument);
    const allows = statements.filter(({ Effect }) => Effect === "Allow");
    expect(allows.map(({ Action }) => Action)).toEqual(["s3:GetBucketAcl", "s3:PutObject"]);
    for (const { Principal, Condition } of allows) {
      expect(Principal).toEqual({ Service: "cloudtrail.amazonaws.com" });
      expect(shown(Condition?.StringEquals?.["aws:SourceArn"])).toBe(
        "arn:<AWS::Partition>:cloudtrail:<AWS::Region>:<AWS::AccountId>:trail/latchkey-usage",
      );
    }
    expect(list(allows[1]?.Resource).map(shown)).toEqual([`<${bucket.id}.Arn>/AWSLogs/<AWS::AccountId>/*`]);
    expect(statements.some(({ Condition }) => Condition?.Bool?.["aws:SecureTransport"] === "false")).toBe(
      true,
    );
  });
});

describe("the importer", () => {
  const rule = resourcesOf(audit, "AWS::Events::Rule").find(({ Properties }) =>
    JSON.stringify(Properties.EventPattern ?? null).includes("Object Created"),
  )?.Properties;

  it("runs on each file that is delivered, patiently, and keeps what it could not import", () => {
    expect(rule.EventPattern).toMatchObject({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { object: { key: [{ suffix: ".json.gz" }] } },
    });
    expect(shown(rule.EventPattern.detail.bucket.name[0])).toBe(`<${bucket.id}>`);
    const [target] = rule.Targets;
    expect(shown(target.Arn)).toMatch(/^<importusage/);
    const failures = shown(target.DeadLetterConfig.Arn);
    expect(failures).toMatch(/^<ImportUsageFailures/);
    const runs = resourcesOf(audit, "AWS::Lambda::EventInvokeConfig").find(({ Properties }) =>
      shown(Properties.FunctionName).startsWith("<importusage"),
    )?.Properties;
    expect(shown(runs.DestinationConfig.OnFailure.Destination)).toBe(failures);
  });
});

describe("the watch over the trail", () => {
  it("counts every call that ends or narrows it, by name or by ARN", () => {
    const rule = resourcesOf(audit, "AWS::Events::Rule").find(
      ({ Properties }) => Properties.Name === "latchkey-trail-watch",
    )?.Properties;
    const ours = ["latchkey-usage", { suffix: ":trail/latchkey-usage" }];
    expect(rule.EventPattern.detail).toEqual({
      eventSource: ["cloudtrail.amazonaws.com"],
      eventName: ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"],
      $or: [{ requestParameters: { name: ours } }, { requestParameters: { trailName: ours } }],
    });
    const alarm = resourcesOf(audit, "AWS::CloudWatch::Alarm").find(
      ({ Properties }) => Properties.AlarmName === "latchkey-usage-trail-changed",
    )?.Properties;
    expect(alarm.Dimensions).toEqual([{ Name: "RuleName", Value: rule.Name }]);
  });
});
