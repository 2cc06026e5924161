import { ACTION } from "../kinds/names.ts";
import type { Grant } from "./grant.ts";

/** What a grant gives while it is ACTIVE: session credentials, masked rows, or a permit for one action. */
type Given = "session" | "masked" | "permit";
type About = Pick<Grant, "masked"> & { resource: Pick<Grant["resource"], "kind"> };

export const givenBy = ({ masked, resource }: About): Given =>
  resource.kind === ACTION ? "permit" : masked ? "masked" : "session";

/**
 * True when the grant ends, or may end, with a session of AWS in somebody's hands: only that needs a deny, and a proof of
 * it. Everything else is looked up in the table at each use, so the table's own move ends it.
 */
export const givesSession = (grant: About): boolean => givenBy(grant) === "session";
