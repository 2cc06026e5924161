import {
  type Actor,
  chainEventId,
  type Facts,
  type SealedEvent,
  sealEvent,
} from "../../functions/core/audit/event.ts";
import type { EventType } from "../../functions/core/audit/registry.ts";
import { canonicalJson, sha256Hex } from "../../functions/core/canonical.ts";
import { base32 } from "../../functions/core/ids.ts";
import { isoMillis, isoSeconds } from "../../functions/core/time.ts";
import { type Agent, agentActor, BROKER, personActor } from "./cast.ts";
import type { Life, Word } from "./life.ts";
import { onTrial } from "./on-trial.ts";

/** Ids that look random and are the same in every run. */
export const idOf = (label: string): string => base32(Buffer.from(sha256Hex(label), "hex"), 16);

const given = <K extends keyof Facts>(key: K, value: Facts[K] | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Pick<Facts, K>);

function factsOf(life: Life): Facts {
  return {
    agent: life.agent.id,
    owner: life.agent.owner,
    team: life.agent.team,
    status: life.status,
    resource: life.resource.id,
    resourceArn: life.resource.arn,
    environment: life.resource.environment,
    role: life.resource.role,
    access: life.access,
    ...given("scope", life.scope),
    masked: false,
    windowSeconds: life.windowSeconds,
    ...(life.startsAt === undefined ? {} : { startsAt: isoSeconds(life.startsAt) }),
    ...(life.endsAt === undefined ? {} : { endsAt: isoSeconds(life.endsAt) }),
    ...given("attempt", life.claims.at(-1)?.attempt),
    purpose: life.purpose,
    ...given("ticket", life.ticket),
    ...given("onBehalfOf", life.onBehalfOf),
    ...given("extends", life.extends),
    digest: `sha256:${sha256Hex(life.id)}`,
    decision: life.decision,
    rules: life.rules,
    policyVersion: life.policyVersion,
    ...(life.breakGlass ? { breakGlass: true } : {}),
    ...(life.closingCode && life.status !== "ACTIVATING" && life.status !== "ACTIVE"
      ? { code: life.closingCode, ...given("reason", life.closingReason) }
      : {}),
  };
}

/** Writes the record of made-up lives: each event as the broker would seal it, and into the life what happened. */
export function openRecord() {
  const events: SealedEvent[] = [];
  const lives: Life[] = [];

  function loose(id: string, type: EventType, at: number, actor: Actor, facts: Facts): void {
    events.push(sealEvent({ v: 1, id, type, time: isoMillis(at), actor, facts }));
  }
  function beside(
    life: Life,
    what: string,
    type: EventType,
    at: number,
    actor: Actor,
    facts: Facts = {},
  ): void {
    const { code: _code, reason: _reason, ...own } = factsOf(life);
    const id = `${life.id}-${what}`;
    events.push(
      sealEvent({ v: 1, id, type, time: isoMillis(at), actor, grant: life.id, facts: { ...own, ...facts } }),
    );
  }
  function move(
    life: Life,
    type: EventType,
    at: number,
    status: string,
    actor: Actor,
    facts: Facts = {},
  ): void {
    life.status = status;
    const sequence = life.moves.length + 1;
    const sealed = sealEvent({
      v: 1,
      id: chainEventId(life.id, sequence),
      type,
      time: isoMillis(at),
      actor,
      grant: life.id,
      chain: { sequence, previous: life.moves.at(-1)?.hash ?? null },
      facts: { ...factsOf(life), ...facts },
    });
    events.push(sealed);
    life.moves.push({
      type,
      at,
      status,
      by: actor.id,
      hash: sealed.hash,
      ...given("code", sealed.event.facts.code),
      ...given("proof", sealed.event.facts.proof),
    });
  }

  return {
    events,
    lives,
    loose,
    beside,
    move,
    ask(life: Life): void {
      lives.push(life);
      const status = { allow: "APPROVED", needs_approval: "PENDING", deny: "DENIED" }[life.decision];
      if (life.decision === "deny") {
        life.closingCode = "policy_denied";
        life.closedAt = life.askedAt;
      }
      const trial = onTrial(life);
      move(life, "grant.requested", life.askedAt, status, agentActor(life.agent), {
        ...given(
          "plan",
          life.plan.map(({ stage, group, quorum }) => `${stage}:${group}:${quorum}`).join(",") || undefined,
        ),
        approvalsNeeded: life.plan.reduce((sum, { quorum }) => sum + quorum, 0),
        capSeconds: life.resource.capSeconds,
        ...given("shadow", trial && canonicalJson(trial)),
      });
    },
    mail(life: Life, stage: number, at: number, again = 0): void {
      const group = life.plan.find((each) => each.stage === stage)?.group ?? "";
      beside(life, `asked-${stage}-${again}`, "approval.asked", at, BROKER, {
        stage,
        group,
        people: "priya,tomas",
        ...(again ? { code: "reminder" } : {}),
      });
    },
    say(life: Life, word: Omit<Word, "movedBefore">, last: boolean): void {
      life.words.push({ ...word, movedBefore: life.moves.at(-1)?.at ?? 0 });
      const group = life.plan.find((each) => each.stage === word.stage)?.group ?? "other";
      move(
        life,
        last ? "grant.approved" : "grant.stage_approved",
        word.at,
        last ? "APPROVED" : "PENDING",
        personActor(word.person),
        { stage: word.stage, group, ...given("approverTeam", word.team) },
      );
    },
    claim(life: Life, at: number): void {
      const attempt = (life.claims.at(-1)?.attempt ?? 0) + 1;
      life.claims.push({ attempt, at, done: false });
      life.startsAt ??= Math.floor(at / 1000) * 1000;
      life.endsAt ??= life.startsAt + life.windowSeconds * 1000;
      const status = life.status === "ACTIVE" ? "ACTIVE" : "ACTIVATING";
      move(life, "grant.attempt_claimed", at, status, BROKER, { sessionName: sessionOf(life, attempt) });
    },
    /** The claimed attempt was minted: the first makes the grant active, a later one rotates. */
    mint(life: Life, at: number): void {
      const claim = life.claims.at(-1);
      if (!claim) throw new Error("nothing is claimed");
      claim.done = true;
      const first = life.activatedAt === undefined;
      life.activatedAt ??= at;
      const name = sessionOf(life, claim.attempt);
      life.sessions.push({ at, name });
      move(life, first ? "grant.activated" : "grant.rotated", at, "ACTIVE", BROKER, { sessionName: name });
    },
    lose(life: Life, at: number, code: string): void {
      const claim = life.claims.at(-1);
      if (!claim) throw new Error("nothing is claimed");
      claim.done = true;
      life.lost.push({ at, attempt: claim.attempt, code });
      beside(life, `lost-${claim.attempt}`, "attempt.lost", at, BROKER, {
        sessionName: sessionOf(life, claim.attempt),
        code,
      });
    },
    collect(life: Life, at: number): void {
      life.collects += 1;
      beside(life, `collected-${life.collects}`, "credentials.collected", at, agentActor(life.agent), {
        sessionName: life.sessions.at(-1)?.name ?? "",
      });
    },
    close(
      life: Life,
      at: number,
      how: { type: EventType; status: string; code: string; by?: Actor },
      facts: Facts = {},
    ) {
      life.closedAt = at;
      life.closingCode = how.code;
      move(life, how.type, at, how.status, how.by ?? BROKER, facts);
    },
    stop(life: Life, at: number, code: string, by: Actor, lockdown?: { id: string; target: string }): void {
      life.stoppedAt = at;
      life.closingCode = code;
      for (const claim of life.claims) claim.done = true;
      if (lockdown) life.lockdown = lockdown.id;
      move(
        life,
        "grant.revoking",
        at,
        "REVOKING",
        by,
        lockdown ? { lockdown: lockdown.id, target: lockdown.target } : {},
      );
    },
    prove(life: Life, at: number, proof: "probed" | "expired"): void {
      life.closedAt = at;
      life.proof = proof;
      const latencyMs = at - (life.stoppedAt ?? at);
      move(life, "grant.revoked", at, "REVOKED", BROKER, {
        proof,
        ...(proof === "probed" ? { latencyMs } : {}),
      });
    },
  };
}
export type Scribe = ReturnType<typeof openRecord>;

export const sessionOf = (life: { id: string; agent: Agent }, attempt: number): string =>
  `lk.${life.agent.key}.${life.id}.${attempt}`;
