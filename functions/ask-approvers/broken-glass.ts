import { faultFields } from "../aws/log.ts";
import { readGrant } from "../aws/table/grants.ts";
import { readReview, reviewTold } from "../aws/table/reviews.ts";
import { transact } from "../aws/table/transaction.ts";
import type { TellInput } from "../core/grant/schedule.ts";
import { brokenGlassMail } from "./mail/broken-glass.ts";
import { type AskDeps, aboutOf } from "./send.ts";

/**
 * Tells everybody who was passed over that the glass was broken: who, what, by which rule. Whoever has been told is kept,
 * so that a repeat is for the others; once the review is closed nobody is told any more.
 */
export async function tellSkipped(deps: AskDeps, { grantId }: TellInput): Promise<void> {
  const grant = await readGrant(deps.table, grantId);
  const broken = grant?.decision.breakGlass;
  const review = grant && (await readReview(deps.table, grant.agent.id));
  if (!grant || !broken || review?.grantId !== grantId) return;
  const named = deps.catalogue.people.filter(({ id }) => review.skipped.includes(id));
  const people = named.filter(({ id }) => !review.told.includes(id));
  // Who has left the catalogue cannot be told any more, and is not owed it for ever.
  const gone = review.skipped.filter((id) => !named.some((each) => each.id === id));
  if (review.skipped.every((id) => review.told.includes(id))) return;
  const about = {
    ...aboutOf(deps.catalogue, grant),
    grant,
    skipped: named.map(({ name }) => name),
    rule: broken.rule,
    reasons: broken.skipped.map(({ reason }) => reason),
  };
  const sent = await Promise.allSettled(
    people.map((person) =>
      deps.sendMail({
        ...{ to: person.email, ...brokenGlassMail({ ...about, person }) },
        about: { grant: grantId, person: person.id },
      }),
    ),
  );
  const arrived = people.filter((_, index) => sent[index]?.status === "fulfilled").map(({ id }) => id);
  const told = [...new Set([...review.told, ...arrived, ...gone])];
  await transact(deps.table, [reviewTold(deps.table, grant.agent.id, grantId, told)]);
  deps.log("approval.skipped_told", { grantId, people: arrived.length });
  const failed = sent.find((each) => each.status === "rejected");
  if (!failed) return;
  deps.log("approval.mail_failed", { grantId, people: people.length, ...faultFields(failed.reason) });
  throw new Error(`grant ${grantId}: a mail could not be sent`);
}
