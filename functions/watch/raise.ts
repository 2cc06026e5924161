import { createHash } from "node:crypto";
import { keepWatched, type OpenFlag, readWatched } from "../aws/table/watched.ts";
import { type Facts, sealEvent } from "../core/audit/event.ts";
import { canonicalJson } from "../core/canonical.ts";
import { idFrom } from "../core/ids.ts";
import { isoMillis } from "../core/time.ts";
import { detect, type Flag, keptSeconds } from "../core/watch/detect.ts";
import type { Fact } from "../core/watch/fact.ts";
import { FLAG_ACTOR } from "../core/watch/facts.ts";
import type { FlagRule } from "../core/watch/rule.ts";
import type { WatchDeps } from "./deps.ts";

/** The same for the same rule, subject and fact, whichever run raises it. */
const idOf = ({ rule, subject, fact }: Flag): string =>
  idFrom(
    createHash("sha256")
      .update(canonicalJson([rule.id, subject, fact.id]))
      .digest(),
  );

/** What the flag and its outcome repeat. */
export const flagFacts = (flag: Omit<OpenFlag, "action"> & { action: string }): Facts => ({
  flag: flag.id,
  rules: flag.rule,
  target: flag.subject,
  action: flag.action,
  ...(flag.agent ? { agent: flag.agent } : {}),
  ...(flag.resource ? { resource: flag.resource } : {}),
  ...(flag.role ? { role: flag.role } : {}),
});

function raisedBy(deps: WatchDeps, flag: Flag) {
  const { rule, subject, fact, evidence } = flag;
  const { grant, agent, resource, role } = fact;
  const raisedAt = isoMillis(deps.now());
  const about = { id: idOf(flag), raisedAt, rule: rule.id, reason: rule.reason, subject };
  const whole = { ...about, grant, agent, resource, role, action: rule.action };
  const event = sealEvent({
    v: 1,
    id: `${about.id}-raised`,
    type: "flag.raised",
    time: raisedAt,
    actor: FLAG_ACTOR,
    ...(grant ? { grant } : {}),
    facts: { ...flagFacts(whole), reason: rule.reason, evidence: canonicalJson(evidence) },
  });
  const { action } = rule;
  const open: OpenFlag | undefined =
    action === "revoke" || action === "lockdown" ? { ...whole, action } : undefined;
  return { event, open };
}

const TRIES = 8;

/**
 * Takes one fact in under one rule: reads what is kept, and writes what follows only over what was read, with the flag, if
 * there is one, in the same transaction. What happens about it comes after. Returns the flag's id.
 */
export async function takeIn(
  deps: WatchDeps,
  rule: FlagRule,
  { subject, fact }: { subject: string; fact: Fact },
): Promise<string | undefined> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const before = await readWatched(deps.table, subject, rule.id);
    const found = detect(rule, before.state, fact);
    if (!found) return undefined;
    const raised = found.flag && raisedBy(deps, found.flag);
    const forgetAt = Math.max(deps.now(), fact.at) + keptSeconds(rule) * 1000;
    const kept = { subject, rule: rule.id, state: found.state, forgetAt };
    if (!(await keepWatched(deps.table, before, kept, raised))) continue;
    if (!raised) return undefined;
    const { flag } = raised.event.event.facts;
    const code = rule.action === "note" ? "flag.raised" : "flag.alert";
    deps.log(code, { flag, rule: rule.id, action: rule.action });
    return flag;
  }
  // Lambda tries again; what was taken in under other rules stays taken in.
  throw new Error(`what is kept of ${subject} under ${rule.id} changed ${TRIES} times`);
}
