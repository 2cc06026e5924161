import { type Html, html } from "../../../../functions/core/html.ts";
import { durationInWords } from "../../../../functions/core/time.ts";
import { type Column, number, table, words } from "../../../page/table.ts";
import { many, sentence } from "../../../page/words.ts";
import { leastOf, mostOf } from "../extremes.ts";
import type { GrantUse } from "../grant-use.ts";
import type { Proposed, UsageInsights } from "../insights.ts";
import type { Unused } from "../unused.ts";
import {
  dayOf,
  doubtWords,
  evidenceText,
  idleName,
  idleText,
  lessBy,
  percent,
  proposalText,
  verdictWords,
} from "../words.ts";
import { heatStrip, type Strip, shareColumns, tenths } from "./plots.ts";

const section = (id: string, title: string, lead: string, body: (Html | false)[] = []): Html => html`
<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lead">${lead}</p>
${body}
</section>`;

const isUsed = ({ verdict }: GrantUse): boolean => verdict === "used";
const isUnused = ({ verdict }: GrantUse): boolean => verdict !== "used" && verdict !== "cannot_tell";
const moment = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

const grantColumns: Column[] = [
  words("Grant", "grant"),
  words("Agent", "agent"),
  words("Resource", "resource"),
  words("Access", "access"),
  words("From (UTC)", "from"),
  words("Window", "window"),
];
const grantRow = ({ grant, startsAt }: GrantUse) => ({
  ...{ grant: grant.id, agent: grant.agent, resource: grant.resource, access: grant.access },
  ...{ from: moment(startsAt), window: durationInWords(grant.windowSeconds) },
});

function proposed({ proposal, change }: Proposed, index: number): Html {
  const told =
    "problem" in change
      ? html`<p class="quiet">No change of the policy is shown, because it would not load: ${change.problem}</p>`
      : html`${
          change.otherwise.length > 0 &&
          html`<p class="quiet">Cases that would be decided otherwise, to be changed with it: ${change.otherwise.join("; ")}</p>`
        }<details><summary>The change of the policy</summary><pre tabindex="0">${change.patch}</pre></details>`;
  return html`<article><h3>${String(index + 1)}. ${proposalText(proposal)}</h3>
<p>${sentence(evidenceText(proposal))}. ${proposal.notes.join(" ")}</p>
${told}</article>`;
}

/** Smaller asks that would have been enough, each with what it rests on and its change. */
export function enough({ proposals, least }: UsageInsights): Html {
  const rests = `each rests on at least ${least.grants} grants on ${least.days} days that were used to their end`;
  const lead =
    proposals.length === 0
      ? `Nothing narrower is proposed: there is none, or not enough to go by (${rests}).`
      : `${sentence(many(proposals.length, "smaller ask"))} would have covered all that was used; ${rests}.`;
  return section("enough", "What would have been enough", lead, proposals.map(proposed));
}

/** How much of their windows grants used. */
export function windows({ grants }: UsageInsights): Html {
  const used = grants.filter(isUsed);
  const counts = tenths(used.map(({ usedShare = 0 }) => usedShare));
  const brief = used.filter(({ usedShare = 0 }) => usedShare < 0.1).length;
  const lead = `Of ${many(used.length, "grant")} that ${used.length === 1 ? "was" : "were"} used, ${brief} made the last call within the first tenth of the window.`;
  const text = {
    id: "windows-plot",
    title: "Grants by the share of their window that they used",
    description: counts.map((count, index) => `${index * 10} to ${(index + 1) * 10} %: ${count}`).join("; "),
  };
  return section("windows", "How much of their windows", lead, [
    used.length > 0 && shareColumns(text, counts),
  ]);
}

const SLICES = 26;

/** When each resource was used. */
export function resources({ grants, period }: UsageInsights): Html {
  const ids = [...new Set(grants.map(({ grant }) => grant.resource))].sort();
  const from = leastOf(grants.map(({ startsAt }) => startsAt));
  const slice = Math.max(1, (period.until - from) / SLICES);
  const rows = ids.map((id) => {
    const own = grants.filter(({ grant }) => grant.resource === id);
    const used = own.filter(isUsed);
    const values = Array.from({ length: SLICES }, () => 0);
    for (const { startsAt } of used) {
      const at = Math.min(SLICES - 1, Math.floor((startsAt - from) / slice));
      values[at] = (values[at] ?? 0) + 1;
    }
    const strip: Strip = { label: id, values };
    const last = mostOf(used.map(({ lastAt = 0 }) => lastAt));
    return {
      strip,
      row: {
        resource: id,
        granted: String(own.length),
        used: String(used.length),
        unused: String(own.filter(isUnused).length),
        unknown: String(own.filter(({ verdict }) => verdict === "cannot_tell").length),
        last: used.length > 0 ? dayOf(last) : "",
      },
    };
  });
  const lead = `${sentence(many(ids.length, "resource"))} and actions were granted. A cell is a part of the time; the fuller, the more grants were used.`;
  const text = {
    id: "resources-plot",
    title: "Use of each resource over the time",
    description: rows
      .map(({ row }) => `${row.resource}: ${row.used} of ${row.granted} grants used`)
      .join("; "),
  };
  return section("resources", "When resources were used", lead, [
    rows.length > 0 &&
      heatStrip(
        text,
        rows.map(({ strip }) => strip),
        [dayOf(from), dayOf(period.until - 1)],
      ),
    rows.length > 0 &&
      table(
        "Grants of each resource",
        [
          words("Resource", "resource"),
          number("Granted", "granted"),
          number("Used", "used"),
          number("Never used", "unused"),
          number("Cannot tell", "unknown"),
          words("Last used", "last"),
        ],
        rows.map(({ row }) => row),
        200,
      ),
  ]);
}

/** Grants that were never used. */
export function never({ grants }: UsageInsights): Html {
  const unused = grants.filter(isUnused);
  const lead = `${sentence(many(unused.length, "grant"))} became active and ${unused.length === 1 ? "was" : "were"} never used.`;
  const rows = unused.map((use) => ({
    ...grantRow(use),
    why: verdictWords[use.verdict].replace("never used: ", ""),
  }));
  return section("never", "Never used", lead, [
    rows.length > 0 && table("Grants that were never used", [...grantColumns, words("Why", "why")], rows),
  ]);
}

/** Grants that were used for less than they were given. */
export function less({ grants }: UsageInsights): Html {
  const found = grants.filter((use) => lessBy(use).length > 0);
  const lead = `${sentence(many(found.length, "grant"))} ${found.length === 1 ? "was" : "were"} used for less than given: a part of the window, of the scope, of the columns, or of the access.`;
  const rows = found.map((use) => ({
    ...grantRow(use),
    share: use.usedShare === undefined ? "" : percent(use.usedShare),
    less: lessBy(use).join("; "),
  }));
  const columns = [...grantColumns, words("Of the window", "share"), words("Less by", "less")];
  return section("less", "Used for less", lead, [
    rows.length > 0 && table("Grants that were used for less", columns, rows),
  ]);
}

const idleTable = (caption: string, unused: readonly Unused[], first: number): Html | false =>
  unused.length > 0 &&
  table(
    caption,
    [words("What", "what"), words("Since", "since")],
    unused.map((each) => ({ what: idleName(each), since: idleText(each, first) })),
    100,
  );

/** What is in the catalogue and in nobody's use. */
export function idle({ idle: found, unusedDays, first }: UsageInsights): Html {
  const { agents, resources: things, permissions, notes } = found;
  const lead = [
    `${sentence(many(agents.length, "agent"))}, ${many(things.length, "resource")} or actions, and ${many(permissions.length, "further permission")} of the catalogue have not been used for ${unusedDays} days.`,
    ...notes,
  ].join(" ");
  return section("idle", "In nobody's use", lead, [
    idleTable("Agents", agents, first),
    idleTable("Resources and actions", things, first),
    idleTable("What agents may ask for", permissions, first),
  ]);
}

/** Of what nothing can be said, and why. */
export function unknown({ grants, kinds }: UsageInsights): Html {
  const doubtful = grants.filter(({ verdict }) => verdict === "cannot_tell");
  const rows = kinds.map(({ kind, grants: count, since }) => ({
    kind,
    grants: String(count),
    since:
      since === undefined ? "no call of this kind is on record" : `calls are on record since ${dayOf(since)}`,
  }));
  const reasons = Object.entries(doubtWords).flatMap(([doubt, text]) => {
    const count = doubtful.filter((each) => each.doubt === doubt).length;
    return count > 0 ? [{ why: text, grants: String(count) }] : [];
  });
  return section(
    "unknown",
    "What cannot be told",
    `Of ${many(doubtful.length, "grant")} it is not known whether it was used.`,
    [
      reasons.length > 0 && table("Why not", [number("Grants", "grants"), words("Why", "why")], reasons),
      rows.length > 0 &&
        table(
          "Kinds of resource",
          [words("Kind", "kind"), number("Grants", "grants"), words("Calls", "since")],
          rows,
        ),
    ],
  );
}
