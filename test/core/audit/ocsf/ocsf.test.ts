import { describe, expect, test } from "vitest";
import { type Actor, chainEventId, type Facts, sealEvent } from "../../../../functions/core/audit/event.ts";
import { ocsfOf } from "../../../../functions/core/audit/ocsf/event.ts";
import {
  type EventType,
  eventTypes,
  OCSF_VERSION,
  typeNames,
} from "../../../../functions/core/audit/registry.ts";
import { sha256Hex } from "../../../../functions/core/canonical.ts";
import { leastFacts, mostFacts } from "../../../fakes/events.ts";
import { ocsfProblems } from "./schema.ts";

const GRANT = "abcdefgh234567ab";
const actors: Record<Actor["type"], Actor> = {
  agent: {
    ...{ type: "agent", id: "support-assistant", arn: "arn:aws:iam::000000000000:role/support" },
    ...{ sessionName: "run-7", requestId: "c5b7", sourceIp: "203.0.113.7" },
  },
  person: { type: "person", id: "priya", requestId: "c5b7", sourceIp: "2001:db8::7" },
  system: { type: "system", id: "mail-gateway", arn: "arn:aws:iam::123456789012:user/mail-gateway" },
  broker: { type: "broker", id: "sweep" },
  unknown: { type: "unknown", id: "AIDASTRANGER", sourceIp: "test-invoke-source-ip" },
};

function sealed(type: EventType, facts: Facts, actor: Actor = actors.agent) {
  const head = { v: 1 as const, type, time: "2026-11-21T09:30:00.123Z", actor, facts };
  return eventTypes[type].chained
    ? sealEvent({ ...head, id: chainEventId(GRANT, 3), grant: GRANT, chain: { sequence: 3, previous: null } })
    : sealEvent({ ...head, id: "0123456789abcdef" });
}

describe("an event in OCSF", () => {
  test.each(typeNames)("%s has all that its class requires, and nothing that it does not know", (type) => {
    for (const actor of Object.values(actors))
      for (const facts of [leastFacts(type), mostFacts(type)])
        expect(ocsfProblems(ocsfOf(sealed(type, facts, actor)))).toEqual([]);
  });

  test("the validator sees what is missing, alien, or of another class", () => {
    const good = ocsfOf(sealed("grant.activated", leastFacts("grant.activated")));
    const problems = (change: Record<string, unknown>) => ocsfProblems({ ...good, ...change });
    expect(problems({ user: undefined })).toEqual(["event.user is missing"]);
    expect(problems({ privileges: undefined })).toEqual(["event.privileges is missing"]);
    expect(problems({ surprise: 1 })).toEqual(["event.surprise is not in the schema"]);
    expect(problems({ severity_id: 9 })).toEqual(["event.severity_id is no value of its enumeration"]);
    expect(problems({ type_uid: 300599 })).toEqual(["type_uid is another"]);
    expect(problems({ class_uid: 1001 })).toEqual(["class_uid is not one of ours"]);
    expect(problems({ metadata: { product: {}, version: "x" } })).toEqual([
      "event.metadata.product has none of name, uid",
    ]);
    expect(problems({ actor: {} })[0]).toContain("event.actor has none of");
  });

  test("names its release, itself, its grant and its place in the chain", () => {
    const event = ocsfOf(sealed("grant.activated", leastFacts("grant.activated")));
    expect(event).toMatchObject({
      metadata: { version: OCSF_VERSION, uid: chainEventId(GRANT, 3), correlation_uid: GRANT, sequence: 3 },
      ...{ class_uid: 3005, category_uid: 3, activity_id: 1, type_uid: 300501, severity_id: 1, status_id: 1 },
      time: Date.parse("2026-11-21T09:30:00.123Z"),
    });
  });

  test("carries the text and the hash, so that it can be proved still", () => {
    const event = sealed("grant.revoked", mostFacts("grant.revoked"));
    const { raw_data: body, raw_data_hash: hash } = ocsfOf(event) as {
      raw_data: string;
      raw_data_hash: { value: string };
    };
    expect(hash.value).toBe(sha256Hex(body));
    expect(hash.value).toBe(event.hash);
  });

  test.each(typeNames)("loses no fact of %s", (type) => {
    const facts = mostFacts(type);
    const text = JSON.stringify({ ...ocsfOf(sealed(type, facts)), raw_data: "" });
    for (const value of Object.values(facts)) expect(text).toContain(JSON.stringify(value));
  });

  test.each([
    ["allow", 1],
    ["needs_approval", 1],
    ["deny", 2],
    ["something else", 2],
  ])("an ask that is decided %s has status %i", (decision, status) => {
    const facts = leastFacts("grant.requested", { decision });
    expect(ocsfOf(sealed("grant.requested", facts)).status_id).toBe(status);
  });

  test("uses the profile of AI operations only where an agent named its model, in a class that has it", () => {
    const withModel = ocsfOf(sealed("grant.requested", mostFacts("grant.requested")));
    expect(withModel).toMatchObject({
      metadata: { profiles: ["ai_operation"] },
      ai_model: { name: "model-x", ai_provider: "unknown" },
    });
    const without = ocsfOf(sealed("grant.requested", leastFacts("grant.requested")));
    expect(without).not.toHaveProperty("ai_model");
    expect(without.metadata).not.toHaveProperty("profiles");
    expect(ocsfOf(sealed("grant.activated", mostFacts("grant.activated")))).toMatchObject({
      unmapped: { model: "model-x" },
    });
  });

  test("tells how often, and over which minute, a refusal was repeated", () => {
    const facts = mostFacts("request.refused", { count: 41 });
    expect(ocsfOf(sealed("request.refused", facts))).toMatchObject({
      ...{ count: 41, status_id: 2, status_code: "window_over" },
      ...{ start_time: Date.parse("2026-11-21T09:30:00Z"), end_time: Date.parse("2026-11-21T09:45:00Z") },
      api: { operation: "POST /grants" },
    });
  });

  test("says from where: an address where there is one, else who", () => {
    const from = (actor: Actor) =>
      ocsfOf(sealed("request.refused", leastFacts("request.refused"), actor)).src_endpoint;
    expect(from(actors.agent)).toEqual({ ip: "203.0.113.7" });
    expect(from(actors.person)).toEqual({ ip: "2001:db8::7" });
    expect(from(actors.broker)).toEqual({ svc_name: "sweep" });
    expect(from(actors.unknown)).toEqual({ uid: "AIDASTRANGER" });
  });
});
