import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";

const EVERY_MS = 1_000;

/** Waits until a grant that is being revoked is so: no longer REVOKING, which its window bounds. */
export async function untilOver(
  deps: { broker: Pick<Broker, "grant">; pause(ms: number): Promise<void> },
  first: GrantView,
): Promise<GrantView> {
  let grant = first;
  while (grant.status === "REVOKING") {
    await deps.pause(EVERY_MS);
    grant = await deps.broker.grant(grant.id);
  }
  return grant;
}
