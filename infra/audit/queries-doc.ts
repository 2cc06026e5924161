import { namedQueries } from "../../functions/core/audit/named-queries.ts";
import { grantColumns } from "../../functions/core/audit/queries/grants.ts";
import { names } from "../names.ts";
import { SCAN_LIMIT_GIGABYTES } from "./queries.ts";
import { queryExamples } from "./query-examples.ts";

const cell = (text: unknown): string => String(text).replaceAll("|", "\\|");
const VALUES = { string: "ID", timestamp: "2026-11-01T00:00:00Z", bigint: "30" } as const;

function section({
  name,
  summary,
  note,
  parameters,
  answers,
  athenaParameters,
}: (typeof namedQueries)[number]): string {
  const example = queryExamples[name] ?? {};
  const flags = parameters.map(
    (each) =>
      `--${each.name.replaceAll("_", "-")} ${each.name === "to" ? "2026-12-01T00:00:00Z" : VALUES[each.type]}`,
  );
  return `## ${name}

${[summary, ...(note ? [note] : [])].join("\n\n")}

\`\`\`sh
npm run -s latchkey -- audit query ${[name, ...flags].join(" ")}
\`\`\`

${parameters.map((each) => `- \`${each.name}\` (${each.type}): ${each.description}`).join("\n")}

In the console the \`?\` are, in order: ${athenaParameters.map((each) => `\`${each}\``).join(", ")}.

| column | meaning | example |
|---|---|---|
${Object.entries(answers)
  .map(([column, meaning]) => `| \`${column}\` | ${cell(meaning)} | ${cell(example[column] ?? "")} |`)
  .join("\n")}
`;
}

/** `docs/audit-queries.md`, from the queries themselves: `npm run queries` writes it. */
export const queriesDoc = (): string => `# What auditors can ask

The questions below are published in the Athena workgroup \`${names.workgroup}\` (saved queries) and asked by name on the command line:

\`\`\`sh
npm run -s latchkey -- audit queries
npm run -s latchkey -- audit query who-had-access --resource claims --at 2026-11-21T09:30:00Z
npm run -s latchkey -- audit query decisions-by-day --from 2026-11-01 --to 2026-12-01 --format csv
\`\`\`

- \`--local\` asks the local AWS; without it the AWS SDK finds account and credentials. \`--format\` is \`table\`, \`csv\` or \`json\`.
- Times are ISO 8601 in UTC, and a day alone is its first moment. A period includes its start and not its end. Values are checked and bound as parameters (\`ExecutionParameters\`; on the local AWS as typed literals), never pasted.
- Exit codes: 0 answered, 1 the record was altered, 3 no answer, 64 wrong usage. Ctrl-C stops the query at Athena too.
- In the Athena console: choose the workgroup \`${names.workgroup}\`, open the saved query, and give a value for each \`?\` in the order told below: texts in single quotes, times as \`TIMESTAMP '2026-11-21 09:30:00.000'\`.
- The workgroup's settings cannot be overridden: results go to its own encrypted bucket and are deleted after 30 days, and a query that would read more than ${SCAN_LIMIT_GIGABYTES} GB is stopped.
- Text that agents or people wrote is kept in columns as one line, without control and invisible characters (written out, as \`\\u{202e}\`) and with an apostrophe before what a spreadsheet would calculate. The exact text is in the column \`body\`.

**Each event counts once.** Objects of the export may overlap, so the same event may be there twice. Where two copies of anything that a question reads differ, it fails and names the event (exit code 1) instead of answering. A question sees only the days and rows that it reads, and compares the hash and the columns that answers turn on, not every byte: that no line was changed, dropped or invented only \`latchkey audit verify\` shows.

**Two tables, and on AWS two views.** \`events\` (one row an event) and \`usage\` (one row a call that CloudTrail saw) are under \`dt=<day>\`: name days in \`WHERE dt >= '2026-11-01'\`, or everything is read. The views \`grants\` (one row a grant, in its latest state) and \`usage_of_grants\` are the same text as the named queries use, over all days: ${grantColumns.map(({ name }) => `\`${name}\``).join(", ")}.

**The state is the latest on record**, also where the period is long over. Questions about grants read 90 days before the period where something older may matter: no grant lives longer (a start at most 7 days ahead, stages of at most 7 days, a window of 12 hours). What was released to end by itself (\`onRelease: expire\`) counts as access until its window's end.

${namedQueries.map(section).join("\n")}`;
