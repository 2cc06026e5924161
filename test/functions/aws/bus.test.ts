import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openBus, putOnBus } from "../../../functions/aws/bus.ts";
import { openParkedQueue, openParking } from "../../../functions/aws/parked.ts";
import { openSecret } from "../../../functions/aws/secret.ts";
import { sha256Hex } from "../../../functions/core/canonical.ts";
import { FakeBus } from "../../fakes/bus.ts";
import { loose } from "../export-audit/fixtures.ts";
import { useEndpoint } from "./endpoint.ts";

const events = [loose("one", { purpose: "käse" }), loose("two")];
const json = { "content-type": "application/x-amz-json-1.1" };

describe("the bus", () => {
  const bridge = useEndpoint("EVENTBRIDGE");
  const put = openBus("latchkey");
  const answer = (body: object) => {
    bridge.answer = { status: 200, headers: json, body: JSON.stringify(body) };
  };

  it("gets each event as source, type, time and the event itself with its hash", async () => {
    answer({ FailedEntryCount: 0, Entries: [{ EventId: "1" }, { EventId: "2" }] });
    expect(await put(events)).toEqual([undefined, undefined]);
    const { Entries } = JSON.parse(bridge.received.at(-1)?.body ?? "{}");
    expect(Entries).toHaveLength(2);
    expect(Entries[0]).toMatchObject({
      EventBusName: "latchkey",
      Source: "latchkey",
      DetailType: "request.refused",
      Time: Date.parse("2026-11-21T09:30:00.123Z") / 1000,
    });
    const { hash, ...event } = JSON.parse(Entries[0].Detail);
    expect(event).toEqual(events[0]?.event);
    expect(hash).toBe(sha256Hex(events[0]?.body ?? ""));
  });
  it("has taken an entry only when it gives it an id", async () => {
    answer({ FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }, { EventId: "2" }] });
    expect(await put(events)).toEqual(["ThrottlingException", undefined]);
    answer({ FailedEntryCount: 0 });
    expect(await put(events)).toEqual(["no_answer", "no_answer"]);
  });
  it("that refuses the call makes it throw, for the caller to park", async () => {
    bridge.answer = { status: 400, headers: json, body: JSON.stringify({ __type: "AccessDeniedException" }) };
    await expect(put(events)).rejects.toThrow();
  });
});

describe("requests to the bus", () => {
  const pause = async () => undefined;
  it("stay within 256 KB together, and one event above that is not offered", async () => {
    const bus = new FakeBus();
    const large = Array.from({ length: 3 }, (_each, n) =>
      loose(`large-${n}`, { purpose: "x".repeat(100_000) }),
    );
    const huge = loose("huge", { purpose: "x".repeat(300_000) });
    const refused = await putOnBus({ putEvents: bus.put, pause }, [...large, huge]);
    expect(refused).toEqual([{ event: huge, reason: "too_large" }]);
    expect(bus.ids()).toEqual(large.map(({ event }) => event.id));
    expect(bus.requests).toBe(2);
  });
});

describe("the parking queue", () => {
  const sqs = useEndpoint("SQS");
  // The SDK sends to the host that the queue's URL names.
  const queueUrl = () => `${process.env.AWS_ENDPOINT_URL_SQS}/000000000000/latchkey-parked-events`;
  const answer = (body: object) => {
    sqs.answer = {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify(body),
    };
  };
  // Which the SDK checks.
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const message = (receipt: string, body: string) => ({
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
  });
  it("gives back what was parked, and what it cannot read with its receipt", async () => {
    const at = "2026-11-21T09:30:00.000Z";
    const body = JSON.stringify({ schema: 1, reason: "x", parkedAt: at, record: { a: 1 } });
    answer({
      Messages: [message("r1", body), message("r2", '{"DDBStreamBatchInfo":{}}')],
    });
    expect(await openParkedQueue(queueUrl()).receive()).toEqual([
      { receipt: "r1", parkedAt: at, record: { a: 1 } },
      { receipt: "r2", parkedAt: undefined, record: undefined },
    ]);
    answer({});
    expect(await openParkedQueue(queueUrl()).receive()).toEqual([]);
  });
  it("is sent bodies and told receipts as they are", async () => {
    answer({});
    await openParkedQueue(queueUrl()).remove("r1");
    expect(JSON.parse(sqs.received.at(-1)?.body ?? "{}")).toEqual({
      QueueUrl: queueUrl(),
      ReceiptHandle: "r1",
    });

    answer({ MessageId: "1", MD5OfMessageBody: md5("body") });
    await openParking(queueUrl())("body");
    expect(JSON.parse(sqs.received.at(-1)?.body ?? "{}")).toMatchObject({
      QueueUrl: queueUrl(),
      MessageBody: "body",
    });
  });
});

describe("a secret", () => {
  const secrets = useEndpoint("SECRETS_MANAGER");
  it("is its present text, without white space around it; without text it is empty", async () => {
    secrets.answer = { status: 200, headers: json, body: JSON.stringify({ SecretString: " https://x \n" }) };
    expect(await openSecret("latchkey/slack-webhook")()).toBe("https://x");
    expect(JSON.parse(secrets.received.at(-1)?.body ?? "{}")).toEqual({ SecretId: "latchkey/slack-webhook" });
    secrets.answer = { status: 200, headers: json, body: "{}" };
    expect(await openSecret("latchkey/slack-webhook")()).toBe("");
  });
});
