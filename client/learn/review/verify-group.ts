import { canonicalJson, digestOf } from "../../../functions/core/canonical.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { type Context, doubt, FAULTS, type Finding, isAsRecorded, tampered } from "./finding.ts";
import { SIGN_OFF, signOffFile, signOffParameters, signOffPermit } from "./manifest.ts";
import { textIn } from "./read-pack.ts";
import { answerOnRecord, recordedSignOff } from "./recorded-sign-off.ts";
import { groupLine } from "./show.ts";
import { type Parameters, type SignOff, signOff, whoSaid } from "./sign-off.ts";
import { openSignature } from "./signed.ts";

/** What became of one group's sign-off, and by what that is known. */
export type GroupState = {
  group: string;
  state: SignOff["state"] | "not asked";
  by: string[];
  proof: "record" | "pack";
};

function stateOf(group: string, proof: GroupState["proof"], said: SignOff | undefined): GroupState {
  if (!said) return { group, state: "not asked", by: [], proof };
  return { group, state: said.state, by: whoSaid(said), proof };
}

function readSignOff(text: string): SignOff | undefined {
  try {
    const read = signOff.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

const MEMBERS = ["state", "approved", "rejected"] as const;
const memberOf = (said: SignOff, name: (typeof MEMBERS)[number]): string =>
  canonicalJson([name in said ? (said as Record<string, unknown>)[name] : null]);

/** True of what was kept before the group had answered, where all that it says is so still. */
const isEarlier = (kept: SignOff, recorded: SignOff): boolean =>
  kept.state === "waiting" &&
  canonicalJson(kept.approved) === canonicalJson(recorded.approved.slice(0, kept.approved.length));

/** Holds what a pack says of a sign-off to the record: asked for exactly this, and answered so, by them, then. */
function checkRecorded(
  kept: SignOff,
  parameters: Parameters,
  grants: ReadonlyMap<string, RecordedGrant>,
): Finding[] {
  const { ownerGroup: group } = kept;
  const grant = grants.get(kept.grant);
  if (!isAsRecorded(grant, SIGN_OFF, parameters))
    return [tampered(`The record knows no grant ${kept.grant} by which ${group} was asked for this review.`)];
  const recorded = recordedSignOff(grant, parameters);
  const differ = MEMBERS.filter((name) => memberOf(kept, name) !== memberOf(recorded, name));
  if (differ.length === 0 || isEarlier(kept, recorded)) return [];
  const line = groupLine(stateOf(group, "record", recorded));
  return [
    tampered(`${signOffFile(group)} and the record differ in ${differ.join(", ")}: by the record, ${line}.`),
  ];
}

/** The permit that a pack keeps of a sign-off is over exactly this, and of the grant that was kept. */
async function checkPermit(
  { found, trusted }: Context,
  kept: SignOff,
  parameters: Parameters,
): Promise<Finding[]> {
  const name = signOffPermit(kept.ownerGroup);
  const permit = textIn(found, name)?.trim();
  if (permit === undefined) return [];
  const opened = await openSignature(permit, { keys: trusted, type: SIGN_OFF, parameters });
  if (!opened.ok) return [tampered(`${name} ${FAULTS[opened.why]}.`)];
  return opened.claims.grant === kept.grant
    ? []
    : [tampered(`${name} is of another grant than ${signOffFile(kept.ownerGroup)}.`)];
}

type Kept = { findings: Finding[]; kept?: SignOff };

/** What a pack keeps of a group's sign-off, where it is of this review. */
function keptIn({ found, manifest, digest }: Context, parameters: Parameters): Kept {
  const { ownerGroup } = parameters;
  const name = signOffFile(ownerGroup);
  const text = textIn(found, name);
  if (text === undefined) {
    const isAlone = textIn(found, signOffPermit(ownerGroup)) !== undefined;
    return { findings: isAlone ? [tampered(`${name} is missing beside its permit.`)] : [] };
  }
  const kept = readSignOff(text);
  if (!kept) return { findings: [tampered(`${name} is not as one is kept.`)] };
  const isOfThis =
    kept.ownerGroup === ownerGroup &&
    kept.month === manifest.month &&
    kept.manifest === digest &&
    kept.parametersDigest === digestOf(parameters);
  return isOfThis ? { findings: [], kept } : { findings: [tampered(`${name} is of another access review.`)] };
}

/** What became of one group's sign-off: by the record, where one is at hand, and never by the pack then. */
export async function checkGroup(
  context: Context,
  group: string,
): Promise<{ findings: Finding[]; state: GroupState }> {
  const { grants, manifest, digest } = context;
  const parameters = signOffParameters(manifest, digest, group);
  if (!parameters) return { findings: [], state: stateOf(group, "pack", undefined) };
  const { findings, kept } = keptIn(context, parameters);
  if (kept) findings.push(...(await checkPermit(context, kept, parameters)));
  if (kept && grants) findings.push(...checkRecorded(kept, parameters, grants));
  if (kept && !grants && kept.state !== "waiting")
    findings.push(
      doubt(`That people of ${group} decided is what the pack says: hold it to the record with --events.`),
    );
  const state = grants
    ? stateOf(group, "record", answerOnRecord(grants, parameters))
    : stateOf(group, "pack", kept);
  return { findings, state };
}
