import * as z from "zod";
import { accessRoleOf } from "../access-role.ts";
import { canonicalJson } from "../canonical.ts";
import { digestWith } from "../grant/digest.ts";
import { givesSession } from "../grant/gives.ts";
import type { Grant } from "../grant/grant.ts";
import { GRANT } from "../kinds/kind.ts";
import { epochMs } from "../time.ts";
import type { Fact, Signal } from "./fact.ts";
import type { RoleAssumed, SessionUsed } from "./use.ts";

/** CloudTrail has whole seconds, and AWS's clock is not ours. */
const TOLERANCE_MS = 5_000;

/** Until when a grant's sessions were to work: its window's end, or before it when somebody ended it with a deny. */
function liveUntil(grant: Grant): number | undefined {
  const endsAt = "endsAt" in grant && grant.endsAt ? epochMs(grant.endsAt) : undefined;
  if (endsAt === undefined) return undefined;
  if (grant.status === "REVOKING" || grant.status === "REVOKED")
    return Math.min(endsAt, epochMs(grant.stoppedAt));
  return endsAt;
}

const ownOf = ({ id, agent, resource }: Grant) => ({ grant: id, agent: agent.id, resource: resource.id });

/**
 * What one grant's sessions did, against what the grant says. Calls refused after its end are as they should be, and no
 * row of refusals; an allowed one is what must never be. A denial takes seconds to reach every host of AWS (docs/security-model.md),
 * so that use after a revocation counts from its proof on, which is the window's end at the latest.
 */
export function factsOfUse(use: SessionUsed, grant: Grant | undefined): Fact[] {
  if (!grant) return [];
  const { id, minute, calls, bytes, run, networks, regions } = use;
  const until = liveUntil(grant);
  const isLive = until !== undefined && epochMs(use.last) < until;
  const base = { ...ownOf(grant), at: epochMs(minute), times: 1 };
  const span = { first: epochMs(use.first), last: epochMs(use.last) };
  const seen = [
    ...networks.map(({ network, first, last }) => ({ network, first: epochMs(first), last: epochMs(last) })),
    ...regions.map((region) => ({ region, ...span })),
  ];
  const used: Fact = {
    ...{ ...base, id: `${id}#used`, signal: "used", calls, bytes, seen },
    ...(isLive ? { run } : {}),
  };
  const end = "endsAt" in grant && grant.endsAt ? epochMs(grant.endsAt) : undefined;
  const isLate =
    end !== undefined && use.lastAllowed !== undefined && epochMs(use.lastAllowed) > end + TOLERANCE_MS;
  return [used, ...(isLate ? [{ ...base, id: `${id}#late`, signal: "used-late" as const }] : [])];
}

/** Session names that the minter makes. Those of the prover end in `.probe`, and open nothing but one probe. */
const MINTED = /^lk\.([a-z][a-z0-9-]{1,23})\.([a-z2-7]{16})\.(\d{1,9})$/;
const PROBE = /^lk\.([a-z][a-z0-9-]{1,23}\.[a-z2-7]{16}|control)\.probe$/;

/** The grant that a session's name says, if it says one. */
export const grantOfSession = (session: string): string | undefined => MINTED.exec(session)?.[2];

const attemptsOf = (grant: Grant): number => {
  const known = [
    "attempt" in grant ? grant.attempt : undefined,
    "rotating" in grant ? grant.rotating?.attempt : undefined,
    "lastAttempt" in grant ? grant.lastAttempt : undefined,
  ];
  return Math.max(0, ...known.map((attempt) => attempt ?? 0));
};

/** The access role that was assumed, as `RoleRef`, and who alone may assume one: by `RoleAssumed.by`. */
type About = { role: string; minter: string; prover: string };

/** Whether a claim of ours stands behind a session of this name, on this role. */
function isClaimed(grant: Grant | undefined, { session, by }: RoleAssumed, { role, minter }: About): boolean {
  const [, key, , attempt] = MINTED.exec(session) ?? [];
  return (
    grant !== undefined &&
    givesSession(grant) &&
    by === minter &&
    grant.agent.key === key &&
    grant.resource.role === role &&
    Number(attempt) <= attemptsOf(grant)
  );
}

const statement = z.looseObject({ Effect: z.string() });
const policyDocument = z.object({ Statement: z.array(statement) });

function statementsIn(text: string): z.infer<typeof statement>[] {
  try {
    return policyDocument.safeParse(JSON.parse(text)).data?.Statement ?? [];
  } catch {
    return [];
  }
}

/** What all Denies of a session policy must have among them: the end, and both other doors shut. See `compileSessionPolicy`. */
const hasDenies = (denies: readonly z.infer<typeof statement>[], endsAt: string): boolean =>
  denies.some((each) => canonicalJson(each) === canonicalJson(endOf(endsAt))) &&
  denies.some((each) => Array.isArray(each.NotAction) && each.Resource === "*" && !each.Condition) &&
  denies.some((each) => Array.isArray(each.NotResource) && each.Action === "*" && !each.Condition);

const endOf = (endsAt: string) => ({
  Effect: "Deny",
  Action: "*",
  Resource: "*",
  Condition: { DateGreaterThanEquals: { "aws:CurrentTime": endsAt } },
});

/**
 * Whether a session policy allows what was approved for this grant, by the digest that was approved, and ends when it
 * does. Goes by the policy's own statements: another release may compile otherwise, and its sessions are as good.
 */
function isApproved(text: string, grant: Grant): boolean {
  const endsAt = "endsAt" in grant ? grant.endsAt : undefined;
  if (endsAt === undefined) return false;
  const statements = statementsIn(text.replaceAll(grant.id, GRANT));
  const allows = statements.filter(({ Effect }) => Effect === "Allow");
  const denies = statements.filter(({ Effect }) => Effect === "Deny");
  const { agent, resource, access, scope, windowSeconds, masked, requestedStart, digest } = grant;
  const { kind, arn, settings } = resource;
  const ask = { kind, arn, settings, access, scope, agent: agent.id, windowSeconds, masked, requestedStart };
  return (
    allows.length + denies.length === statements.length &&
    digestWith(ask, allows) === digest &&
    hasDenies(denies, endsAt)
  );
}

function signalOf(assumed: RoleAssumed, grant: Grant | undefined, about: About): Signal | undefined {
  const { session, refused, policy, by } = assumed;
  if (PROBE.test(session) && by === about.prover) return undefined;
  if (!isClaimed(grant, assumed, about)) return refused ? "assume-refused" : "assumed-unclaimed";
  if (refused || !grant) return undefined;
  if (policy === undefined) return "assumed-without-policy";
  return isApproved(policy, grant) ? undefined : "assumed-other-policy";
}

/** What an AssumeRole of an access role means, against the grant that its session's name says. Nothing, when all is right. */
export function factsOfAssumed(assumed: RoleAssumed, grant: Grant | undefined, about: About): Fact[] {
  const signal = signalOf(assumed, grant, about);
  if (!signal) return [];
  const whose = grant ? ownOf(grant) : {};
  return [
    {
      ...whose,
      ...{ id: `${assumed.id}#${signal}`, at: epochMs(assumed.time), signal, times: 1 },
      role: accessRoleOf(about.role),
      caller: assumed.by,
    },
  ];
}
