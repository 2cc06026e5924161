import { decideStage, type Said, type StageDeps } from "../aws/decide-stage.ts";
import type { Origin } from "../aws/http/origin.ts";
import { countTry } from "../aws/table/links.ts";
import type { DecisionForm } from "../core/api/schemas.ts";
import { codeHash, mustSlowDown, sameHash } from "../core/approval/secrets.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import { normaliseCode } from "./code.ts";
import type { Opened } from "./open-link.ts";
import type { NoticeKind } from "./page/view.ts";

type Decidable = Extract<Opened, { is: "decidable" }>;

/** What became of a submitted form: shown again with a notice, or a grant that is in another state now. */
type Decided = { is: "again"; notice: NoticeKind } | Exclude<Said, { is: "locked_down" }>;

async function codeProblem(
  deps: StageDeps,
  token: string,
  form: DecisionForm,
  { link, hash }: Decidable,
): Promise<NoticeKind | undefined> {
  const code = normaliseCode(form.code);
  // Malformed or empty codes do not count: scanners send those.
  if (code === undefined) return "missing_code";
  const lastWrongAt = link.lastWrongAt === undefined ? undefined : epochMs(link.lastWrongAt);
  if (mustSlowDown({ wrongCodes: link.wrongCodes, lastWrongAt }, deps.now())) return "slow_down";
  const right = sameHash(codeHash(token, code), link.codeHash);
  if (right && link.wrongCodes === 0) return undefined;
  // Counted before the answer, conditional on the count that was read: of many tries at once, one is answered.
  const counted = await countTry(deps.table, hash, { seen: link.wrongCodes, at: isoMillis(deps.now()) });
  if (!counted) return "slow_down";
  return right ? undefined : "wrong_code";
}

/**
 * What the holder of a link says: counts with the code from the mail, and only where the stage may be decided by link.
 * Whoever is overtaken is shown what became of it (I-14).
 */
export async function submit(
  deps: StageDeps & { origin: Origin },
  token: string,
  form: DecisionForm,
  opened: Decidable,
): Promise<Decided> {
  const problem = await codeProblem(deps, token, form, opened);
  if (problem) return { is: "again", notice: problem };
  if (form.decision === undefined) return { is: "again", notice: "missing_decision" };
  const { grant, parties } = opened;
  const by = { type: "person" as const, id: parties.person.id, ...deps.origin };
  const { decision, comment } = form;
  const said = await decideStage(deps, { grant, ...parties }, { decision, comment, by });
  return said.is === "locked_down" ? { is: "again", notice: "locked_down" } : said;
}
