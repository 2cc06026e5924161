import { moveOn } from "../aws/table/digests.ts";
import { writeEventOnce } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { type Statement, statementHash } from "../core/audit/digest.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { sha256Hex } from "../core/canonical.ts";
import { epochMs, isoSeconds } from "../core/time.ts";
import type { SignDeps } from "./deps.ts";

const BROKER: Actor = { type: "broker", id: "sign-digest" };

/** One id for one digest of one record, so that its event is written once, by whichever run. */
const eventId = ({ record, number }: Statement): string =>
  `digest-${sha256Hex(record).slice(0, 12)}-${String(number).padStart(8, "0")}`;

/** Says, once, that a digest was signed: in the table, and so to the record and the bus. Then the signer is that far. */
export async function tellOf(
  { table, log }: Pick<SignDeps, "table" | "log">,
  statement: Statement,
): Promise<void> {
  const id = eventId(statement);
  const digest = statementHash(statement);
  const event = sealEvent({
    v: 1,
    id,
    type: "digest.signed",
    time: statement.madeAt,
    actor: BROKER,
    facts: {
      digest,
      startsAt: isoSeconds(epochMs(statement.from)),
      endsAt: isoSeconds(epochMs(statement.to)),
      objects: statement.objects.count,
      heads: statement.heads.count,
    },
  });
  const isNew = await writeEventOnce(table, keys.looseEvent(id), event);
  await moveOn(table, "SIGNED", { number: statement.number, statementHash: digest });
  if (!isNew) return;
  const { number, from, objects, heads } = statement;
  log("digest.signed", { number, hour: from, objects: objects.count, heads: heads.count });
}
