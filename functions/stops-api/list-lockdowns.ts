import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { readLockdowns } from "../aws/table/lockdowns.ts";
import { mayLockDown } from "../core/approval/stops.ts";
import { refusal } from "../core/errors.ts";
import type { StopsDeps } from "./deps.ts";

/** `GET /lockdowns`: what stands, oldest first. */
export async function listLockdowns(deps: StopsDeps, { principal }: Call): Promise<Answer> {
  if (principal.kind !== "person") return refusal("not_your_role");
  if (!mayLockDown(deps.catalogue, { person: principal.person, at: deps.now() }))
    return refusal("not_your_role");
  const lockdowns = await readLockdowns(deps.table);
  return { status: 200, body: { lockdowns: lockdowns.sort((a, b) => (a.at < b.at ? -1 : 1)) } };
}
