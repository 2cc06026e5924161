import { grouped, periodOf, type Row, type Truth, time } from "./row.ts";

const rank = (sorted: readonly number[], percent: number): number | undefined =>
  sorted[Math.ceil((sorted.length * percent) / 100) - 1];

export const revocationLatency: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const revoked = lives.filter(({ status, closedAt }) => status === "REVOKED" && within(closedAt));
  return grouped(revoked, ({ proof }) => proof ?? "none").map((alike) => {
    const sorted = alike.map((life) => (life.closedAt ?? 0) - (life.stoppedAt ?? 0)).sort((a, b) => a - b);
    return {
      proof: alike[0]?.proof ?? "none",
      revocations: alike.length,
      p50_ms: rank(sorted, 50),
      p95_ms: rank(sorted, 95),
      p99_ms: rank(sorted, 99),
      longest_ms: sorted.at(-1),
    };
  });
};

export const revocationFailures: Truth = ({ lives, beside }, values) => {
  const within = periodOf(values);
  const stopped = lives.flatMap((life): Row[] => {
    const took = (life.closedAt ?? 0) - (life.stoppedAt ?? 0);
    const open = life.status === "REVOKING";
    if (!within(life.stoppedAt) || !(open || took > 120_000)) return [];
    return [
      {
        failure: open ? "open" : "late",
        grant_id: life.id,
        agent_id: life.agent.id,
        role_name: life.resource.role,
        failed_at: time(life.stoppedAt),
        revoked_at: open ? undefined : time(life.closedAt),
        took_ms: open ? undefined : took,
        proof: life.proof,
        code: life.closingCode,
      },
    ];
  });
  const lost = lives.flatMap((life) =>
    life.lost
      .filter(({ at }) => within(at))
      .map(({ at, code }) => ({
        failure: "attempt lost",
        grant_id: life.id,
        agent_id: life.agent.id,
        role_name: life.resource.role,
        failed_at: time(at),
        code,
      })),
  );
  const cut = beside.cutOffs
    .filter(({ at }) => within(at))
    .map(({ at, role }) => ({
      failure: "role cut off",
      role_name: role,
      failed_at: time(at),
      code: "role_cut_off",
    }));
  return [...stopped, ...lost, ...cut];
};

export const lockdownLatency: Truth = ({ lives, planted }, values) => {
  const within = periodOf(values);
  return planted.lockdowns
    .filter(({ at }) => within(at))
    .map(({ id, at, by, target, reason, lifted }) => {
      const gone = [
        ...lives.filter(({ lockdown }) => lockdown === id).map(({ closedAt }) => closedAt),
        ...lives.flatMap(({ sessionDenied }) => (sessionDenied?.lockdown === id ? [sessionDenied.at] : [])),
      ];
      const left = gone.filter((each) => each === undefined).length;
      const last = gone.length > 0 && left === 0 ? Math.max(...gone.map((each) => each ?? 0)) : undefined;
      return {
        lockdown_id: id,
        target,
        set_by: by,
        set_at: time(at),
        reason,
        lifted_at: time(lifted?.at),
        lifted_by: lifted?.by,
        stopped: gone.length,
        not_gone: left,
        all_gone_at: time(last),
        latency_ms: last === undefined ? undefined : last - at,
      };
    });
};

export const redFlags: Truth = ({ beside }, values) => {
  const within = periodOf(values);
  return beside.flags
    .filter(({ at }) => within(at))
    .map(({ id, at, rule, agent, action, evidence, acted }) => ({
      flag_id: id,
      raised_at: time(at),
      rule,
      about: `agent ${agent}`,
      agent_id: agent,
      grant_id: undefined,
      action,
      evidence,
      outcome: acted?.code,
      stopped: acted?.count,
      acted_at: time(acted?.at),
    }));
};

export const intentWithoutOutcome: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives.flatMap((life) => [
    ...life.claims
      .filter(({ at, done }) => within(at) && !done)
      .map(({ at, attempt }) => ({
        intent: "mint",
        grant_id: life.id,
        agent_id: life.agent.id,
        attempt,
        session_name: `lk.${life.agent.key}.${life.id}.${attempt}`,
        intended_at: time(at),
        ends_at: time(life.endsAt),
        status: life.status,
      })),
    ...(life.status === "REVOKING" && within(life.stoppedAt)
      ? [
          {
            intent: "deny",
            grant_id: life.id,
            agent_id: life.agent.id,
            attempt: life.claims.at(-1)?.attempt,
            intended_at: time(life.stoppedAt),
            ends_at: time(life.endsAt),
            status: life.status,
          },
        ]
      : []),
  ]);
};

const TERMINAL = ["DENIED", "REJECTED", "EXPIRED", "CANCELLED", "FAILED", "ENDED", "REVOKED"];

export const endingsByCause: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const over = lives.flatMap((life) =>
    life.moves
      .filter(({ status, at }) => TERMINAL.includes(status) && within(at))
      .map(({ status, at, code, proof }) => ({ status, at, code, proof })),
  );
  return grouped(over, ({ status, code, proof }) => `${status} ${code} ${proof}`).map((alike) => ({
    status: alike[0]?.status,
    code: alike[0]?.code,
    proof: alike[0]?.proof,
    grants: alike.length,
    first_at: time(Math.min(...alike.map(({ at }) => at))),
    last_at: time(Math.max(...alike.map(({ at }) => at))),
  }));
};
