import { digestOf } from "../../../functions/core/canonical.ts";
import { isoMillis } from "../../../functions/core/time.ts";
import type { Move, RecordedGrant } from "../record/grant.ts";
import { isAsRecorded } from "./finding.ts";
import { SIGN_OFF } from "./manifest.ts";
import { stateOf } from "./sheets.ts";
import { type Parameters, type SignOff, signOffFrom, type Word } from "./sign-off.ts";

const OPEN: readonly string[] = ["waiting", "approved", "activating", "active"];

const isYes = ({ type, actor }: Move): boolean =>
  /^grant\.(stage_)?approved$/.test(type) && actor.type === "person";
const wordOf = ({ actor, at, reason }: Move): Word => ({
  person: actor.id,
  at: isoMillis(at),
  ...(reason ? { comment: reason } : {}),
});

/** True when every stage has the yes of as many people as it needs, the group itself is one of them, and it was approved. */
function isSigned({ plan, moves }: RecordedGrant, ownerGroup: string): boolean {
  const isFull = ({ stage, group, quorum }: RecordedGrant["plan"][number]): boolean => {
    const own = moves.filter((move) => isYes(move) && move.stage === stage && move.group === group);
    return new Set(own.map(({ actor }) => actor.id)).size >= quorum;
  };
  return (
    plan.some(({ group, quorum }) => group === ownerGroup && quorum > 0) &&
    plan.every(isFull) &&
    moves.some(({ type }) => type === "grant.approved")
  );
}

/** A sign-off as the record has it, in the form in which a pack keeps one. */
export function recordedSignOff(grant: RecordedGrant, parameters: Parameters): SignOff {
  const no = grant.moves.find(({ type, actor }) => type === "grant.rejected" && actor.type === "person");
  return signOffFrom(parameters, {
    ...{ grant: grant.id, parametersDigest: digestOf(parameters) },
    isSigned: isSigned(grant, parameters.ownerGroup),
    isOpen: OPEN.includes(stateOf(grant)),
    approved: grant.moves.filter(isYes).map(wordOf),
    ...(no ? { rejected: wordOf(no) } : {}),
  });
}

/** The last answer of a group to exactly this, as the record has it; where it never answered, the last that it was asked. */
export function answerOnRecord(
  grants: ReadonlyMap<string, RecordedGrant>,
  parameters: Parameters,
): SignOff | undefined {
  const asks = [...grants.values()]
    .filter((grant) => isAsRecorded(grant, SIGN_OFF, parameters))
    .sort((one, other) => other.askedAt - one.askedAt || (one.id < other.id ? 1 : -1))
    .map((grant) => recordedSignOff(grant, parameters));
  return asks.find(({ state }) => state === "signed_off" || state === "rejected") ?? asks[0];
}
