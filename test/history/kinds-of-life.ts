import { chance, int, pick, type Rng, weighted } from "../../local/data/random.ts";
import { agentActor, agents, BROKER, HOSTILE, people, personActor, resources } from "./cast.ts";
import type { Life } from "./life.ts";
import { idOf, type Scribe } from "./scribe.ts";

const SECOND = 1_000;
const MINUTE = 60_000;

/** A grant before it is asked for; `given` is what a test wants to be so. */
export function newLife(label: string, askedAt: number, rng: Rng, given: Partial<Life> = {}): Life {
  const resource = given.resource ?? pick(rng, resources);
  const access = pick(rng, ["read", "read", "write", "list"] as const);
  const people_ = chance(rng, 0.4);
  return {
    id: idOf(label),
    agent: pick(rng, agents),
    resource,
    access,
    ...(resource.service === "s3" && chance(rng, 0.5) ? { scope: '{"prefix":"2026/"}' } : {}),
    windowSeconds: pick(rng, [300, 900, 1_800, resource.capSeconds]),
    purpose: chance(rng, 0.01)
      ? pick(rng, ["", "   "])
      : chance(rng, 0.1)
        ? pick(rng, HOSTILE)
        : "nightly run",
    ...(chance(rng, 0.9) ? { ticket: chance(rng, 0.02) ? " " : `OPS-${int(rng, 1, 9_999)}` } : {}),
    ...(chance(rng, 0.05) ? { onBehalfOf: pick(rng, people).id } : {}),
    decision: people_ ? "needs_approval" : "allow",
    rules: people_ ? "personal-data-needs-privacy" : "routine",
    policyVersion: "p1",
    plan: people_ ? pick(rng, PLANS) : [],
    askedAt,
    status: "NOTHING",
    words: [],
    claims: [],
    lost: [],
    sessions: [],
    collects: 0,
    calls: [],
    moves: [],
    ...given,
  };
}
const PLANS: Life["plan"][] = [
  [{ stage: 1, group: "privacy", quorum: 1 }],
  [{ stage: 1, group: "privacy", quorum: 2 }],
  [
    { stage: 1, group: "privacy", quorum: 1 },
    { stage: 2, group: "data-owners", quorum: 1 },
  ],
];

/** Asks the stages one after the other and lets people say yes; `left`: how many words short it stays. Gives the time after. */
function approve(s: Scribe, life: Life, rng: Rng, left = 0): number {
  const words = life.plan.flatMap(({ stage, quorum }) => Array.from({ length: quorum }, () => stage));
  const sayers = people.filter(({ id }) => id !== life.agent.owner);
  let at = life.askedAt;
  let said = 0;
  for (const stage of words.slice(0, words.length - left)) {
    const first = words.indexOf(stage) === said;
    const askedAt = first && chance(rng, 0.9) ? at + int(rng, 50, 900) : undefined;
    if (askedAt !== undefined) s.mail(life, stage, askedAt);
    if (askedAt !== undefined && chance(rng, 0.1)) s.mail(life, stage, askedAt + 4_000, 1);
    at += chance(rng, 0.02) ? int(rng, 3_000, 40_000) : int(rng, 45_000, 40 * MINUTE);
    const person = sayers[(said + int(rng, 0, 1) * 3) % sayers.length] ?? sayers[0];
    if (!person) break;
    const earlier = life.words.find((word) => word.stage === stage);
    s.say(
      life,
      {
        person: person.id,
        ...(person.team ? { team: person.team } : {}),
        stage,
        at,
        askedAt: askedAt ?? earlier?.askedAt,
      },
      said === words.length - 1,
    );
    said += 1;
  }
  return at;
}

/** From approved to active, with what may go wrong on the way; gives the time of activation. */
function activate(s: Scribe, life: Life, rng: Rng, at: number): number {
  s.claim(life, at + int(rng, 200, 3_000));
  let claimedAt = life.claims.at(-1)?.at ?? at;
  if (chance(rng, 0.03)) {
    claimedAt += int(rng, 61_000, 90_000);
    s.lose(life, claimedAt, "vanished");
    s.claim(life, claimedAt);
  }
  s.mint(life, claimedAt + int(rng, 80, 900));
  return life.activatedAt ?? at;
}

function collect(s: Scribe, life: Life, rng: Rng, at: number): void {
  if (chance(rng, 0.06)) return;
  s.collect(life, at + int(rng, 100, 20_000));
}

function rotate(s: Scribe, life: Life, rng: Rng, at: number): void {
  const times = Math.min(3, Math.floor(life.windowSeconds / 1_800));
  for (let turn = 1; turn <= times; turn += 1) {
    const due = at + turn * 10 * MINUTE;
    s.claim(life, due);
    if (chance(rng, 0.1)) {
      const claim = life.claims.at(-1);
      if (claim) claim.done = true;
      s.move(life, "grant.rotation_failed", due + 400, "ACTIVE", BROKER, {
        code: "activation_failed",
        sessionName: `lk.${life.agent.key}.${life.id}.${claim?.attempt}`,
      });
    } else {
      s.mint(life, due + 300);
      if (chance(rng, 0.7)) s.collect(life, due + 5_000);
    }
  }
}

const windowOver = (s: Scribe, life: Life, rng: Rng) =>
  s.close(life, (life.endsAt ?? 0) + int(rng, 0, 2_000), {
    type: "grant.ended",
    status: "ENDED",
    code: "window_over",
  });

/** One whole life, of a kind that chance picks. */
export function live(s: Scribe, label: string, askedAt: number, rng: Rng, given: Partial<Life> = {}): Life {
  const kind = weighted(rng, [
    ["whole", 48],
    ["denied", 8],
    ["rejected", 4],
    ["expired", 4],
    ["cancelled", 3],
    ["failed", 2],
    ["revoked", 14],
    ["released", 8],
    ["rotated", 9],
    ["late", 1],
    ["changed", 2],
  ] as const);
  const life = newLife(label, askedAt, rng, given);
  if (kind === "denied") {
    Object.assign(life, {
      decision: "deny",
      rules: pick(rng, ["environments-do-not-cross", "no-rule"]),
      plan: [],
    });
    s.ask(life);
    return life;
  }
  if ((kind === "rejected" || kind === "expired") && life.plan.length === 0)
    Object.assign(life, { decision: "needs_approval", plan: PLANS[0] });
  if (kind === "rotated") life.windowSeconds = Math.max(life.windowSeconds, 1_800);
  s.ask(life);
  if (kind === "rejected" || kind === "expired") {
    s.mail(life, 1, askedAt + 300);
    const at = askedAt + int(rng, 2, 400) * MINUTE;
    if (kind === "expired")
      s.close(life, at, { type: "grant.expired", status: "EXPIRED", code: "nobody_decided" });
    else
      s.close(
        life,
        at,
        {
          type: "grant.rejected",
          status: "REJECTED",
          code: "rejected",
          by: personActor(pick(rng, people).id),
        },
        { stage: 1, group: "privacy" },
      );
    return life;
  }
  const approvedAt = approve(s, life, rng);
  if (kind === "cancelled" || kind === "changed") {
    const how =
      kind === "cancelled"
        ? {
            type: "grant.cancelled" as const,
            status: "CANCELLED",
            code: "released",
            by: agentActor(life.agent),
          }
        : { type: "grant.denied" as const, status: "DENIED", code: "policy_changed" };
    s.close(life, approvedAt + int(rng, 100, 900), how);
    return life;
  }
  if (kind === "failed") {
    s.claim(life, approvedAt + 500);
    s.lose(life, approvedAt + 70_000, "vanished");
    s.claim(life, approvedAt + 70_000);
    for (const claim of life.claims) claim.done = true;
    s.close(life, approvedAt + 71_000, { type: "grant.failed", status: "FAILED", code: "activation_failed" });
    return life;
  }
  const at = activate(s, life, rng, approvedAt);
  collect(s, life, rng, at);
  if (kind === "rotated") rotate(s, life, rng, at);
  const midway = at + int(rng, 30, Math.max(31, life.windowSeconds - 60)) * SECOND;
  if (kind === "revoked") {
    s.stop(
      life,
      midway,
      pick(rng, ["released", "revoked", "base_revoked", "role_cut_off"]),
      agentActor(life.agent),
    );
    s.prove(life, midway + int(rng, 15_000, 40_000), "probed");
  } else if (kind === "late") {
    s.stop(life, midway, "revoked", personActor("samira"));
    s.prove(life, (life.endsAt ?? 0) + 500, "expired");
  } else if (kind === "released") {
    s.close(life, midway, {
      type: "grant.ended",
      status: "ENDED",
      code: "released",
      by: agentActor(life.agent),
    });
  } else windowOver(s, life, rng);
  return life;
}

/** Calls with the sessions of a life: mostly what was granted. */
export function use(life: Life, rng: Rng): void {
  if (life.activatedAt === undefined || life.collects === 0 || chance(rng, 0.1)) return;
  const until = life.status === "REVOKED" || life.closingCode === "released" ? life.closedAt : life.endsAt;
  const from = (life.startsAt ?? 0) + 1_000;
  const room = Math.max(1, Math.min((until ?? from) - from - 2_000, life.windowSeconds * 1000));
  const calls = int(rng, 1, 4);
  const base = life.resource.arn.split(":::")[1]?.replace("*", "") ?? "";
  for (let turn = 0; turn < calls; turn += 1) {
    const at = Math.floor((from + rng() * room * (chance(rng, 0.1) ? 0.05 : 1)) / 1000) * 1000;
    const write = life.access === "write" && chance(rng, 0.5);
    const error = chance(rng, 0.02)
      ? pick(rng, ["AccessDenied", "NoSuchKey", "Client.UnauthorizedOperation"])
      : undefined;
    const folder = life.scope ? "2026/" : pick(rng, ["2026/", "2025/", ""]);
    const s3 = life.resource.service === "s3";
    life.calls.push({
      id: `${life.id}-call-${turn}`,
      at,
      attempt: 1,
      action: write ? "PutObject" : "GetObject",
      readOnly: !write,
      ...(s3
        ? {
            bucket: base.split("/")[0] ?? "",
            key: `${base.slice(base.indexOf("/") + 1)}${folder}${int(rng, 1, 99)}.json`,
          }
        : {
            arn:
              life.resource.service === "dynamodb" && chance(rng, 0.2)
                ? `${life.resource.arn}/index/by-day`
                : life.resource.arn,
          }),
      ...(error ? { error } : {}),
    });
  }
}
