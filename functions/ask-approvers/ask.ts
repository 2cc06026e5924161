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
import { readStage, stagePut } from "../aws/table/stages.ts";
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

/** Stores the task token and the links' hashes, with the event, as one transaction: the claim that comes before the mails. */
async function store(
  deps: AskDeps,
  input: Input,
  grant: GrantIn<"PENDING">,
  stage: Stage,
  invitations: Invitation[],
): Promise<void> {
  const sending = ((await readStage(deps.table, grant.id, stage.stage))?.sending ?? 0) + 1;
  const event = sealEvent({
    v: 1,
    id: `${grant.id}-asked-${stage.stage}-${sending}`,
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
  const written = await transact(deps.table, [
    stagePut(deps.table, grant.id, stage.stage, { taskToken: input.taskToken, sending }),
    eventPut(deps.table, keys.noteEvent(grant.id, `asked#${stage.stage}#${sending}`), event),
    ...invitations.map(({ person, token, code }) =>
      linkPut(deps.table, tokenHash(token), { ...link, person: person.id, codeHash: codeHash(token, code) }),
    ),
  ]);
  if (!written.ok) throw new Error(`grant ${grant.id}: stage ${stage.stage} was asked by another run`);
}

async function mailAll(
  deps: AskDeps,
  grant: GrantIn<"PENDING">,
  stage: Stage,
  about: Pick<Parties, "agent" | "resource">,
  invitations: Invitation[],
): Promise<void> {
  const { catalogue } = deps;
  const sent = await Promise.allSettled(
    invitations.map(({ person, token, code }) => {
      const view = approvalViewOf({ catalogue, ...about, person }, grant);
      return deps.sendMail({
        to: person.email,
        ...approvalMail({ ...view, link: `${deps.approvalUrl}/approvals/${token}`, code }),
      });
    }),
  );
  const [failed] = sent.filter((each) => each.status === "rejected");
  const counts = { grantId: grant.id, stage: stage.stage, people: sent.length };
  if (failed) {
    deps.log("approval.mail_failed", { ...counts, ...faultFields(failed.reason) });
    // The workflow asks again, with a new token and new links; those that arrived stay good until the stage closes.
    throw new Error(`grant ${grant.id}: a mail could not be sent`);
  }
  deps.log("approval.asked", counts);
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
  const invitations = mayDecide(deps.catalogue, agent, grant.stages, stage).map(invite);
  await store(deps, input, grant, stage, invitations);
  const now = await readGrant(deps.table, input.grantId);
  if (!waiting(now, input.stage)) return sayWhatComesNext(deps, input, now);
  await mailAll(deps, now, stage, { agent, resource }, invitations);
}
