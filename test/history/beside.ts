import { isoSeconds } from "../../functions/core/time.ts";
import { chance, int, pick, type Rng } from "../../local/data/random.ts";
import { type Agent, agentActor, agents, BROKER, HOSTILE, personActor, resources } from "./cast.ts";
import { idOf, type Scribe } from "./scribe.ts";

const HOUR = 3_600_000;

/** What is on record beside grants' lives, as it happened. */
export type Beside = {
  digests: { from: number; at: number; objects: number; heads: number }[];
  refusals: {
    at: number;
    who: string;
    agent?: Agent;
    arn?: string;
    type: string;
    code: string;
    path: string;
    count: number;
  }[];
  dryRuns: number[];
  reads: { at: number; who: string; path: string; count: number }[];
  acts: {
    at: number;
    id: string;
    type: string;
    by: { type: string; id: string };
    subject: string;
    policy?: string;
    lockdown?: string;
    reason?: string;
  }[];
  cutOffs: { at: number; role: string }[];
  flags: {
    at: number;
    id: string;
    rule: string;
    agent: string;
    action: string;
    evidence: string;
    acted?: { at: number; code: string; count: number };
  }[];
};

function digests(s: Scribe, rng: Rng, from: number, to: number): Beside["digests"] {
  const made: Beside["digests"] = [];
  for (let hour = from; hour + HOUR <= to; hour += HOUR) {
    // Some hours were never signed, and one is signed late, on another day.
    if (hour % (37 * 24 * HOUR) === 5 * HOUR || chance(rng, 0.001)) continue;
    const at = hour + HOUR + int(rng, 1_000, 240_000) + (hour === from + 30 * HOUR ? 26 * HOUR : 0);
    const digest = { from: hour, at, objects: int(rng, 0, 60), heads: int(rng, 0, 20) };
    s.loose(
      idOf(`digest-${hour}`),
      "digest.signed",
      at,
      { type: "broker", id: "sign-digest" },
      {
        digest: `sha256:${hour}`,
        startsAt: isoSeconds(hour),
        endsAt: isoSeconds(hour + HOUR),
        objects: digest.objects,
        heads: digest.heads,
      },
    );
    made.push(digest);
  }
  return made;
}

function refusals(s: Scribe, rng: Rng, count: number, time: () => number): Beside["refusals"] {
  return Array.from({ length: count }, (_, index) => {
    const at = time();
    const agent = chance(rng, 0.8) ? pick(rng, agents) : undefined;
    const stranger = `arn:aws:sts::000000000000:assumed-role/${pick(rng, ["other", "old"])}/x`;
    const person = !agent && chance(rng, 0.3);
    const actor = agent
      ? agentActor(agent)
      : person
        ? personActor("colin")
        : { type: "unknown" as const, id: "stranger", arn: stranger };
    const code = pick(rng, ["invalid_request", "forbidden", "wrong_state"]);
    const path = pick(rng, ["POST /grants", "POST /grants/{id}/credentials"]);
    const times = chance(rng, 0.2) ? int(rng, 2, 5_000) : 1;
    s.loose(idOf(`refusal-${index}`), "request.refused", at, actor, {
      code,
      path,
      count: times,
      ...(agent ? { agent: agent.id } : {}),
      ...(chance(rng, 0.1) ? { reason: pick(rng, HOSTILE) } : {}),
    });
    return {
      at,
      who: actor.id,
      ...(agent ? { agent } : {}),
      ...(actor.arn ? { arn: actor.arn } : {}),
      type: actor.type,
      code,
      path,
      count: times,
    };
  });
}

/** People who left and came back, of whom some own agents: see `truth/people.ts`. */
export const comings = (
  from: number,
  day: number,
): { at: number; type: "person.added" | "person.removed"; people: string }[] => [
  { at: from - 3 * day, type: "person.removed", people: "owner-1" },
  { at: from + 10 * day, type: "person.removed", people: "owner-3,owner-4" },
  { at: from + 12 * day, type: "person.added", people: "owner-3" },
  { at: from + 20 * day, type: "person.added", people: "somebody-new" },
  { at: from + 30 * day, type: "person.removed", people: "owner-3" },
  { at: from + 30 * day + 3_600_000, type: "person.added", people: "owner-3,owner-1" },
  { at: from + 50 * day, type: "person.removed", people: "owner-7" },
  { at: from + 51 * day, type: "person.removed", people: "owner-7" },
  { at: from + 55 * day, type: "person.added", people: "owner-7" },
];

function acts(s: Scribe, from: number, day: number): Beside["acts"] {
  const made: Beside["acts"] = [];
  const broker = { type: "broker" as const, id: "sweep" };
  for (const [index, { at, type, people }] of comings(from, day).entries()) {
    const id = idOf(`person-${index}`);
    s.loose(id, type, at, broker, { people, policyVersion: `p${index}` });
    made.push({ at, id, type, by: broker, subject: people, policy: `p${index}` });
  }
  for (let index = 0; index < 12; index += 1) {
    const at = from + index * 7 * day + 1_234;
    const id = idOf(`policy-${index}`);
    s.loose(id, "policy.changed", at, broker, { policyVersion: `v${index}`, reason: `was v${index - 1}` });
    made.push({
      at,
      id,
      type: "policy.changed",
      by: broker,
      subject: `v${index}`,
      policy: `v${index}`,
      reason: `was v${index - 1}`,
    });
  }
  for (const agent of agents) {
    const id = idOf(`pin-${agent.id}`);
    const at = from + 60_000;
    s.loose(id, "agent.pinned", at, agentActor(agent), { agent: agent.id, reason: "AIDAEXAMPLE" });
    made.push({
      at,
      id,
      type: "agent.pinned",
      by: { type: "agent", id: agent.id },
      subject: agent.id,
      reason: "AIDAEXAMPLE",
    });
  }
  return made;
}

const FLAGS = [
  { rule: "other-environment", action: "alert" },
  { rule: "probing", action: "revoke", code: "stopped" },
  { rule: "used-after-end", action: "lockdown", code: "locked_down" },
  { rule: "probing", action: "revoke" },
] as const;

/** Flags that stop nothing, that stopped something, and one that nobody could act on. */
function flags(s: Scribe, from: number, day: number): Beside["flags"] {
  const by = { type: "broker" as const, id: "flag" };
  return Array.from({ length: 20 }, (_, index) => {
    const { rule, action, ...more } = FLAGS[index % FLAGS.length] ?? FLAGS[0];
    const agent = agents[index % agents.length]?.id ?? "";
    const id = idOf(`flag-${index}`);
    const at = from + index * 2 * day + index * 777;
    const facts = { flag: id, rules: rule, target: `agent ${agent}`, action, agent };
    const evidence = JSON.stringify({ count: index + 3 });
    s.loose(`${id}-raised`, "flag.raised", at, by, { ...facts, evidence, reason: "odd" });
    const flag = { at, id, rule, agent, action, evidence };
    if (!("code" in more)) return flag;
    const acted = { at: at + 1_500, code: more.code, count: index };
    s.loose(`${id}-acted`, "flag.acted", acted.at, by, { ...facts, code: acted.code, count: index });
    return { ...flag, acted };
  });
}

export function livesBeside(
  s: Scribe,
  rng: Rng,
  { from, to, loose }: { from: number; to: number; loose: number },
): Beside {
  const day = 24 * HOUR;
  const time = () => from + Math.floor(rng() * (to - from));
  const reads = Array.from({ length: loose }, (_, index) => {
    const read = {
      at: time(),
      who: pick(rng, ["colin", "samira"]),
      path: pick(rng, ["GET /grants", "GET /grants/{id}"]),
      count: int(rng, 1, 9),
    };
    s.loose(idOf(`read-${index}`), "record.read", read.at, personActor(read.who), {
      path: read.path,
      count: read.count,
    });
    return read;
  });
  const dryRuns = Array.from({ length: loose }, (_, index) => {
    const at = time();
    const agent = pick(rng, agents);
    const resource = pick(rng, resources);
    s.loose(idOf(`dry-${index}`), "decision.dry_run", at, agentActor(agent), {
      agent: agent.id,
      resource: resource.id,
      access: "read",
      windowSeconds: 60,
      decision: "allow",
      rules: "routine",
      policyVersion: "p1",
    });
    return at;
  });
  const cutOffs = ["production-data", "models"].map((role, index) => {
    const at = from + (15 + index) * day;
    s.loose(idOf(`cut-${role}`), "role.cut_off", at, BROKER, {
      role,
      code: "role_cut_off",
      count: 3,
      reason: "full",
    });
    return { at, role };
  });
  return {
    digests: digests(s, rng, from, to),
    refusals: refusals(s, rng, loose, time),
    dryRuns,
    reads,
    acts: acts(s, from, day),
    cutOffs,
    flags: flags(s, from, day),
  };
}
