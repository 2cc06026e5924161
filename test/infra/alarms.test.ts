import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../infra/function.ts";
import { alarmsDoc, alarmsOf, namedIn } from "./alarms-doc.ts";
import { list, only, resourcesOf, shown, synthesize } from "./templates.ts";

const templates = synthesize();
const alarms = alarmsOf(templates);
const properties = resourcesOf(templates, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
const named = (name: string) => properties.find(({ AlarmName }) => AlarmName === `latchkey-${name}`);

const SECTIONS = ["Symptom", "What it means for people", "Look", "Do", "Undo", "Done when"];
const RUNBOOKS = `${projectRoot}docs/runbooks/`;
/** Headings of a runbook that stand before some text, in order. */
function sectionsOf(runbook: string): string[] {
  const [, ...sections] = readFileSync(`${RUNBOOKS}${runbook}.md`, "utf8").split(/^## /m);
  return sections.flatMap((section) => {
    const [heading = "", ...text] = section.split("\n");
    return text.join("").trim() === "" ? [] : [heading];
  });
}

describe("every alarm", () => {
  it.each(alarms)(
    "$name says what it means for people and has a whole runbook",
    ({ name, impact, runbook }) => {
      expect(impact.length).toBeGreaterThan(30);
      expect(sectionsOf(runbook)).toEqual(SECTIONS);
      expect(readFileSync(`${RUNBOOKS}${runbook}.md`, "utf8"), "is named in its runbook").toMatch(
        new RegExp(`\`${name}\`|\`latchkey-throttled-…\``),
      );
    },
  );

  it("and every runbook belongs to one", () => {
    const written = readdirSync(RUNBOOKS).map((file) => file.replace(/\.md$/, ""));
    expect([...new Set(alarms.map(({ runbook }) => runbook))].sort()).toEqual(written.sort());
  });

  it("is listed in docs/alarms.md (npm run alarms)", () => {
    expect(readFileSync(`${projectRoot}docs/alarms.md`, "utf8")).toBe(alarmsDoc(templates));
  });
});

describe("what was given up on", () => {
  /** Where the templates send what fails: redrives, targets' and mappings' dead letters, destinations. */
  const stops = [
    ...resourcesOf(templates, "AWS::SQS::Queue").map(
      ({ Properties }) => Properties.RedrivePolicy?.deadLetterTargetArn,
    ),
    ...resourcesOf(templates, "AWS::Events::Rule").flatMap(({ Properties }) =>
      list(Properties.Targets).map(({ DeadLetterConfig }) => DeadLetterConfig?.Arn),
    ),
    ...["AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"].flatMap((type) =>
      resourcesOf(templates, type).map(
        ({ Properties }) => Properties.DestinationConfig?.OnFailure?.Destination,
      ),
    ),
  ].filter((arn) => arn !== undefined);
  const queues = new Set(stops.map((arn) => /^<(.*)\.Arn>$/.exec(shown(arn))?.[1] ?? shown(arn)));

  it("is somewhere: each function that is fed has such a queue", () => {
    expect(queues.size).toBeGreaterThanOrEqual(8);
  });

  it.each([...queues])("rings when it is not empty: %s", (id) => {
    const watching = properties.filter(
      ({ Dimensions, MetricName }) =>
        MetricName === "ApproximateNumberOfMessagesVisible" &&
        list(Dimensions).some(({ Value }) => shown(Value) === `<${id}.QueueName>`),
    );
    // What the bus did not take is looked at each minute by `sweep`, which rings for what stays.
    const bySweep = /^BusParked/.test(id) && named("events-parked")?.MetricName === "events.not_published";
    expect(watching.length === 1 || bySweep, id).toBe(true);
  });
});

describe("the composite at the top (I-25, I-37)", () => {
  const { Properties } = only(templates, "LatchkeyBroker", "AWS::CloudWatch::CompositeAlarm");
  const parts = alarms.filter(({ access, name }) => access && name !== "latchkey-access-at-risk");

  it("rings with each alarm that says so, and with no other", () => {
    expect(parts.map(({ name }) => name.replace("latchkey-", "")).sort()).toEqual([
      ...["deny-drift", "deny-failed", "deny-late", "deny-unproven", "flag-not-acted"],
      ...["foreign-policy", "probes-failed"],
      ...["revoke-errors", "revoke-failing", "role-edited", "sweep-missing", "throttled-iam"],
      ...["throttled-revoke-access", "throttled-stops-api", "throttled-sweep"],
    ]);
    expect(shown(Properties.AlarmRule)).toMatch(/^\(ALARM\(.*\)( OR ALARM\(.*\))*\)$/);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    expect(namedIn(Properties.AlarmRule).length).toBeLessThanOrEqual(100);
    expect(shown(Properties.AlarmRule)).not.toMatch(/NOT|AND/);
  });
});

describe("heartbeats", () => {
  it.each([
    ["sweep-missing", "Sweeps", 60, 3],
    ["digest-late", "DigestsSigned", 3_600, 2],
    ["export-missing", "Invocations", 3_600, 2],
    ["publish-missing", "Invocations", 3_600, 2],
  ])("%s rings for silence", (name, MetricName, Period, EvaluationPeriods) => {
    expect(named(name)).toMatchObject({ MetricName, Period, EvaluationPeriods, Threshold: 1 });
    expect(named(name)).toMatchObject({
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
  });
});

describe("keys", () => {
  const watched = resourcesOf(templates, "AWS::Events::Rule").flatMap(({ Properties }) =>
    Properties.EventPattern?.source?.includes("aws.kms") ? [Properties.EventPattern] : [],
  );

  it("each ring when somebody disables them, orders their deletion or changes their policy", () => {
    const keys = resourcesOf(templates, "AWS::KMS::Key").map(({ id }) => `<${id}.Arn>`);
    const ours = watched.flatMap(({ detail }) => detail.resources.ARN.map(shown));
    expect(ours.sort()).toEqual(keys.sort());
    expect(keys).toHaveLength(5);
    for (const { detail } of watched)
      expect(detail.eventName).toEqual(["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"]);
    expect(named("key-changed")?.MetricName).toBe("TriggeredRules");
    expect(named("record-key-changed")?.MetricName).toBe("TriggeredRules");
  });

  it("ring when KMS refuses them to who needs them", () => {
    const filters = resourcesOf(templates, "AWS::Logs::MetricFilter").flatMap(({ Properties }) =>
      /key\.unusable$/.test(Properties.MetricTransformations[0].MetricName) ? [Properties.FilterPattern] : [],
    );
    expect(filters).toHaveLength(4);
    for (const pattern of filters)
      expect(pattern).toBe(
        '{ ($.code = "run.failed") && (($.fault = "DisabledException") || ($.fault = "KMSInvalidStateException") || ($.fault = "KMSDisabledException")) }',
      );
  });
});

describe("throttles", () => {
  it("of IAM and STS ring by what the functions log of them", () => {
    const patternOf = (metric: string) =>
      resourcesOf(templates, "AWS::Logs::MetricFilter").find(
        ({ Properties }) => Properties.MetricTransformations[0].MetricName === metric,
      )?.Properties.FilterPattern;
    const faults =
      '(($.fault = "Throttling*") || ($.fault = "TooManyRequests*") || ($.fault = "RequestLimitExceeded*"))';
    expect(patternOf("iam.throttled")).toBe(`{ ($.code = "deny.again") && ${faults} }`);
    expect(patternOf("sts.throttled")).toBe(`{ ($.code = "run.failed") && ${faults} }`);
  });
});

describe("mail", () => {
  const [events] = resourcesOf(templates, "AWS::SES::ConfigurationSetEventDestination");
  const [set] = resourcesOf(templates, "AWS::SES::ConfigurationSet");

  it("goes out over TLS only, by a set that keeps SES's own list of who must not be mailed", () => {
    expect(set?.Properties).toMatchObject({
      Name: "latchkey",
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      SuppressionOptions: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
    const { Properties } = only(templates, "LatchkeyBroker", "AWS::SES::EmailIdentity");
    expect(shown(Properties.ConfigurationSetAttributes.ConfigurationSetName)).toBe(`<${set?.id}>`);
  });

  it("that bounces or is complained of comes back to `mail-events`, and only our own", () => {
    expect(events?.Properties.EventDestination.MatchingEventTypes.sort()).toEqual([
      "bounce",
      "complaint",
      "reject",
    ]);
    const rule = resourcesOf(templates, "AWS::Events::Rule").find(({ Properties }) =>
      Properties.EventPattern?.source?.includes("aws.ses"),
    );
    expect(rule?.Properties.EventPattern).toMatchObject({
      "detail-type": ["Email Bounced", "Email Complaint Received", "Email Rejected"],
      detail: { mail: { tags: { "ses:configuration-set": ["latchkey"] } } },
    });
    expect(rule?.Properties.EventBusName, "SES knows the default bus alone").toBeUndefined();
  });
});
