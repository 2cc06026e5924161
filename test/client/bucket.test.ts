import { GetObjectCommand, ListObjectsV2Command, S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { bucketIn, bucketSource } from "../../client/audit/bucket.ts";
import { lineOf } from "../../client/progress.ts";

const STORED = new Date("2026-11-21T09:30:00Z");
const fault = (name: string) =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode: 404 } });

/** A bucket of three objects under a prefix, listed two a page. */
function fakeBucket() {
  const objects = ["copy/digests/a", "copy/events/b", "copy/events/c"];
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const from = Number(command.input.ContinuationToken ?? 0);
      expect(command.input.Prefix).toBe("copy/");
      return {
        Contents: objects.slice(from, from + 2).map((Key) => ({ Key, Size: 4, LastModified: STORED })),
        IsTruncated: from + 2 < objects.length,
        NextContinuationToken: String(from + 2),
      };
    }
    if (!(command instanceof GetObjectCommand)) throw new Error("unexpected call");
    const { Key } = command.input;
    if (Key === "copy/events/c") throw fault("AccessDenied");
    if (!objects.includes(Key ?? "")) throw fault("NoSuchKey");
    const Body = {
      transformToByteArray: async () => Buffer.from("text"),
      transformToWebStream: () => new ReadableStream(),
    };
    return { Body, ContentLength: 4 };
  };
  return bucketSource({ send } as unknown as Parameters<typeof bucketSource>[0], {
    bucket: "b",
    prefix: "copy/",
  });
}

describe("a record in a bucket", () => {
  test("is listed page by page, under its prefix, with the time of each object", async () => {
    const listed = [];
    for await (const each of fakeBucket().list()) listed.push(each);
    expect(listed).toEqual(
      ["digests/a", "events/b", "events/c"].map((key) => ({ key, bytes: 4, storedAt: STORED.toISOString() })),
    );
  });

  test("is read an object at a time; what cannot be had is told apart", async () => {
    const source = fakeBucket();
    expect(await source.read("digests/a", 10)).toEqual(Buffer.from("text"));
    expect(await source.read("digests/a", 3)).toBe("too_large");
    expect(await source.read("events/c", 10)).toBe("unreadable");
    expect(await source.read("events/d", 10)).toBe("missing");
  });

  test.each([
    ["s3://my-record", { bucket: "my-record", prefix: "" }],
    ["s3://my-record/", { bucket: "my-record", prefix: "" }],
    ["s3://my-record/a/b", { bucket: "my-record", prefix: "a/b/" }],
  ])("has the address %s", (address, expected) => expect(bucketIn(address)).toEqual(expected));

  test.each(["s3://", "s3:///a", "s3://Upper"])("has not the address %s", (address) =>
    expect(() => bucketIn(address)).toThrow("is no bucket"),
  );
});

describe("the bar", () => {
  test("says how far it is and how long it takes yet, within the line", () => {
    const line = lineOf({ done: 50, total: 200, text: "50 of 200 objects" }, 10_000, 80);
    expect(line).toContain(" 25%  50 of 200 objects  30 s left");
    expect(line.startsWith("██████░")).toBe(true);
    expect(lineOf({ done: 50, total: 200, text: "x".repeat(200) }, 10_000, 60)).toHaveLength(59);
  });

  test("says nothing of the time that is left before it has begun and when it is done", () => {
    expect(lineOf({ done: 0, total: 10, text: "a" }, 5_000, 80)).not.toContain("left");
    expect(lineOf({ done: 10, total: 10, text: "a" }, 5_000, 80)).not.toContain("left");
  });
});
