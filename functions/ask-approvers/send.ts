import { randomBytes } from "node:crypto";
import type { Parties } from "../approval-page/stage-view.ts";
import { approvalViewOf } from "../approval-page/views.ts";
import type { Log } from "../aws/log.ts";
import type { SendMail } from "../aws/mailer.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { linkPut } from "../aws/table/links.ts";
import { type StageItem, stagePut } from "../aws/table/stages.ts";
import { transact, type Write } from "../aws/table/transaction.ts";
import type { TellWorkflow } from "../aws/workflow.ts";
import { codeHash, tokenHash } from "../core/approval/secrets.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { type Catalogue, type Person, subjectOf } from "../core/catalogue.ts";
import { type Grant, type GrantIn, openStage, type Stage } from "../core/grant/grant.ts";
import type { Again } from "../core/grant/schedule.ts";
import { grantFacts } from "../core/grant/step.ts";
import { base32 } from "../core/ids.ts";
import { isoMillis } from "../core/time.ts";
import { approvalMail } from "./mail/mail.ts";

export type AskDeps = {
  catalogue: Catalogue;
  table: Table;
  now: Now;
  log: Log;
  sendMail: SendMail;
  tell: TellWorkflow;
  /** Base address of the approval API, without a slash at the end. */
  approvalUrl: string;
};

/** One approver's means to decide, in memory between the write and the mail. */
type Invitation = { person: Person; token: string; code: string };

/** A token and a code that nobody has seen. */
export const invite = (person: Person): Invitation => ({
  person,
  token: randomBytes(32).toString("base64url"),
  code: base32(randomBytes(5), 8),
});

/** The stage that is to be asked, or false when it was decided, or the grant closed, meanwhile. */
export function isWaiting(grant: Grant | undefined, stage: number): grant is GrantIn<"PENDING"> {
  return grant?.status === "PENDING" && openStage(grant)?.stage === stage;
}

/** Agent and resource as the catalogue has them now. Thrown when they are gone: nobody can decide this. */
export function aboutOf(catalogue: Catalogue, grant: Grant): Pick<Parties, "agent" | "resource"> {
  const agent = catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = subjectOf(catalogue, grant.resource.id);
  if (!agent || !resource)
    throw new Error(`grant ${grant.id}: its agent or resource is gone from the catalogue`);
  return { agent, resource };
}

/** One asking of a stage: its item as this asking leaves it, who is mailed, what counts those mails, and why it is not the first. */
export type Asking = {
  grant: GrantIn<"PENDING">;
  stage: Stage;
  kept: StageItem;
  invitations: Invitation[];
  counts: Write[];
  again?: { code: Again; by?: string | undefined };
};

const BROKER: Actor = { type: "broker", id: "ask-approvers" };
// A transaction takes 100 items: with more people than fit, the last are mailed uncounted rather than nobody at all.
const MAX_WRITES = 100;

/** Stores the links' hashes with the stage, the event and the counts as one transaction: the claim that comes before the mails. */
export async function store(
  { table, now }: Pick<AskDeps, "table" | "now">,
  { grant, stage, kept, invitations, counts, again }: Asking,
): Promise<void> {
  const event = sealEvent({
    v: 1,
    id: `${grant.id}-asked-${stage.stage}-${kept.sending}`,
    type: "approval.asked",
    time: isoMillis(now()),
    actor: again?.by ? { type: "person", id: again.by } : BROKER,
    grant: grant.id,
    facts: {
      ...grantFacts(grant),
      stage: stage.stage,
      group: stage.group,
      people: invitations.map(({ person }) => person.id).join(","),
      ...(again ? { code: again.code } : {}),
    },
  });
  const link = {
    grantId: grant.id,
    stage: stage.stage,
    digest: grant.digest,
    expiresAt: stage.decideBy ?? grant.askedAt,
    wrongCodes: 0,
  };
  const at = { grantId: grant.id, stage: stage.stage, seen: kept.sending - 1 };
  const writes = [
    stagePut(table, at, kept),
    eventPut(table, keys.noteEvent(grant.id, `asked#${stage.stage}#${kept.sending}`), event),
    ...invitations.map(({ person, token, code }) =>
      linkPut(table, tokenHash(token), { ...link, person: person.id, codeHash: codeHash(token, code) }),
    ),
  ];
  const written = await transact(table, [...writes, ...counts.slice(0, MAX_WRITES - writes.length)]);
  if (!written.ok) throw new Error(`grant ${grant.id}: stage ${stage.stage} was asked by another run`);
}

/** Mails everybody who is invited. Says who has it, who has not, and the first fault; a fault keeps nobody else from theirs. */
export async function mailAll(
  deps: AskDeps,
  { grant, stage, invitations, again }: Pick<Asking, "grant" | "stage" | "invitations" | "again">,
  about: Pick<Parties, "agent" | "resource">,
): Promise<{ arrived: string[]; failed: string[]; fault: unknown }> {
  const sent = await Promise.allSettled(
    invitations.map(({ person, token, code }) => {
      const view = approvalViewOf({ catalogue: deps.catalogue, ...about, person, at: deps.now() }, grant);
      const link = `${deps.approvalUrl}/approvals/${token}`;
      const mail = approvalMail({ ...view, link, code, why: again?.code });
      const ids = { grant: grant.id, person: person.id, stage: stage.stage };
      return deps.sendMail({ to: person.email, ...mail, about: ids });
    }),
  );
  const ids = (status: "fulfilled" | "rejected") =>
    invitations.filter((_, index) => sent[index]?.status === status).map(({ person }) => person.id);
  const fault = sent.find((each) => each.status === "rejected")?.reason;
  return { arrived: ids("fulfilled"), failed: ids("rejected"), fault };
}
