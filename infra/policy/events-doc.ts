import { columns, factColumns, partition } from "../../functions/core/audit/columns.ts";
import { classes } from "../../functions/core/audit/ocsf/classes.ts";
import type { EventTypeRow, Fact } from "../../functions/core/audit/registry/row.ts";
import { type EventType, OCSF_VERSION, rowFor, typeNames } from "../../functions/core/audit/registry.ts";

/** What each fact says, in a few words. One without words does not compile. */
const meanings: Record<Fact, string> = {
  agent: "the agent that it is about, by its id in the catalogue",
  status: "the grant's status after the move",
  resource: "the resource, by its id in the catalogue",
  resourceArn: "its ARN",
  environment: "its environment",
  access: "what is to be done with it: `read`, `write`, …",
  scope: "the narrower part that was asked for, as canonical JSON; none is the whole resource",
  masked: "whether values are masked when read",
  windowSeconds: "how long was asked for",
  startsAt: "when the window begins; of counted calls the minute, of a digest its hour",
  endsAt: "when it ends: nothing is authorised from then on",
  purpose: "why, in the agent's own words",
  task: "the task that the agent named",
  ticket: "the ticket that the agent named",
  onBehalfOf: "for whom the agent says that it works",
  model: "the model that the agent says it is",
  digest:
    "`sha256:…` of exactly what is asked for, approved and minted; of a signed hour the hash of its statement",
  decision: "what policy decided: `allow`, `needs_approval`, `deny`",
  rules: "ids of the rules that decided",
  policyVersion: "the content hash of the policy that decided, or that is in force",
  stage: "the stage of approval, from 1",
  group: "the group that it asks",
  people: "ids of people: who was asked, who was passed over, who came or went",
  attempt: "the attempt to mint, from 1",
  sessionName: "the name of its session: `lk.<agent key>.<grant>.<attempt>`, as CloudTrail has it too",
  role: "the access role",
  code: "the kind of ending or refusal, stable",
  reason: "why, in a few words of whoever did it",
  proof: "how it is known that access is over: `probed` or `expired`",
  path: "the route that was called",
  count: "how many calls the event stands for; of a cut-off role, its live grants",
  riskScore: "the risk, from 0 to 100",
  riskFactors: "what it is made of: `classification=35,first-use=10`",
  breakGlass: "that the glass was broken: nobody was asked beforehand",
  lockdown: "the lockdown",
  target: "what it stops: `agent support-assistant`, `everything`",
  latencyMs: "from the stop to the third refused probe",
  extends: "the grant that this one goes on from",
  owner: "the person who owns the agent, when it asked",
  team: "the agent's team, when it asked; of a person, theirs",
  approverTeam: "the team of the person who decided",
  plan: "the stages that policy asks for, or that were passed over: `stage:group:quorum`",
  approvalsNeeded: "how many words of people the plan makes",
  capSeconds: "the longest window that policy lets this ask have",
  objects: "how many object versions a digest lists",
  heads: "how many chain heads it lists",
  rows: "how many rows a page had",
  bytes: "how many bytes its rows had, as JSON",
  columns: "which columns were asked for, by a comma; `*` for whole rows",
  filters: "which columns were filtered on, by a comma; never their values",
  maskedValues: "how many values were masked by their field's rule",
  detected: "how many identifiers were found and masked within free text",
  channel: "`signed` when a person decided through the signed API; by the link of a mail otherwise",
  flag: "the red flag, by its id",
  action: "what a red flag calls for: note, alert, revoke, lockdown",
  evidence: "why it was raised: numbers and ids, as canonical JSON",
  context:
    "the facts that policy saw of the ask, as canonical JSON; never the parameters of an action, which may be personal",
  shadow:
    "what the rules on trial (`@shadow`) would have made of it, as canonical JSON: `notes` of each, `outcome` and `plan`",
};

const SEVERITY = { 1: "informational", 2: "low", 3: "medium", 4: "high" } as const;
const OUTCOME = {
  ...{ success: "success", failure: "failure", decided: "as decided" },
  ...{ found: "new", settled: "resolved" },
} as const;
const code = (name: string): string => `\`${name}\``;
const list = (names: readonly string[]): string => names.map(code).join(", ");

const chained = typeNames.filter((type) => rowFor(type).chained);
const inAll = (of: (row: EventTypeRow) => readonly Fact[]): Fact[] =>
  of(rowFor(chained[0] ?? "grant.requested")).filter((fact) =>
    chained.every((type) => of(rowFor(type)).includes(fact)),
  );
const GRANT_MUST = inAll(({ must }) => must);
const GRANT_MAY = inAll(({ must, may }) => [...must, ...may]).filter((fact) => !GRANT_MUST.includes(fact));
const isOfGrant = ({ must }: EventTypeRow): boolean => GRANT_MUST.every((fact) => must.includes(fact));

const INTRO = `# Events of the record

Every type of event there is, and what it tells. Made by \`npm run events\` from \`functions/core/audit/registry.ts\`;
\`test/infra/events-doc.test.ts\` holds the two together. An event with a fact that its type has not, or without one that it
has always, is refused when it is sealed. Readers take every fact with every type: what an earlier release sealed stays readable,
so a fact that is always there now may be missing in events from before it was kept.

Each event has an id, its type, its time in milliseconds (UTC), and an actor: an agent, a person, the broker itself, or a verified
caller whom the catalogue does not name. Of a call the actor has its ARN, session name, request id and source address,
as API Gateway verified them; the request id is that of the API's access log. Moves of a grant form its chain: a sequence, and the hash of the move
before inside what is hashed.

Words of agents and people (${list(
  Object.values(factColumns).flatMap(({ name, ...rest }) => ("words" in rest ? [name] : [])),
)}) are exact in the body, which is
canonical JSON. In their columns they are one line, control and invisible characters are written out (\`\\u{202e}\`), and what a
spreadsheet would calculate begins with an apostrophe.`;

const OCSF = `## OCSF

Columns \`ocsf_version\`, \`category_uid\`, \`class_uid\`, \`activity_id\`, \`type_uid\`, \`severity_id\` and \`status_id\` are those of
[OCSF ${OCSF_VERSION}](https://schema.ocsf.io/${OCSF_VERSION}/). \`latchkey audit ocsf --events DIR\` writes the events of a folder as OCSF
JSON Lines, valid against that release, with the text that was hashed in \`raw_data\` and its hash in \`raw_data_hash\`. Its profile \`ai_operation\` is used where it
exists and an agent named its model (API Activity); OCSF wants the model's provider there, and nobody checks what an agent says
of its model, so that is \`unknown\`. Its successor was to have a profile \`record_integrity\`: not used, since it was not in a
release when this was written.`;

function factTable(): string {
  const rows = (Object.keys(meanings) as Fact[]).map(
    (fact) =>
      `| \`${fact}\` | \`${factColumns[fact].name}\` | ${factColumns[fact].type} | ${meanings[fact]} |`,
  );
  return ["| fact | column | type | what it says |", "|---|---|---|---|", ...rows].join("\n");
}

function otherColumns(): string {
  const facts = new Set<string>(Object.values(factColumns).map(({ name }) => name));
  const names = columns.map(({ name }) => name).filter((name) => !facts.has(name));
  return `Columns that are no facts: ${list([...names, partition.name])}.`;
}

function sectionOf(type: EventType): string {
  const row = rowFor(type);
  const own = (facts: readonly Fact[]) =>
    facts.filter((fact) => !isOfGrant(row) || ![...GRANT_MUST, ...GRANT_MAY].includes(fact));
  const raised = isOfGrant(row) ? row.must.filter((fact) => GRANT_MAY.includes(fact)) : [];
  const always = [
    ...(isOfGrant(row) ? ["the facts of a grant"] : []),
    ...[...raised, ...own(row.must)].map(code),
  ];
  const maybe = own(row.may).filter((fact) => !row.must.includes(fact));
  const of = classes[row.classUid];
  const activity = of.activities[row.activityId] ?? "Other";
  return [
    `### ${type}`,
    row.meaning,
    [
      `- ${row.chained ? "a move: in the grant's chain" : "stands alone"}`,
      `- always: ${always.join(", ") || "nothing more"}`,
      ...(maybe.length > 0 ? [`- may have: ${list(maybe)}`] : []),
      `- OCSF: ${of.name} (${row.classUid}), ${activity} (${row.classUid * 100 + row.activityId}), ${SEVERITY[row.severityId]}, ${OUTCOME[row.outcome]}`,
    ].join("\n"),
  ].join("\n\n");
}

/** `docs/audit-events.md`: all that there is to know of each type of event, from the registry itself. */
export function eventsDoc(): string {
  const facts = [
    "## Facts",
    factTable(),
    otherColumns(),
    `**The facts of a grant**, on every event of one: always ${list(GRANT_MUST)}; where they have a meaning, ${list(GRANT_MAY)}.`,
  ];
  return `${[INTRO, OCSF, ...facts, "## Types", ...typeNames.map(sectionOf)].join("\n\n")}\n`;
}
