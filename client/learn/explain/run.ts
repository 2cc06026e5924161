import type { GrantView } from "../../../functions/core/api/schemas.ts";
import { sourceFrom } from "../../audit/source.ts";
import { openHere } from "../../broker/open.ts";
import { LatchkeyError } from "../../errors.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { withCedar } from "../../policy/with-cedar.ts";
import { print } from "../../show/output.ts";
import { policyNamed } from "../approvals/run.ts";
import { readTold, type Told } from "../approvals/told.ts";
import type { Options } from "./commands.ts";
import { explanation } from "./explanation.ts";
import { storyOfRecord } from "./from-record.ts";
import { storyOfView } from "./from-view.ts";
import { whatIfs } from "./what-if.ts";

const GRANT = /^[a-z2-7]{16}$/;
const EVER = { from: 0, until: Number.MAX_SAFE_INTEGER };

/** One grant of the record, with all that is told of it. */
async function recorded(id: string, events: string, options: Options): Promise<Told> {
  const { source } = await sourceFrom(events, options);
  const found = (await readTold(source, EVER)).find((each) => each.id === id);
  if (!found) throw new CliError(`The record has no grant ${id}.`, exitCodes.not_found);
  return found;
}

/** One grant as the broker tells it; where it cannot, with what can be done without it. */
async function ofBroker(id: string, options: Options): Promise<GrantView> {
  try {
    return await openHere(options).broker.grant(id);
  } catch (fault) {
    if (!(fault instanceof LatchkeyError)) throw fault;
    if (fault.kind === "no_endpoint")
      throw new LatchkeyError("no_endpoint", `${fault.message} Or name the record with --events.`, {
        cause: fault,
      });
    if (fault.kind !== "not_found") throw fault;
    const missing = `There is no grant ${id}, or it is not yours to see: look at the id, and at who you sign as.`;
    throw new LatchkeyError("not_found", `${missing} Or name the record with --events.`, { cause: fault });
  }
}

/** `explain`: from the record where one is named, else from the broker, whose matter it is who may see the grant. */
export async function explainHere(id: string, options: Options): Promise<void> {
  if (!GRANT.test(id))
    throw new CliError(`${id} is no grant's id: that has 16 characters, a to z and 2 to 7.`, exitCodes.usage);
  if (options.events === undefined) {
    const story = storyOfView(await ofBroker(id, options));
    print(options.json, story, () => explanation(story));
    return;
  }
  const grant = await recorded(id, options.events, options);
  const policy = await withCedar(async () => policyNamed(options.policy));
  const bundle = policy?.loaded.deps.bundle;
  const story = storyOfRecord(grant, bundle);
  const tried = policy && whatIfs(policy.loaded.deps, grant);
  print(options.json, { ...story, ...(tried ? { whatIf: tried } : {}) }, () =>
    explanation(story, bundle, tried),
  );
}
