import type { Html } from "../../../../functions/core/html.ts";
import { isTrue, type Row, sum } from "../../../page/row.ts";
import { type Column, code, duration, number, table, time, words } from "../../../page/table.ts";
import { many, sentence } from "../../../page/words.ts";
import type { Answers } from "../gather.ts";
import type { Month } from "../month.ts";
import { section } from "../section.ts";

const lessBy = (row: Row): string =>
  [
    isTrue(row, "only_read") && "only read",
    isTrue(row, "one_folder") && "one folder",
    isTrue(row, "brief") && "a short part of the window",
  ]
    .filter((each) => each !== false)
    .join(", ");
const grantColumns: Column[] = [
  words("Grant", "grant_id"),
  words("Agent", "agent_id"),
  words("Owner", "owner_id"),
  words("Resource", "resource_id"),
  words("Access", "access"),
];

/** What grants were used for: less than they were given for is a reason to ask for less. */
export function used(answers: Answers, month: Month): Html {
  const { neverUsed, usedLess, outside } = answers;
  const lead = `${sentence(many(neverUsed.length, "grant"))} never used, ${many(usedLess.length, "grant")} used for less than asked, ${many(outside.length, "call")} outside what was granted or refused by AWS.`;
  return section({
    id: "used",
    title: "What grants were used for",
    month,
    lead,
    asked: ["neverUsed", "usedLess", "outside"],
    body: [
      neverUsed.length > 0 &&
        table(
          "Never used",
          [...grantColumns, time("Live from (UTC)", "activated_at"), words("How", "unused_by")],
          neverUsed,
        ),
      usedLess.length > 0 &&
        table(
          "Used for less than asked",
          [...grantColumns, number("Calls", "calls"), { head: "Less by", show: lessBy }],
          usedLess,
        ),
      outside.length > 0 &&
        table(
          "Calls outside what was granted",
          [
            time("When (UTC)", "used_at"),
            code("What", "breach"),
            words("Grant", "grant_id"),
            words("Agent", "agent_id"),
            words("Call", "api_action"),
            words("On", "called_resource"),
            words("Answer", "error_code"),
          ],
          outside,
        ),
    ],
  });
}

/** What was changed about who may have what. */
export function acts(answers: Answers, month: Month): Html {
  const lead = `${sentence(many(answers.acts.length, "administrative act"))}: policy, people, lockdowns, identities of agents.`;
  return section({
    id: "acts",
    title: "What was changed",
    month,
    lead,
    asked: ["acts"],
    body: [
      answers.acts.length > 0 &&
        table(
          "Administrative acts",
          [
            time("When (UTC)", "event_time"),
            words("What", "event_type"),
            words("By", "actor_id"),
            words("About", "subject"),
            words("Reason", "reason"),
          ],
          answers.acts,
          40,
        ),
    ],
  });
}

/** Who read the record itself. */
export function readers(answers: Answers, month: Month): Html {
  const lead = `${sentence(many(sum(answers.readers, "reads"), "read"))} by ${many(new Set(answers.readers.map((row) => row.reader)).size, "reader")}, ${many(sum(answers.readers, "refused"), "try", "tries")} refused.`;
  return section({
    id: "readers",
    title: "Who read the record",
    month,
    lead,
    asked: ["readers"],
    body: [
      answers.readers.length > 0 &&
        table(
          "Readers of the record",
          [
            words("Reader", "reader"),
            words("By", "via"),
            words("What", "read_what"),
            number("Reads", "reads"),
            number("Refused", "refused"),
            time("First (UTC)", "first_at"),
            time("Last (UTC)", "last_at"),
          ],
          answers.readers,
        ),
    ],
  });
}

/** Some grants to follow from the ask to the end by hand. */
export function evidence(answers: Answers, month: Month): Html {
  const some = answers.grants.slice(0, 8);
  return section({
    id: "sample",
    title: "A sample to follow by hand",
    month,
    lead: `${sentence(many(some.length, "grant"))}, chosen by a fixed rule that nobody can steer: the same command gives the same ones.`,
    asked: ["grants"],
    body: [
      some.length > 0 &&
        table(
          "Sampled grants with their evidence",
          [
            words("Grant", "grant_id"),
            words("Agent", "agent_id"),
            words("Resource", "resource_id"),
            words("Access", "access"),
            duration("Window", "window_seconds", 1_000),
            time("Asked (UTC)", "asked_at"),
            code("Decision", "decision"),
            words("Approvers", "approvers"),
            words("State", "status"),
            words("Digest of what was approved", "digest"),
          ],
          some,
        ),
    ],
  });
}
