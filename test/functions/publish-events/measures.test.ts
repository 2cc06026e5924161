import { describe, expect, test } from "vitest";
import type { AuditEvent, Facts } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import { type Measure, type MetricName, metricOf, metrics } from "../../../functions/core/metrics.ts";
import { measuresOfBatch } from "../../../functions/publish-events/measures.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const event = (type: EventType, facts: Facts = {}): AuditEvent => ({
  v: 1,
  id: "aaaabbbbccccdddd",
  type,
  time: "2026-11-21T09:30:00.000Z",
  actor: { type: "broker", id: "test" },
  facts,
});
const counts = (measures: readonly Measure[]) =>
  Object.fromEntries(measures.map(({ metric, of, value }) => [of ? `${metric} ${of}` : metric, value]));

describe("what a batch of events adds to the metrics", () => {
  test("is the life of a grant: asked, activated, ended", async () => {
    await routineGrant(at.world);
    await at.world.advance(3_600_000);
    await at.world.publish();
    expect(counts(at.world.measures)).toMatchObject({
      "Asks allow": 1,
      Activations: 1,
      "Endings window_over": 1,
    });
  });

  test("is a revocation with its latency, measured from the stop to the proof", async () => {
    const id = await routineGrant(at.world);
    await at.world.agent("finetune-pipeline").release(id);
    await at.world.revokeAll();
    await at.world.publish();
    expect(at.world.status(id)).toBe("REVOKED");
    const found = counts(at.world.measures);
    expect(found).toMatchObject({ "Endings released": 1 });
    expect(found.RevokeLatency).toBeGreaterThan(0);
  });

  test("is counted again only when the whole batch worked: one that fails and comes again counts once", async () => {
    await routineGrant(at.world);
    await at.world.advance(3_600_000);
    const table = at.world.deps().table;
    const failing = { ...table, client: { send: async () => Promise.reject(new Error("table down")) } };
    const { publishBatch } = await import("../../../functions/publish-events/publish.ts");
    const { streamRecord } = await import("../../fakes/bus.ts");
    const batch = at.world.fake.events.map(({ body, hash }) => streamRecord(body, hash));
    const deps = { ...at.world.deps(), table: failing as unknown as typeof table };
    await expect(publishBatch(deps, batch)).rejects.toThrow("table down");
    expect(at.world.measures).toEqual([]);
    await at.world.publish();
    expect(counts(at.world.measures)).toMatchObject({ "Asks allow": 1, "Endings window_over": 1 });
  });

  test("adds what is alike to one value, and refusals by as many as their event stands for", () => {
    const batch = [
      event("request.refused", { code: "invalid_request", count: 40 }),
      event("request.refused", { code: "invalid_request" }),
      event("request.refused", { code: "policy_denied", count: 2 }),
    ];
    expect(measuresOfBatch(batch)).toEqual([
      { metric: "Refusals", of: "invalid_request", value: 41 },
      { metric: "Refusals", of: "policy_denied", value: 2 },
    ]);
  });

  test("has dimensions of closed values only: whatever a text says, it makes no metric", () => {
    const odd = "=cmd|' /C calc'!A0 \u202e".repeat(20);
    const batch = [
      event("request.refused", { code: odd }),
      event("grant.requested", { decision: odd, purpose: odd, agent: odd }),
      event("grant.ended", { code: odd }),
    ];
    const measures = measuresOfBatch(batch);
    expect(measures.map(({ of }) => of)).toEqual(["other", "other", "other"]);
  });

  test("is nothing of a no that was said at once but the ask: it never was an open grant", () => {
    expect(measuresOfBatch([event("grant.requested", { decision: "deny", status: "DENIED" })])).toEqual([
      { metric: "Asks", of: "deny", value: 1 },
    ]);
  });

  test("counts a decision in which a rule could not be evaluated, once, where it is told", () => {
    const errors = (type: EventType, facts: Facts) =>
      measuresOfBatch([event(type, facts)]).filter(({ metric }) => metric === "DecisionErrors");
    const one = [{ metric: "DecisionErrors", value: 1 }];
    expect(errors("grant.requested", { decision: "deny", rules: "evaluation-failed" })).toEqual(one);
    expect(errors("decision.dry_run", { decision: "deny", rules: "evaluation-failed" })).toEqual(one);
    expect(errors("grant.denied", { reason: "rules not met: evaluation-failed" })).toEqual(one);
    expect(errors("grant.revoked", { rules: "evaluation-failed" })).toEqual([]);
    expect(errors("grant.requested", { decision: "deny", rules: "no-rule-allows" })).toEqual([]);
  });

  test("reaches every metric that is said to come from here", () => {
    const shadow = '{"notes":[{"id":"trial","reason":"x","would":"deny"}],"outcome":"deny","plan":[]}';
    const batch = [
      event("grant.requested", { decision: "allow", breakGlass: true, shadow }),
      event("decision.dry_run"),
      event("grant.approved"),
      event("grant.activated"),
      event("credentials.collected"),
      event("grant.revoked", { code: "revoked", latencyMs: 15_000 }),
      event("attempt.lost"),
      event("flag.raised", { action: "revoke" }),
      event("lockdown.set"),
      event("action.outcome_unknown"),
      event("grant.denied", { rules: "pii", reason: "rules not met: evaluation-failed" }),
      event("request.refused", { code: "forbidden" }),
    ];
    const from = Object.keys(metrics).filter(
      (name) => metricOf(name as MetricName).from === "publish-events",
    );
    expect(new Set(measuresOfBatch(batch).map(({ metric }) => metric))).toEqual(new Set(from));
  });

  test("is an ask once for each thing that rules on trial would have done to it", () => {
    const trial = (...would: string[]) =>
      event("grant.requested", {
        decision: "allow",
        shadow: JSON.stringify({
          notes: would.map((each, index) => ({ id: `r${index}`, reason: "x", would: each })),
          ...{ outcome: "deny", plan: [] },
        }),
      });
    const laterForm = event("grant.requested", { decision: "allow", shadow: '{"v":2}' });
    const batch = [trial("deny", "deny", "ask"), trial("ask"), trial("error"), laterForm];
    expect(counts(measuresOfBatch(batch))).toEqual({
      ...{ "Asks allow": 4, "OnTrial deny": 1, "OnTrial ask": 2, "OnTrial error": 1 },
    });
  });

  test("has for each dimension's value some move, code or decision that gives it", async () => {
    const decided = ["stage_approved", "approved", "rejected", "expired", "cancelled", "denied"];
    const given = measuresOfBatch(decided.map((word) => event(`grant.${word}` as EventType)));
    expect(given.filter(({ metric }) => metric === "Decisions").map(({ of }) => of)).toEqual(decided);
  });
});

describe("each minute's gauges", () => {
  const gauges = () => counts(at.world.measures.filter(({ metric }) => metricOf(metric).from === "sweep"));

  test("are all given, also when there is nothing", async () => {
    await at.world.sweep();
    expect(gauges()).toEqual({ WaitingApprovals: 0, OldestWaiting: 0, LiveGrants: 0 });
    const from = Object.keys(metrics).filter((name) => metricOf(name as MetricName).from === "sweep");
    expect(Object.keys(gauges()).sort()).toEqual(from.sort());
  });

  test("say how many grants wait for people, how long the oldest has, and how many are live", async () => {
    await pendingGrant(at.world);
    await at.world.advance(120_000);
    await pendingGrant(at.world, { purpose: "another" });
    await routineGrant(at.world, { windowSeconds: 900 });
    await at.world.advance(60_000);
    await at.world.sweep();
    expect(gauges()).toEqual({ WaitingApprovals: 2, OldestWaiting: 180, LiveGrants: 1 });
  });

  test("that fail keep nothing else from being done", async () => {
    const deps = at.world.deps();
    const { gauge } = await import("../../../functions/sweep/gauges.ts");
    const send = async () => Promise.reject(new Error("throttled"));
    await gauge({
      ...deps,
      table: { ...deps.table, client: { send } as unknown as typeof deps.table.client },
    });
    expect(at.world.measures).toEqual([]);
    expect(at.world.lines.at(-1)).toMatchObject({ code: "sweep.failed", fields: { item: "gauges" } });
  });
});
