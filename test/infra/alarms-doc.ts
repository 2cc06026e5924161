import { resourcesOf, shown, type Templates } from "./templates.ts";

/** An alarm of a template, as people read it. */
export type Shown = { name: string; impact: string; runbook: string; rings: string; access: boolean };

const NUMBERS = new Intl.NumberFormat("en-GB");
const minutes = (seconds: number): string =>
  seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds / 60} min`;

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no type.
function ringsWhen(p: any): string {
  const of = (p.Dimensions ?? [])
    .filter(({ Name }: { Name: string }) => Name !== "service")
    .map(({ Value }: { Value: unknown }) => shown(Value).replace(/^<(.*?)([0-9A-F]{8})?(\..*)?>$/, "$1"));
  const metric = `\`${p.Namespace === "Latchkey" ? "" : `${p.Namespace} `}${p.MetricName}\`${of.length > 0 ? ` of ${of.join(", ")}` : ""}`;
  const what = `${p.Statistic === "Maximum" ? "most" : "sum"} of ${metric}`;
  const missed = `under ${p.Threshold} in each of ${p.EvaluationPeriods} × ${minutes(p.Period)}, silence included`;
  return p.ComparisonOperator === "LessThanThreshold"
    ? `${what} ${missed}`
    : `${what} ≥ ${NUMBERS.format(p.Threshold)} in ${minutes(p.Period)}`;
}

const said = (description: string) => {
  const [, impact = "", runbook = ""] = description.match(/^(.*) Runbook: docs\/runbooks\/(.*)\.md$/) ?? [];
  return { impact, runbook };
};

/** Logical ids of the alarms that a composite's rule names. */
export const namedIn = (rule: unknown): string[] =>
  [...shown(rule).matchAll(/ALARM\("?<([A-Za-z0-9]+)\.Arn>"?\)/g)].map(([, id = ""]) => id);

/** Every alarm of the templates, the composite first. */
export function alarmsOf(templates: Templates): Shown[] {
  const composites = resourcesOf(templates, "AWS::CloudWatch::CompositeAlarm");
  const parts = new Set(composites.flatMap(({ Properties }) => namedIn(Properties.AlarmRule)));
  const single = resourcesOf(templates, "AWS::CloudWatch::Alarm").map(({ id, Properties }) => ({
    ...{ name: Properties.AlarmName, ...said(Properties.AlarmDescription) },
    ...{ rings: ringsWhen(Properties), access: parts.has(id) },
  }));
  const first = composites.map(({ Properties }) => ({
    ...{ name: Properties.AlarmName, ...said(Properties.AlarmDescription) },
    ...{ rings: "any alarm marked ▲ rings", access: true },
  }));
  return [...first, ...single.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** `docs/alarms.md`. */
export function alarmsDoc(templates: Templates): string {
  const rows = alarmsOf(templates).map(
    ({ name, impact, runbook, rings, access }) =>
      `| ${access ? "▲ " : ""}\`${name}\` | ${impact} | ${rings} | [${runbook}](runbooks/${runbook}.md) |`,
  );
  return `<!-- Written by \`npm run alarms\` from the synthesised templates. Not to be edited. -->
# Alarms

Each says what it means for people and has a runbook: symptom, what it means, where to look, what to do, how to undo it, when it is done. ▲: part of the composite \`latchkey-access-at-risk\`, people may have access that they should not. With \`alarmAddress\` in \`policy/deployment.yaml\` all are mailed; the dashboard \`latchkey\` shows the state of each. What rings in a real outage is [rehearsed](gameday.md).

| alarm | what it means for people | rings when | runbook |
|---|---|---|---|
${rows.join("\n")}
`;
}
