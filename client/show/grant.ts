import type { GrantView } from "../../functions/core/api/schemas.ts";
import { whoIsAsked } from "../access/words.ts";
import { told } from "../exit.ts";

/** A grant for people, a fact a line. */
export function grantLines(grant: GrantView): string {
  const { id, status, agent, access, resource, window, purpose, decision, closing } = grant;
  const facts: [string, string | undefined][] = [
    ["grant", id],
    ["status", status],
    ["access", `${agent}: ${access} on ${resource}${grant.scope ? ` ${JSON.stringify(grant.scope)}` : ""}`],
    ["window", [`${window.seconds} s`, window.startsAt, window.endsAt].filter(Boolean).join(", ")],
    ["purpose", purpose],
    ["waits for", whoIsAsked(grant) || undefined],
    ["decided by", decision.rules.map((rule) => `${rule.id}: ${rule.reason}`).join("; ") || undefined],
    ["closed", closing && [closing.code, closing.detail, `by ${closing.by}`].filter(Boolean).join(", ")],
    ...(grant.timeline ?? []).map(({ time, type, by }): [string, string] => ["", `${time}  ${type}  ${by}`]),
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(10)}  ${value}`],
  );
  return `${told(lines.join("\n"))}\n`;
}
