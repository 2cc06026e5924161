import { randomBytes } from "node:crypto";
import type * as z from "zod";
import { approvalViewOf, type Parties } from "../approval-page/views.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { SendMail } from "../aws/mailer.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut } from "../aws/table/events.ts";
import { readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { linkPut } from "../aws/table/links.ts";
import { readStage, type StageItem, stagePut } from "../aws/table/stages.ts";
import { transact } from "../aws/table/transaction.ts";
import type { TellWorkflow } from "../aws/workflow.ts";
import { mayDecide } from "../core/approval/eligible.ts";
import { codeHash, tokenHash } from "../core/approval/secrets.ts";
import { sealEvent } from "../core/audit/event.ts";
import type { Catalogue, Person } from "../core/catalogue.ts";
import { type Grant, type GrantIn, openStage, type Stage } from "../core/grant/grant.ts";
import { type askInput, nextInWorkflow } from "../core/grant/schedule.ts";
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
type Input = z.infer<typeof askInput>;
/** One approver's means to decide, in memory between the write and the mail. */
type Invitation = { person: Person; token: string; code: string };

const invite = (person: Person): Invitation => ({
  person,
  token: randomBytes(32).toString("base64url"),
  code: base32(randomBytes(5), 8),
});

/** How often somebody's mail is tried when enough others have theirs. */
const SENDINGS = 6;

/** The stage that is to be asked, or undefined when it was decided, or the grant closed, meanwhile. */
function waiting(grant: Grant | undefined, stage: number): grant is GrantIn<"PENDING"> {
  return grant?.status === "PENDING" && openStage(grant)?.stage === stage;
}

async function sayWhatComesNext(deps: AskDeps, input: Input, grant: Grant | undefined): Promise<void> {
  const next = grant
    ? nextInWorkflow(grant, deps.now())
    : { schema: 1 as const, grantId: input.grantId, next: "over" as const };
  await deps.tell(input.taskToken, next);
  deps.log("approval.not_needed", { grantId: input.grantId, stage: input.stage, status: grant?.status });
}

/** One asking of a stage: what the table had of it, and who is mailed now. */
type Asking = { grant: GrantIn<"PENDING">; stage: Stage; kept: StageItem; invitations: Invitation[] };

/** Stores the task token and the links' hashes, with the event, as one transaction: the claim that comes before the mails. */
async function store(deps: AskDeps, { grant, stage, kept, invitations }: Asking): Promise<void> {
  const { table } = deps;
  const event = sealEvent({
    v: 1,
    id: `${grant.id}-asked-${stage.stage}-${kept.sending}`,
    type: "approval.asked",
    time: isoMillis(deps.now()),
    actor: { type: "broker", id: "ask-approvers" },
    grant: grant.id,
    facts: {
      ...grantFacts(grant),
      stage: stage.stage,
      group: stage.group,
      people: invitations.map(({ person }) => person.id).join(","),
    },
  });
  const link = {
    grantId: grant.id,
    stage: stage.stage,
    digest: grant.digest,
    expiresAt: stage.decideBy ?? grant.askedAt,
    wrongCodes: 0,
  };
  const written = await transact(table, [
    stagePut(table, grant.id, stage.stage, kept),
    eventPut(table, keys.noteEvent(grant.id, `asked#${stage.stage}#${kept.sending}`), event),
    ...invitations.map(({ person, token, code }) =>
      linkPut(table, tokenHash(token), { ...link, person: person.id, codeHash: codeHash(token, code) }),
    ),
  ]);
  if (!written.ok) throw new Error(`grant ${grant.id}: stage ${stage.stage} was asked by another run`);
}

/** Mails everybody; who got one is kept when somebody did not, so that a next sending is for the others alone. */
async function mailAll(
  deps: AskDeps,
  asking: Asking,
  about: Pick<Parties, "agent" | "resource">,
): Promise<void> {
  const { grant, stage, kept, invitations } = asking;
  const sent = await Promise.allSettled(
    invitations.map(({ person, token, code }) => {
      const view = approvalViewOf({ catalogue: deps.catalogue, ...about, person, at: deps.now() }, grant);
      const link = `${deps.approvalUrl}/approvals/${token}`;
      return deps.sendMail({ to: person.email, ...approvalMail({ ...view, link, code }) });
    }),
  );
  const counts = { grantId: grant.id, stage: stage.stage, people: sent.length };
  const [failed] = sent.filter((each) => each.status === "rejected");
  if (!failed) return deps.log("approval.asked", counts);
  deps.log("approval.mail_failed", { ...counts, ...faultFields(failed.reason) });
  const arrived = invitations
    .filter((_, index) => sent[index]?.status === "fulfilled")
    .map(({ person }) => person.id);
  const mailed = [...kept.mailed, ...arrived];
  await transact(deps.table, [stagePut(deps.table, grant.id, stage.stage, { ...kept, mailed })]);
  // The workflow asks again, those alone who have no mail; not for ever when the others can fill the quorum.
  const enough = mailed.length >= stage.quorum && kept.sending >= SENDINGS;
  if (!enough) throw new Error(`grant ${grant.id}: a mail could not be sent`);
}

/**
 * Asks everybody who may decide the open stage: stores the workflow's task token, reads the stage again in case it was
 * decided meanwhile, then mails a link and a code to each. The token is nowhere but in the table.
 */
export async function askApprovers(deps: AskDeps, input: Input): Promise<void> {
  const grant = await readGrant(deps.table, input.grantId);
  const stage = grant && openStage(grant);
  if (!waiting(grant, input.stage) || !stage) return sayWhatComesNext(deps, input, grant);
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = deps.catalogue.resources.find((each) => each.id === grant.resource.id);
  // Nobody can decide this now. Thrown, so that the workflow backs off: an answer would bring it here again at once.
  if (!agent || !resource)
    throw new Error(`grant ${grant.id}: its agent or resource is gone from the catalogue`);
  const earlier = await readStage(deps.table, grant.id, stage.stage);
  const { sending = 0, mailed = [] } = earlier ?? {};
  const kept = { taskToken: input.taskToken, sending: sending + 1, mailed };
  const invitations = mayDecide(deps.catalogue, agent, grant.stages, { stage, at: deps.now() })
    .filter((person) => !mailed.includes(person.id))
    .map(invite);
  await store(deps, { grant, stage, kept, invitations });
  const now = await readGrant(deps.table, input.grantId);
  if (!waiting(now, input.stage)) return sayWhatComesNext(deps, input, now);
  await mailAll(deps, { grant: now, stage, kept, invitations }, { agent, resource });
}
