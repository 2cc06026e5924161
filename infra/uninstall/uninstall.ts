import { everyRole, type RoleRef, roleOf } from "../../functions/core/access-role.ts";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { epochMs } from "../../functions/core/time.ts";

type Entry = { grantId: string; endsAt: string };
export type UninstallDeps = {
  /** Where the credentials at hand are good. */
  accountId: string;
  /** What the table says of a role; undefined where there is no table (another account, or gone already). */
  readRole(role: RoleRef): Promise<{ live: Entry[]; denied: Entry[] } | undefined>;
  /** Puts a boundary on a role that denies everything: nothing issued of it works any more. False when there is no such role. */
  shut(name: string): Promise<boolean>;
  removeDenyList(name: string): Promise<void>;
  pause(ms: number): Promise<void>;
  /** `cdk destroy` of some stacks. */
  destroy(stacks: string[]): Promise<void>;
  now(): number;
  say(line: string): void;
};

/** IAM may tell a host of two changes in any order: how long the first is given before the second, as denials are. */
const SETTLE_MS = 15_000;

const REMAINS = [
  "the table `latchkey` and its key: every grant and its chain of events",
  "the audit buckets `latchkey-audit-…` and their key: the record, under Object Lock",
  "the secret `latchkey/slack-webhook`",
  "the keys of sealed sessions, of digests and of permits: KMS deletes keys only after a waiting time, when you say so",
];

/** Grants that end by the uninstall, and denials that must hold until it is through; what is unknown counts as some. */
async function whatIsOpen(deps: UninstallDeps, roles: readonly RoleRef[]): Promise<string[]> {
  const lines: string[] = [];
  const isOpen = ({ endsAt }: Entry) => epochMs(endsAt) > deps.now();
  for (const role of roles) {
    const found = await deps.readRole(role);
    if (!found) return ["the table cannot be read from here, so nobody knows which grants are live"];
    const live = found.live.filter(isOpen).length;
    const denied = found.denied.filter(isOpen).length;
    if (live > 0) lines.push(`${role}: ${live} live grants, which end with it`);
    if (denied > 0) lines.push(`${role}: ${denied} revoked grants whose window is not over`);
  }
  return lines;
}

/**
 * Takes Latchkey out of an account. `latchkey-deny` must go before a role can be deleted, and would let revoked sessions
 * in again: so every role is shut first, under a boundary that denies everything, and only then is its list removed.
 * Answers false, with nothing done, while grants are live and `force` is not given.
 */
export async function uninstall(
  deps: UninstallDeps,
  catalogue: Catalogue,
  { force }: { force: boolean },
): Promise<boolean> {
  const roles = everyRole(catalogue);
  // The broker's own account is in no reference.
  const isBrokers = !roles.some((role) => role.startsWith(`${deps.accountId}/`));
  const here = roles.filter((role) =>
    isBrokers ? !role.includes("/") : role.startsWith(`${deps.accountId}/`),
  );
  const open = await whatIsOpen(deps, here);
  for (const line of open) deps.say(line);
  if (open.length > 0 && !force) {
    deps.say(
      "Nothing was changed. Wait until the windows are over, or say --force: every session ends at once.",
    );
    return false;
  }
  const names = here.map((role) => roleOf(role, deps.accountId).name);
  const there: string[] = [];
  for (const name of names) {
    const isThere = await deps.shut(name);
    if (isThere) there.push(name);
    deps.say(isThere ? `${name}: shut; nothing issued of it works any more` : `${name}: not there`);
  }
  // A denial that is lifted where the boundary is not known yet would let a revoked session in.
  if (open.length > 0 && there.length > 0) await deps.pause(SETTLE_MS);
  for (const name of there) {
    await deps.removeDenyList(name);
    deps.say(`${name}: latchkey-deny removed`);
  }
  await deps.destroy(
    isBrokers
      ? ["LatchkeyAudit", "LatchkeyAccessRoles", "LatchkeyBroker"]
      : [`LatchkeyAccessRoles-${deps.accountId}`],
  );
  if (isBrokers)
    for (const line of REMAINS) deps.say(`Remains, since it outlives a stack by intent: ${line}`);
  const others = [
    ...new Set(roles.filter((role) => role.includes("/")).map((role) => role.split("/")[0] ?? "")),
  ];
  for (const account of others.filter((id) => id !== deps.accountId))
    deps.say(`Still to do, with credentials of account ${account}: npm run uninstall, for its access roles.`);
  return true;
}
