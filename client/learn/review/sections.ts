import { type Html, html } from "../../../functions/core/html.ts";
import { bars } from "../../page/plots/bars.ts";
import type { Row } from "../../page/row.ts";
import { code, number, table, words } from "../../page/table.ts";
import { many, sentence, took } from "../../page/words.ts";
import { isPermitted, type Permission } from "./effective.ts";
import type { Review } from "./pack.ts";
import { answerText, stateOf } from "./sheets.ts";
import { timeText } from "./table.ts";

/** Tables show so many rows; all are in the file that the section names. */
const MOST = 60;

type Section = {
  id: string;
  title: string;
  lead: string;
  file: string;
  body: Html | readonly (Html | false)[];
};
const section = ({ id, title, lead, file, body }: Section): Html => html`
<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lead">${lead}</p>
${body}
${file !== "" && html`<p class="asked"><span>All rows:</span> <code>${file}</code></p>`}
</section>`;

const day = (ms: number): string => timeText(ms).slice(0, 16).replace("T", " ");

/** How often each value is there, the most frequent first. */
function counted<T>(values: readonly T[], keyOf: (each: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const each of values) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}

export function owners({ groups, permissions }: Review): Html {
  const rows = Object.entries(groups).map(([group, { agents, grants, exceptions }]): Row => {
    const owned = permissions.filter(({ resource }) => resource.ownerGroup === group);
    const resources = [...new Set(owned.map(({ resource }) => resource.id))].sort();
    return {
      ...{ group, resources: resources.join(", ") },
      ...{ agents: String(agents), grants: String(grants), exceptions: String(exceptions) },
    };
  });
  return section({
    id: "owners",
    title: "What each group signs off",
    lead: `${sentence(many(rows.length, "group owns", "groups own"))} what agents may ask for. Each signs off the permissions, the grants and the exceptions of its own resources.`,
    file: "manifest.json",
    body: table(
      "Owner groups and their resources",
      [
        words("Group", "group"),
        words("Owns", "resources"),
        number("Agents that may ask", "agents"),
        number("Asks", "grants"),
        number("To explain", "exceptions"),
      ],
      rows,
    ),
  });
}

export function exceptionsSection({ exceptions }: Review): Html {
  const rows = exceptions.map(({ kind, at, agent, resource, ownerGroup, grant, person }): Row => {
    const about = { agent, resource, owner: ownerGroup || "nobody known", grant: grant ?? "" };
    return { kind, at: day(at), ...about, person: person ?? "" };
  });
  return section({
    id: "exceptions",
    title: "What wants a reason",
    lead:
      rows.length === 0
        ? "Nothing: no emergency, no hasty yes, no red flag, nothing without its people or over its cap."
        : `${sentence(many(rows.length, "thing", "things"))}: emergencies, yeses within seconds, red flags, and whatever should not have been. Each is for its owner group to explain.`,
    file: "exceptions.csv",
    body: [
      rows.length > 0 &&
        table(
          "Exceptions",
          [
            words("When (UTC)", "at"),
            code("What", "kind"),
            words("Agent", "agent"),
            words("Resource", "resource"),
            words("Owner group", "owner"),
            words("Person", "person"),
            words("Grant", "grant"),
          ],
          rows,
          MOST,
        ),
    ],
  });
}

function permissionRow(permission: Permission): Row {
  const { agent, resource, access, masked, longestSeconds, approvers } = permission;
  return {
    ...{ agent: agent.id, resource: resource.id, access: masked ? `${access}, masked` : access },
    ordinary: answerText(permission, "ordinary"),
    whole: answerText(permission, "whole") || answerText(permission, "triggered"),
    night: answerText(permission, "night"),
    longest: longestSeconds === undefined ? "" : took(longestSeconds * 1000),
    approvers: approvers.join("; "),
  };
}

export function who({ permissions }: Review): Html {
  const may = permissions.filter(isPermitted);
  const atOnce = may.filter(({ answers }) => answers.ordinary?.outcome === "at once");
  const never = permissions.length - may.length;
  const byResource = counted(may, ({ resource }) => resource.id);
  return section({
    id: "who",
    title: "Who may ask for what",
    lead: `${sentence(many(may.length, "permission"))} of ${many(permissions.length, "combination")} of agent, resource and access; ${many(atOnce.length, "passes", "pass")} at once in the ordinary case. The other ${many(never, "combination")} ${never === 1 ? "is" : "are"} never let through, whoever agrees.`,
    file: "effective.csv",
    body: [
      bars(
        {
          id: "p-who",
          title: "Agents' permissions by resource",
          description: `Permissions by resource: ${byResource
            .slice(0, 12)
            .map(([resource, list]) => `${resource} ${list.length}`)
            .join(", ")}.`,
        },
        byResource.slice(0, 12).map(([label, list]) => ({ label, value: list.length, tone: 1 as const })),
      ),
      table(
        "Permissions, by evaluating policy",
        [
          words("Agent", "agent"),
          words("Resource", "resource"),
          words("Access", "access"),
          words("Part, by day", "ordinary"),
          words("Whole, triggered", "whole"),
          words("At night", "night"),
          words("Longest", "longest"),
          words("Who may answer", "approvers"),
        ],
        may.map(permissionRow),
        may.length,
      ),
    ],
  });
}

export function did({ gathered: { asked } }: Review): Html {
  const rows = counted(asked, ({ agent, resource, access }) => `${agent} ${resource} ${access}`).map(
    ([, list]): Row => {
      const [first] = list;
      const states = counted(list, stateOf).map(([state, of]) => `${of.length} ${state}`);
      const decisions = (decision: string) =>
        String(list.filter((each) => each.decision === decision).length);
      return {
        ...{ agent: first?.agent ?? "", resource: first?.resource ?? "", access: first?.access ?? "" },
        ...{ asks: String(list.length), atOnce: decisions("allow"), people: decisions("needs_approval") },
        ...{ refused: decisions("deny"), states: states.join(", ") },
      };
    },
  );
  return section({
    id: "did",
    title: "Who asked for what",
    lead: `${sentence(many(asked.length, "ask"))} by ${many(new Set(asked.map(({ agent }) => agent)).size, "agent")}, for ${many(new Set(asked.map(({ resource }) => resource)).size, "resource")}.`,
    file: "asked.csv",
    body: [
      rows.length > 0 &&
        table(
          "Asks by agent, resource and access",
          [
            words("Agent", "agent"),
            words("Resource", "resource"),
            words("Access", "access"),
            number("Asks", "asks"),
            number("At once", "atOnce"),
            number("People asked", "people"),
            number("Refused", "refused"),
            words("What became of them", "states"),
          ],
          rows,
          MOST,
        ),
    ],
  });
}

const middle = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0;

export function decided({ gathered: { words: said } }: Review): Html {
  const rows = counted(said, ({ person, group }) => `${person} ${group}`).map(([, list]): Row => {
    const [first] = list;
    return {
      ...{ person: first?.person ?? "", group: first?.group ?? "" },
      yes: String(list.filter((each) => each.said === "yes").length),
      no: String(list.filter((each) => each.said === "no").length),
      middle: took(middle(list.map(({ tookMs }) => tookMs))),
      fastest: took(Math.min(...list.map(({ tookMs }) => tookMs))),
      last: day(Math.max(...list.map(({ at }) => at))),
    };
  });
  return section({
    id: "decided",
    title: "Who decided",
    lead: `${sentence(many(said.length, "word", "words"))} by ${many(new Set(said.map(({ person }) => person)).size, "person", "people")}${said.length > 0 ? `, half of them within ${took(middle(said.map(({ tookMs }) => tookMs)))} of being asked` : ""}.`,
    file: "decided.csv",
    body: [
      rows.length > 0 &&
        table(
          "Words by person and group",
          [
            words("Person", "person"),
            words("Group", "group"),
            number("Yes", "yes"),
            number("No", "no"),
            words("Half within", "middle"),
            words("Fastest", "fastest"),
            words("Last (UTC)", "last"),
          ],
          rows,
          MOST,
        ),
    ],
  });
}

export function used({ use }: Review): Html {
  const rows = (use?.use ?? []).map((each): Row => {
    const { agent, resource, first, last } = each;
    const counts = { grants: each.grants, calls: each.calls, refused: each.refused, pages: each.pages };
    const texts = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, String(value)]));
    return { agent, resource, ...texts, first: day(first), last: day(last) };
  });
  return section({
    id: "used",
    title: "What was used",
    lead: use
      ? `${sentence(many(use.calls, "call"))} on record; ${many(use.unknown, "is", "are")} of no grant of this record.`.replace(
          "no is",
          "none is",
        )
      : "What agents do with their access is not on record here: no calls were imported from CloudTrail. Nothing is said of it.",
    file: use ? "used.csv" : "",
    body: [
      rows.length > 0 &&
        table(
          "Use by agent and resource",
          [
            words("Agent", "agent"),
            words("Resource", "resource"),
            number("Grants", "grants"),
            number("Calls", "calls"),
            number("Refused", "refused"),
            number("Masked pages", "pages"),
            words("First (UTC)", "first"),
            words("Last (UTC)", "last"),
          ],
          rows,
          MOST,
        ),
    ],
  });
}

export function changed({ changes, previousVersion }: Review): Html {
  const rows = changes.map(({ known, what, id, change, at, detail }): Row => {
    const when = at === undefined ? "" : day(at);
    return { known, what, id, change, when, detail };
  });
  const real = changes.filter(({ change }) => change !== "in force").length;
  return section({
    id: "changed",
    title: "What changed",
    lead: `${sentence(many(real, "change"))} of policy, people, identities and permissions. ${previousVersion ? "The policy was compared with that of the review before." : "The policy was compared with no other (--previous): what changed in its rules is not told here."}`,
    file: "policy-changes.csv",
    body: [
      rows.length > 0 &&
        table(
          "Changes, and the policies that were in force",
          [
            words("When (UTC)", "when"),
            words("What", "what"),
            words("Which", "id"),
            words("Change", "change"),
            words("In what", "detail"),
            words("Known by", "known"),
          ],
          rows,
          MOST,
        ),
    ],
  });
}
