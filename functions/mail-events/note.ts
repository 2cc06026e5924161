import type { Log } from "../aws/log.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrantEvents, writeEventOnce } from "../aws/table/events.ts";
import { readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { type Actor, type AuditEvent, sealEvent } from "../core/audit/event.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { isoMillis } from "../core/time.ts";
import { type Fate, readFate } from "./ses-event.ts";

export type MailEventsDeps = { table: Table; now: Now; log: Log };

const BROKER: Actor = { type: "broker", id: "mail-events" };

/** What does not arrive today, and will not tomorrow either unless somebody does something. */
const isLost = ({ type, facts }: AuditEvent): boolean =>
  (type === "mail.bounced" && facts.code !== "soft") || type === "mail.complained";

/** True when every person who was mailed for a stage has had a mail of it lost: nobody is left who knows of it by mail. */
function nobodyReached(events: readonly AuditEvent[], stage: number): boolean {
  const ofStage = events.filter(({ facts }) => facts.stage === stage);
  const asked = ofStage
    .filter(({ type }) => type === "approval.asked")
    .flatMap(({ facts }) => facts.people?.split(",") ?? []);
  const lost = ofStage.filter(isLost).map(({ facts }) => facts.people);
  return asked.length > 0 && asked.every((person) => lost.includes(person));
}

function eventOf(fate: Fate, grant: Grant, { person, at }: { person: string; at: number }) {
  const { code: _code, reason: _reason, ...facts } = grantFacts(grant);
  const { stage } = fate.about;
  const asked = grant.stages.find((each) => each.stage === stage);
  return sealEvent({
    v: 1,
    id: `${grant.id}-mail-${fate.id}`,
    type: fate.type,
    time: isoMillis(at),
    actor: BROKER,
    grant: grant.id,
    facts: {
      ...facts,
      people: person,
      code: fate.code,
      ...(asked ? { stage: asked.stage, group: asked.group } : {}),
      ...(fate.type === "mail.bounced" && fate.status ? { reason: fate.status } : {}),
    },
  });
}

/** The last of several reports that come at once sees them all: each is written before any is read. */
async function ringIfNobody({ table, log }: MailEventsDeps, grant: Grant, stage: number): Promise<void> {
  const waits = grant.status === "PENDING" && openStage(grant)?.stage === stage;
  if (waits && nobodyReached(await readGrantEvents(table, grant.id), stage))
    log("mail.nobody_reached", { grantId: grant.id, stage });
}

/**
 * Records what became of a mail with the grant that it was about, by the person's id: an address is nowhere. Changes
 * nobody's authority and no grant (I-22): who was not reached may decide by a signed call, others by their own link. What
 * is sent to whom is SES's to refuse, by its own list (docs/adr/0039-ses-keeps-the-list.md).
 */
export async function noteFate(deps: MailEventsDeps, input: unknown): Promise<{ noted: boolean }> {
  const { table, now, log } = deps;
  const fate = readFate(input);
  const { grant: grantId, person, stage } = fate.about;
  const line = { grantId, person, stage, how: fate.code, status: fate.status };
  const grant = grantId === undefined ? undefined : await readGrant(table, grantId);
  const noted =
    grant !== undefined &&
    person !== undefined &&
    (await writeEventOnce(
      table,
      keys.noteEvent(grant.id, `mail#${fate.id}`),
      eventOf(fate, grant, { person, at: now() }),
    ));
  // A report that was written by a run which then died still rings: the repeat of a ring is harmless.
  if (fate.type === "mail.complained") log("mail.complained", line);
  else log(fate.code === "soft" ? "mail.delayed" : "mail.bounced", line);
  if (grant && stage !== undefined && fate.code !== "soft") await ringIfNobody(deps, grant, stage);
  return { noted };
}
