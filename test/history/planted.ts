import type { Rng } from "../../local/data/random.ts";
import { agentActor, agentNamed, people, personActor, resourceNamed } from "./cast.ts";
import { newLife } from "./kinds-of-life.ts";
import type { Call, Life } from "./life.ts";
import { idOf, type Scribe } from "./scribe.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Lockdown = {
  id: string;
  at: number;
  by: string;
  target: string;
  reason: string;
  lifted?: { at: number; by: string };
};
/** A call of somebody who is none of Latchkey's sessions, at the record's buckets. */
export type Reading = { id: string; at: number; arn: string; action: string; bucket: string; error?: string };

const [claims, support, features] = [
  resourceNamed("claims"),
  resourceNamed("support"),
  resourceNamed("features"),
];
const [agent, other] = [agentNamed("agent-0"), agentNamed("agent-1")];

const plain: Partial<Life> = {
  agent,
  resource: claims,
  access: "read",
  scope: '{"prefix":"2026/"}',
  windowSeconds: 600,
  purpose: "planted",
  ticket: "PLANT-1",
  decision: "allow",
  rules: "routine",
  plan: [],
};
const STAGE = [{ stage: 1, group: "privacy", quorum: 1 }];
const asking: Partial<Life> = { ...plain, decision: "needs_approval", plan: STAGE };

/** Both sides of each boundary, and each thing that must be found, in grants of their own from `from` on, one each hour. */
export function plant(s: Scribe, rng: Rng, from: number) {
  let hour = 0;
  const next = () => {
    hour += 1;
    return from + hour * HOUR;
  };
  const make = (what: string, given: Partial<Life>): Life => {
    const life = newLife(`planted-${what}`, next(), rng, given);
    delete life.onBehalfOf;
    if (given.onBehalfOf) life.onBehalfOf = given.onBehalfOf;
    if (given.scope === undefined && "scope" in given) delete life.scope;
    s.ask(life);
    return life;
  };
  const begin = (life: Life, at = life.askedAt + 1_000, collects = true): Life => {
    s.claim(life, at);
    s.mint(life, at + 200);
    if (collects) s.collect(life, at + 900);
    return life;
  };
  const finish = (life: Life): Life => {
    s.close(life, life.endsAt ?? 0, { type: "grant.ended", status: "ENDED", code: "window_over" });
    return life;
  };
  const call = (life: Life, what: string, at: number, given: Partial<Call> = {}): void => {
    life.calls.push({
      id: `${life.id}-${what}`,
      at,
      attempt: 1,
      action: "GetObject",
      readOnly: true,
      bucket: "example-production",
      key: "claims/2026/1.json",
      ...given,
    });
  };

  // Asked to answered in exactly 30 s, a millisecond under, with and without a mail; and a reminder that must not count.
  for (const [what, took, mailed] of [
    ["at", 30_000, true],
    ["under", 29_999, true],
    ["signed", 29_999, false],
  ] as const) {
    const life = make(`hasty-${what}`, asking);
    if (mailed) s.mail(life, 1, life.askedAt + 500);
    if (mailed) s.mail(life, 1, life.askedAt + 15_000, 1);
    const askedAt = mailed ? life.askedAt + 500 : undefined;
    s.say(life, { person: "priya", stage: 1, at: life.askedAt + (mailed ? 500 : 0) + took, askedAt }, true);
    finish(begin(life, life.askedAt + 40_000));
  }
  // Own side: owner, delegate, team; and neither.
  for (const [what, person, given] of [
    ["owner", { id: agent.owner }, {}],
    ["delegate", { id: "priya" }, { onBehalfOf: "priya" }],
    ["team", { id: "maya", team: agent.team }, {}],
    ["nobody", { id: "kwame", team: "analytics" }, { onBehalfOf: "tomas" }],
  ] as const) {
    const life = make(`own-${what}`, { ...asking, ...given });
    s.mail(life, 1, life.askedAt + 500);
    s.say(
      life,
      {
        person: person.id,
        ...("team" in person ? { team: person.team } : {}),
        stage: 1,
        at: life.askedAt + 5 * MINUTE,
        askedAt: life.askedAt + 500,
      },
      true,
    );
    finish(begin(life, life.askedAt + 6 * MINUTE));
  }
  // The cap: exactly, and a second more. In a row: two that touch, up to exactly the cap, and a second more.
  for (const [what, windowSeconds] of [
    ["at", claims.capSeconds],
    ["over", claims.capSeconds + 1],
  ] as const)
    finish(begin(make(`cap-${what}`, { ...plain, scope: `{"prefix":"cap-${what}/"}`, windowSeconds })));
  hour += 3;
  for (const [what, more] of [
    ["exact", 0],
    ["more", 1],
  ] as const) {
    const first = begin(
      make(`row-${what}-1`, {
        ...plain,
        scope: `{"prefix":"row-${what}/"}`,
        agent: other,
        resource: support,
        windowSeconds: 4_000,
      }),
    );
    const second = make(`row-${what}-2`, {
      ...plain,
      scope: `{"prefix":"row-${what}/"}`,
      agent: other,
      resource: support,
      windowSeconds: support.capSeconds - 4_000 + more,
      extends: first.id,
    });
    finish(first);
    begin(second, first.endsAt);
    finish(second);
    hour += 4;
  }
  // Revocations: exactly two minutes, a millisecond more, never; 100 of known latencies.
  for (const [what, took] of [
    ["at", 120_000],
    ["late", 120_001],
    ["never", undefined],
  ] as const) {
    const life = begin(make(`revoke-${what}`, plain));
    s.stop(life, life.askedAt + MINUTE, "revoked", personActor("samira"));
    if (took !== undefined) s.prove(life, life.askedAt + MINUTE + took, "probed");
  }
  // Minted without the approvals: never asked for them, refused, short by one, the owner's own word, after its end.
  const short = make("mint-short", { ...asking, plan: [{ stage: 1, group: "privacy", quorum: 2 }] });
  s.say(short, { person: "priya", stage: 1, at: short.askedAt + 10 * MINUTE, askedAt: undefined }, true);
  finish(begin(short, short.askedAt + 11 * MINUTE));
  const own = make("mint-own", asking);
  s.say(own, { person: agent.owner, stage: 1, at: own.askedAt + 10 * MINUTE, askedAt: undefined }, true);
  finish(begin(own, own.askedAt + 11 * MINUTE));
  const wrongStage = make("mint-stage", {
    ...asking,
    plan: [...STAGE, { stage: 2, group: "data-owners", quorum: 1 }],
  });
  for (const [person, at] of [
    ["priya", 10],
    ["tomas", 11],
  ] as const)
    s.say(
      wrongStage,
      { person, stage: 1, at: wrongStage.askedAt + at * MINUTE, askedAt: undefined },
      person === "tomas",
    );
  finish(begin(wrongStage, wrongStage.askedAt + 12 * MINUTE));
  const refused = make("mint-refused", { ...plain, decision: "deny", rules: "no-rule" });
  delete refused.closedAt;
  delete refused.closingCode;
  finish(begin(refused));
  const ended = make("mint-ended", asking);
  s.close(
    ended,
    ended.askedAt + MINUTE,
    { type: "grant.rejected", status: "REJECTED", code: "rejected", by: personActor("priya") },
    { stage: 1, group: "privacy" },
  );
  begin(ended, ended.askedAt + 2 * MINUTE);
  const noPlan = make("mint-no-plan", { ...asking, plan: [] });
  finish(begin(noPlan));
  // Never collected; collected and never called; called.
  finish(begin(make("unused-collected", plain), undefined, false));
  finish(begin(make("unused-called", plain)));
  call(finish(begin(make("used", plain))), "one", next(), { error: "AccessDenied" });
  // Used less: asked to write and read; one folder of the whole; exactly a tenth of the window, and a second less.
  const whole: Partial<Life> = { ...plain, scope: undefined as never };
  const less = (what: string, given: Partial<Life>, ...calls: [number, Partial<Call>][]) => {
    const life = begin(make(`less-${what}`, given));
    for (const [index, [seconds, more]] of calls.entries())
      call(life, `${index}`, (life.startsAt ?? 0) + seconds * 1000, more);
    finish(life);
  };
  less("write-read", { ...plain, access: "write" }, [300, {}]);
  less(
    "write-refused",
    { ...plain, access: "write" },
    [300, {}],
    [301, { action: "PutObject", readOnly: false, error: "AccessDenied" }],
  );
  less("write-wrote", { ...plain, access: "write" }, [300, { action: "PutObject", readOnly: false }]);
  less("folder", whole, [300, { key: "claims/2025/1.json" }], [400, { key: "claims/2025/2.json" }]);
  less("folders", whole, [300, { key: "claims/2025/1.json" }], [400, { key: "claims/2026/2.json" }]);
  less("no-folder", whole, [300, { key: "claims/1.json" }], [400, { key: "claims/2.json" }]);
  less("tenth", plain, [60, {}]);
  less("under-a-tenth", plain, [59, {}]);
  // Outside: each reason, and each neighbour that is inside.
  const out = begin(make("outside", plain));
  const at = (seconds: number) => (out.startsAt ?? 0) + seconds * 1000;
  call(out, "inside", at(70));
  call(out, "refused", at(71), { error: "AccessDenied", key: "claims/2025/1.json" });
  call(out, "not-there", at(72), { error: "NoSuchKey" });
  // S3 says that there is no such key to those alone who may look for it.
  call(out, "not-there-either", at(78), { error: "NoSuchKey", key: "claims/2025/9.json" });
  call(out, "not-there-late", (out.endsAt ?? 0) + 2_000, { error: "NoSuchKey" });
  call(out, "outside", at(73), { key: "claims/20260/1.json" });
  call(out, "other-bucket", at(74), { bucket: "example-training", key: "claims/2026/1.json" });
  call(out, "list", at(75), { action: "ListObjects", key: undefined as never });
  call(out, "wrote", at(76), { action: "PutObject", readOnly: false });
  call(out, "last-second", out.endsAt ?? 0);
  call(out, "after", (out.endsAt ?? 0) + 1_000);
  call(out, "no-attempt", at(77), { attempt: 2 });
  finish(out);
  const keyed = begin(make("outside-keys", { ...plain, scope: '{"keys":["2026/a.json","b.json"]}' }));
  call(keyed, "key", keyed.askedAt + 90_000, { key: "claims/b.json" });
  call(keyed, "no-key", keyed.askedAt + 91_000, { key: "claims/2026/a" });
  // What stands in the scope's JSON beside its keys, or across two of them, is no key of it.
  call(keyed, "the-name", keyed.askedAt + 92_000, { key: "claims/keys" });
  call(keyed, "across", keyed.askedAt + 93_000, { key: 'claims/2026/a.json","b.json' });
  call(keyed, "between", keyed.askedAt + 94_000, { key: "claims/," });
  finish(keyed);
  const table = begin(make("outside-table", { ...whole, resource: features }));
  for (const [what, arn] of [
    ["table", features.arn],
    ["index", `${features.arn}/index/x`],
    ["longer", `${features.arn}-2`],
    ["none", undefined],
  ] as const)
    call(table, what, table.askedAt + 120_000, {
      bucket: undefined as never,
      key: undefined as never,
      arn,
      action: "Query",
    });
  finish(table);
  // A session that no grant stands behind.
  const stray: { call: Call; grant: string; session: string } = {
    grant: idOf("no-such-grant"),
    session: `lk.a0.${idOf("no-such-grant")}.1`,
    call: {
      id: idOf("stray"),
      at: next(),
      attempt: 1,
      action: "GetObject",
      readOnly: true,
      bucket: "example-production",
      key: "claims/2026/1.json",
    },
  };
  // Glass: reviewed, and not yet.
  for (const reviewed of [true, false]) {
    const life = make(`glass-${reviewed}`, { ...plain, breakGlass: true, rules: "break-glass" });
    life.review = {
      rule: "break-glass",
      skipped: "priya,tomas",
      ...(reviewed ? { closedAt: life.askedAt + 7 * HOUR, by: "samira", finding: "=justified()" } : {}),
    };
    s.beside(life, "review-opened", "review.opened", life.askedAt, agentActor(life.agent), {
      people: life.review.skipped,
      reason: life.review.rule,
    });
    finish(begin(life));
    if (reviewed)
      s.beside(life, "review-closed", "review.closed", life.askedAt + 7 * HOUR, personActor("samira"), {
        code: "reviewed",
        reason: "=justified()",
      });
  }
  // Intent without outcome: claimed and never heard of; and a rotation likewise.
  s.claim(make("intent", plain), next());
  const rotating = begin(make("intent-rotation", { ...plain, windowSeconds: 3_600 }));
  s.claim(rotating, rotating.askedAt + 10 * MINUTE);
  finish(rotating);
  // A gap: the claim of a rotation is lost on the way.
  const gap = begin(make("gap", { ...plain, windowSeconds: 3_600 }));
  s.claim(gap, gap.askedAt + 10 * MINUTE);
  s.mint(gap, gap.askedAt + 10 * MINUTE + 300);
  finish(gap);
  const lost = gap.moves[3];
  if (lost) lost.missing = true;
  // A break: its last move says another hash than the one before has.
  const broken = begin(make("break", plain));
  const before = broken.moves.at(-1);
  const hash = before?.hash ?? "";
  if (before) before.hash = "0".repeat(64);
  finish(broken);
  if (before) before.hash = hash;
  // One person says yes exactly twenty times in a day, another one time more.
  hour += 48;
  const day = Math.ceil((from + hour * HOUR) / DAY) * DAY;
  for (const [person, times] of [
    ["ingrid", 20],
    ["tomas", 21],
  ] as const)
    for (let index = 0; index < times; index += 1) {
      const life = newLife(`many-${person}-${index}`, day + index * HOUR, rng, asking);
      delete life.onBehalfOf;
      s.ask(life);
      s.mail(life, 1, life.askedAt + 100);
      const team = people.find(({ id }) => id === person)?.team;
      s.say(
        life,
        {
          person,
          ...(team ? { team } : {}),
          stage: 1,
          at: day + index * HOUR + 2 * MINUTE,
          askedAt: life.askedAt + 100,
        },
        true,
      );
      s.close(life, life.askedAt + 5 * MINUTE, {
        type: "grant.cancelled",
        status: "CANCELLED",
        code: "released",
        by: agentActor(agent),
      });
    }
  return { gap: { life: gap, sequence: 4 }, broken, stray, lockdowns: lockdowns(s, rng, day + 3 * DAY) };
}

function lockdowns(s: Scribe, rng: Rng, from: number): Lockdown[] {
  return ["agent agent-0", "resource claims", "everything", "role models"].map((target, index) => {
    const at = from + index * 2 * DAY;
    const id = idOf(`lockdown-${index}`);
    const lockdown: Lockdown = {
      id,
      at,
      by: "samira",
      target,
      reason: "odd calls",
      ...(index < 2 ? { lifted: { at: at + HOUR, by: "noor" } } : {}),
    };
    const facts = {
      lockdown: id,
      target,
      ...(target.startsWith("agent") ? { agent: "agent-0" } : {}),
      ...(target.startsWith("resource") ? { resource: "claims" } : {}),
    };
    const victim = (what: string, asked: number, given: Partial<Life>) => {
      const life = newLife(`victim-${index}-${what}`, at - asked, rng, { ...plain, ...given });
      delete life.onBehalfOf;
      s.ask(life);
      return life;
    };
    const begin = (life: Life) => {
      s.claim(life, life.askedAt + 500);
      s.mint(life, life.askedAt + 700);
    };
    // The last lockdown finds nothing to stop.
    if (index < 3) {
      const waiting = victim("waiting", 3 * MINUTE, asking);
      waiting.lockdown = id;
      s.close(
        waiting,
        at + 50,
        { type: "grant.denied", status: "DENIED", code: "locked_down", by: personActor("samira") },
        { lockdown: id, target },
      );
      for (const turn of [1, 2]) {
        const active = victim(`active-${turn}`, 4 * MINUTE, {});
        begin(active);
        s.stop(active, at + 20 * turn, "locked_down", personActor("samira"), { id, target });
        // Of one nobody ever heard that it was proven.
        if (index !== 1 || turn !== 2) s.prove(active, at + 16_000 * turn, "probed");
      }
      const released = victim("released", 5 * MINUTE, { windowSeconds: 1_200 });
      begin(released);
      s.close(released, at - MINUTE, {
        type: "grant.ended",
        status: "ENDED",
        code: "released",
        by: agentActor(released.agent),
      });
      released.sessionDenied = { at: at + 90, lockdown: id };
      s.beside(released, "session-denied", "session.denied", at + 90, personActor("samira"), {
        code: "locked_down",
        lockdown: id,
        target,
      });
    }
    s.loose(`${id}-set`, "lockdown.set", at, personActor("samira"), { ...facts, reason: lockdown.reason });
    if (lockdown.lifted)
      s.loose(`${id}-lifted`, "lockdown.lifted", lockdown.lifted.at, personActor("noor"), {
        ...facts,
        reason: "all clear",
      });
    return lockdown;
  });
}

/**
 * Readers of the record's buckets: Latchkey's own role, which does not count; and others, also those who are called
 * after it: an agent's session, a role that somebody made, and one of another account.
 */
export function readings(from: number): Reading[] {
  const role = (name: string, account = "000000000000") =>
    `arn:aws:sts::${account}:assumed-role/${name}/session`;
  const readers = [
    role("latchkey-sign-digest"),
    role("auditor"),
    "arn:aws:iam::000000000000:user/colin",
    role("latchkey-access-production-data-read"),
    role("latchkey-auditor"),
    role("latchkey-sign-digest", "666666666666"),
    role("x:assumed-role/latchkey-sign-digest"),
  ];
  return Array.from({ length: 60 }, (_, index) => ({
    id: idOf(`reading-${index}`),
    at: from + index * 9 * HOUR,
    arn: readers[index % readers.length] ?? "",
    action: index % 4 ? "GetObject" : "ListObjectVersions",
    bucket:
      index % 5 ? "latchkey-audit-000000000000-us-east-1" : "latchkey-audit-results-000000000000-us-east-1",
    ...(index % 7 ? {} : { error: "AccessDenied" }),
  }));
}
