import { createHash } from "node:crypto";
import { kept } from "../cast.ts";
import { accessUntil, approversOf } from "../life.ts";
import { asked, periodOf, type Row, type Truth, time } from "./row.ts";

export const grantsOfAgent: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const [from, to] = [Date.parse(values.from ?? ""), Date.parse(values.to ?? "")];
  return lives
    .filter((life) => life.agent.id === values.agent)
    .filter((life) => {
      const until = accessUntil(life);
      return within(life.askedAt) || (until !== undefined && (life.startsAt ?? to) < to && until > from);
    })
    .map((life) => ({
      grant_id: life.id,
      status: life.status,
      resource_id: life.resource.id,
      access: life.access,
      scope: life.scope,
      window_seconds: life.windowSeconds,
      asked_at: time(life.askedAt),
      decision: life.decision,
      approvers: approversOf(life).join(", ") || undefined,
      starts_at: time(life.startsAt),
      ends_at: time(life.endsAt),
      access_until: time(accessUntil(life)),
      collects: life.collects,
      closing_code: life.closingCode,
      purpose: kept(life.purpose),
      ticket: life.ticket,
    }));
};

export const whoHadAccess: Truth = ({ lives }, { resource, at = "" }) => {
  const now = Date.parse(at);
  return lives
    .filter((life) => life.resource.id === resource && (life.activatedAt ?? Number.POSITIVE_INFINITY) <= now)
    .filter((life) => (life.startsAt ?? 0) <= now && now < (life.endsAt ?? 0))
    .flatMap((life) => {
      const status = life.moves.filter((move) => move.at <= now).at(-1)?.status ?? "";
      const denied = life.sessionDenied !== undefined && life.sessionDenied.at <= now;
      if (!["ACTIVE", "REVOKING", "ENDED"].includes(status) || denied) return [];
      return {
        ...asked(life),
        resource_id: undefined,
        status,
        scope: life.scope,
        starts_at: time(life.startsAt),
        ends_at: time(life.endsAt),
        activated_at: time(life.activatedAt),
        session_name: life.sessions.filter((session) => session.at <= now).at(-1)?.name,
        decision: life.decision,
        approvers: approversOf(life).join(", ") || undefined,
        purpose: kept(life.purpose),
        ticket: life.ticket,
        on_behalf_of: life.onBehalfOf,
      };
    });
};

export const withoutTicketOrPurpose: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives.flatMap((life) => {
    const missing = [
      ...((life.ticket ?? "").trim() === "" ? ["ticket"] : []),
      ...(life.purpose.trim() === "" ? ["purpose"] : []),
    ];
    if (!within(life.askedAt) || life.decision === "deny" || missing.length === 0) return [];
    return {
      ...asked(life),
      asked_at: time(life.askedAt),
      status: life.status,
      missing: missing.join(", "),
      ticket: life.ticket,
      purpose: kept(life.purpose),
    };
  });
};

export const windowsOverCap: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const rows: Row[] = [];
  const same = (life: (typeof lives)[number]) =>
    [life.agent.id, life.resource.id, life.access, life.scope ?? ""].join("|");
  const all = new Map<string, typeof lives>();
  for (const life of lives) all.set(same(life), [...(all.get(same(life)) ?? []), life]);
  for (const alike of all.values()) {
    const active = alike
      .filter((life) => life.activatedAt !== undefined)
      .sort((a, b) => (a.startsAt ?? 0) - (b.startsAt ?? 0) || (a.id < b.id ? -1 : 1));
    const unbroken = new Map<string, { ms: number; place: number }>();
    let run = { from: 0, until: Number.NEGATIVE_INFINITY, place: 0 };
    for (const life of active) {
      const [start, until] = [life.startsAt ?? 0, accessUntil(life) ?? 0];
      run =
        start <= run.until
          ? { ...run, until: Math.max(run.until, until), place: run.place + 1 }
          : { from: start, until, place: 1 };
      unbroken.set(life.id, { ms: until - run.from, place: run.place });
    }
    for (const life of alike) {
      const cap = life.resource.capSeconds;
      const row = unbroken.get(life.id);
      const by = [
        ...(life.windowSeconds > cap ? ["window"] : []),
        ...(row && row.place > 1 && row.ms > cap * 1000 ? ["row"] : []),
      ];
      if (!within(life.askedAt) || life.decision === "deny" || by.length === 0) continue;
      rows.push({
        ...asked(life),
        asked_at: time(life.askedAt),
        status: life.status,
        window_seconds: life.windowSeconds,
        cap_seconds: cap,
        extends_grant: life.extends,
        unbroken_ms: row?.ms,
        in_a_row: row?.place,
        over_by: by.join(", "),
      });
    }
  }
  return rows;
};

export const breakGlass: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives
    .filter((life) => life.breakGlass && within(life.askedAt))
    .map((life) => ({
      ...asked(life),
      owner_id: life.agent.owner,
      window_seconds: life.windowSeconds,
      asked_at: time(life.askedAt),
      purpose: kept(life.purpose),
      status: life.status,
      rule: life.review?.rule,
      passed_over: life.review?.skipped,
      reviewed_at: time(life.review?.closedAt),
      reviewer_id: life.review?.by,
      finding: kept(life.review?.finding),
      review_ms: life.review?.closedAt === undefined ? undefined : life.review.closedAt - life.askedAt,
    }));
};

/** The same arithmetic as the query's documentation says, in whole numbers of any size. */
export const grantSample: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const [count, seed] = [Number(values.count), BigInt(values.seed ?? 0)];
  const pick = (hash: string): bigint =>
    (BigInt(`0x${hash.slice(0, 7)}`) * ((seed % 1_000_000_007n) + 1n) + BigInt(`0x${hash.slice(7, 14)}`)) %
    2_147_483_647n;
  return lives
    .filter((life) => within(life.askedAt))
    .map((life) => ({ life, key: pick(life.moves[0]?.hash ?? "0") }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.life.id < b.life.id ? -1 : 1))
    .slice(0, count)
    .map(({ life }, index) => ({
      place: index + 1,
      ...asked(life),
      owner_id: life.agent.owner,
      scope: life.scope,
      window_seconds: life.windowSeconds,
      asked_at: time(life.askedAt),
      decision: life.decision,
      rules: life.rules,
      policy_version: life.policyVersion,
      digest: `sha256:${createHash("sha256").update(life.id).digest("hex")}`,
      approval_plan:
        life.plan.map(({ stage, group, quorum }) => `${stage}:${group}:${quorum}`).join(",") || undefined,
      approvers: approversOf(life).join(", ") || undefined,
      activated_at: time(life.activatedAt),
      access_until: time(accessUntil(life)),
      sessions:
        life.sessions
          .map(({ name }) => name)
          .sort()
          .join(", ") || undefined,
      collects: life.collects,
      status: life.status,
      closing_code: life.closingCode,
      proof: life.proof,
      moves: life.moves.filter(({ missing }) => !missing).length,
      head_hash: life.moves.at(-1)?.hash,
    }));
};
