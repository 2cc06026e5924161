import { readFileSync } from "node:fs";
import { type App, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, it } from "vitest";
import { addLatchkey, addNag } from "../../infra/latchkey.ts";
import { secretsIn } from "./supply/secrets.ts";
import { list, newApp, resourcesOf, settings, shown, synthesize, type Template } from "./templates.ts";

const full = synthesize({ "latchkey:example": true });
const local = synthesize({ "latchkey:local": true });

type Difference = { at: string; full: unknown; local: unknown };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Where two values differ: paths down to the first thing that is not in both. */
function differences(one: unknown, other: unknown, at: string): Difference[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return [{ at, full: one, local: other }];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${at}/${key}`));
}

const text = (value: unknown) =>
  list(value).map((each) => (isObject(each) ? JSON.stringify(plain(each)) : each));

/** One line for each action and resource of a policy: statements are merged and ordered differently when one changes. */
function permissionLines(statements: Record<string, unknown>[]): Record<string, true> {
  const lines = statements.flatMap(({ Effect, Principal, Action, Resource, Condition }) =>
    text(Action).flatMap((action) =>
      list(Resource ?? "-").map(
        (resource) =>
          `${Effect} ${text(Principal ?? "-")} ${action} on ${shown(resource)} if ${JSON.stringify(plain(Condition ?? {}))}`,
      ),
    ),
  );
  return Object.fromEntries(lines.map((line) => [line, true]));
}

/** References as text, policies as lines, and no hashes that follow the content (of versions and deployments). */
function plain(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/(CurrentVersion|Deployment)[0-9A-Za-z]{20,}/g, "$1");
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const [[key, content] = []] = Object.entries(value);
  if (key === "Statement" || (key === "Version" && "Statement" in value))
    return permissionLines(value.Statement as Record<string, unknown>[]);
  if (key === "Ref" || key?.startsWith("Fn::")) return plain(shown(value)) ?? content;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [plain(name), plain(each)]));
}

const comparable = ({ Resources }: Template) =>
  Object.fromEntries(
    Object.entries(Resources).map(([id, { Type, ...rest }]) => [`${Type} ${plain(id)}`, plain(rest)]),
  );

const found = Object.keys(full).flatMap((stack) =>
  differences(comparable(full[stack] as Template), comparable(local[stack] as Template), stack),
);

const UNEVALUATED =
  /iam:PermissionsBoundary|sts:RoleSessionName|ses:FromAddress|kms:EncryptionContext|dynamodb:(LeadingKeys|Attributes)/;
const UNCONDITIONED =
  /Allow - (iam:(Put|Delete)RolePolicy|sts:AssumeRole|kms:(Decrypt|GenerateDataKey)|ses:SendEmail|dynamodb:(GetItem|Query|PutItem|Scan)) .* if {}$/;
const ABOUT = /Allow - (states:SendTask(Success|Failure)|ses:SendEmail|athena:(Get|Stop)Query\w+) on /;

/** What may differ, and how. Every line has its reason in `infra/local.ts`. */
const NAMED: Record<string, (difference: Difference) => boolean> = {
  "TLS is not demanded": ({ at, full, local }) =>
    local === undefined && (at + JSON.stringify(full)).includes("aws:SecureTransport"),
  "data goes with its stack": ({ at, full, local }) =>
    /\/(DeletionPolicy|UpdateReplacePolicy)$/.test(at) && full === "Retain" && local === "Delete",
  "the table is not protected": ({ at, full }) => at.endsWith("/DeletionProtectionEnabled") && full === true,
  "a denial settles sooner": ({ at, local }) => at.endsWith("/SETTLE_SECONDS") && local === "3",
  "deny entries go sooner": ({ at, local }) => at.endsWith("/DENY_MARGIN_SECONDS") && local === "10",
  "sessions are short, and renewed soon": ({ at, full, local }) =>
    (at.endsWith("/LONGEST_SESSION_SECONDS") && full === "3600" && local === "900") ||
    (at.endsWith("/ROTATE_BEFORE_SECONDS") && full === "900" && local === "810"),
  "no named queries": ({ at, local }) => at.includes("AWS::Athena::NamedQuery") && local === undefined,
  "no views": ({ at, local }) =>
    local === undefined && at.includes("AWS::Glue::Table") && /View(grants|usageofgrants)/.test(at),
  "no composite alarm, and none on the dashboard": ({ at, full, local }) =>
    (at.includes("AWS::CloudWatch::CompositeAlarm") && local === undefined) ||
    (at.endsWith("/DashboardBody") &&
      String(full).replace(/"[^"]*:alarm:latchkey-access-at-risk",/, "") === local),
  "no trail": ({ at, local }) => at.includes("AWS::CloudTrail::Trail") && local === undefined,
  "conditions that are not evaluated": ({ at, full, local }) =>
    (local === undefined && UNEVALUATED.test(at)) || (full === undefined && UNCONDITIONED.test(at)),
  "an event may be written over": ({ at, local }) => local === undefined && at.includes("s3:if-none-match"),
  "objects may be added by any role that may add them": ({ at, local }) =>
    local === undefined &&
    at.includes("/Deny ") &&
    at.includes("s3:PutObject on") &&
    at.includes("ArnNotEquals"),
  "events are gathered for a second": ({ at, full, local }) =>
    at.endsWith("/MaximumBatchingWindowInSeconds") && full === 60 && local === 1,
  "resources that are checked against *": ({ at, local }) =>
    ABOUT.test(at) && (local === undefined || at.includes(" on * if ")),
  "what stands in for jobs": ({ at, full, local }) =>
    /\/AWS_ENDPOINT_URL_(BEDROCK|SAGEMAKER)$/.test(at) &&
    full === undefined &&
    local === "<LocalJobsEndpoint>",
  "where the approval API is": ({ at, local }) =>
    at.endsWith("/APPROVAL_URL") && String(local).startsWith("<LocalEndpoint>/_aws/execute-api/<ApprovalApi"),
};

describe("on the local AWS", () => {
  it("the app differs only in the named places", () => {
    const unnamed = found.filter((each) => !Object.values(NAMED).some((isThis) => isThis(each)));
    expect(
      unnamed.map(({ at, full: f, local: l }) => `${at}: ${JSON.stringify(f)} → ${JSON.stringify(l)}`),
    ).toEqual([]);
  });

  it("each named difference is one that there is", () => {
    for (const [name, isThis] of Object.entries(NAMED)) expect(found.some(isThis), name).toBe(true);
  });

  it("has the same stacks as an account with the example company", () => {
    expect(Object.keys(local).sort()).toEqual(Object.keys(full).sort());
  });

  it("takes its address as a parameter, which no account is asked for", () => {
    expect(local.LatchkeyBroker?.Parameters).toHaveProperty("LocalEndpoint");
    expect(full.LatchkeyBroker?.Parameters).not.toHaveProperty("LocalEndpoint");
  });

  it("gives the deployer the outputs that it reads", () => {
    expect(Object.keys(local.LatchkeyBroker?.Outputs ?? {})).toEqual(
      expect.arrayContaining([
        "SignedApiId",
        "ApprovalApiId",
        "SignedApiUrl",
        "ApprovalApiUrl",
        "TableName",
        "StateMachineArn",
      ]),
    );
    expect(Object.keys(local.LatchkeyAudit?.Outputs ?? {})).toEqual(
      expect.arrayContaining(["AuditBucketName", "WorkgroupName", "DatabaseName"]),
    );
  });

  it("uses nothing that the engine refuses", () => {
    const refused =
      /AccessKey|IAM::Group|OIDCProvider|NamedQuery|::Trail|CompositeAlarm|AnomalyDetector|Archive|QueryDefinition|SES::Template|StateMachine(Version|Alias)|WebACLAssociation|^Custom::|CloudFormation::CustomResource/;
    expect(resourcesOf(local).filter(({ Type }) => refused.test(Type))).toEqual([]);
    expect(
      resourcesOf(local, "AWS::CloudWatch::Alarm").filter(({ Properties }) => Properties.Metrics),
    ).toEqual([]);
  });
});

/** Rules that a synth's report names. A finding makes the synth throw; a warning only stands in the report. */
function findings(app: App): { threw: boolean; rules: string[] } {
  let threw = false;
  try {
    app.synth();
  } catch {
    threw = true;
  }
  const report = JSON.parse(readFileSync(`${app.outdir}/validation-report.json`, "utf8"));
  type Plugin = { violations: { ruleName: string }[] };
  const rules = report.pluginReports.flatMap(({ violations }: Plugin) =>
    violations.map(({ ruleName }) => ruleName),
  );
  return { threw, rules };
}

describe("cdk-nag", () => {
  it("finds nothing that was not acknowledged with its reason", () => {
    const app = newApp();
    addNag(app);
    addLatchkey(app, settings);
    expect(findings(app)).toEqual({ threw: false, rules: [] });
  });

  it("is really on: a bad stack stops the synth", () => {
    const app = newApp();
    addNag(app);
    new Bucket(new Stack(app, "Bad"), "Open");
    const { threw, rules } = findings(app);
    expect(threw).toBe(true);
    expect(rules.join()).toMatch(/AwsSolutions-S1\b.*AwsSolutions-S10/);
  });
});

it("no template holds a secret, in an account or here", async () => {
  for (const [stack, template] of [...Object.entries(full), ...Object.entries(local)])
    expect(await secretsIn(`${stack}.json`, JSON.stringify(template, null, 1))).toEqual([]);
});
