import { type PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { storeIn } from "../../../functions/aws/audit-store.ts";

const refusal = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode: status } });

function fakeS3(...answers: (Error | undefined)[]) {
  const sent: PutObjectCommand[] = [];
  const pauses: number[] = [];
  const s3 = {
    send: async (command: PutObjectCommand) => {
      const answer = answers[sent.push(command) - 1];
      if (answer) throw answer;
      return {};
    },
  };
  const put = storeIn({ s3, bucket: "audit", pause: async (ms) => void pauses.push(ms) });
  return { put, sent, pauses };
}
const bytes = Buffer.from("x");

describe("the store of audit objects", () => {
  test("adds an object only where there is none", async () => {
    const { put, sent } = fakeS3();
    expect(await put("events/dt=2026-11-21/a.parquet", bytes)).toBe("stored");
    expect(sent[0]?.input).toMatchObject({
      Bucket: "audit",
      Key: "events/dt=2026-11-21/a.parquet",
      Body: bytes,
      IfNoneMatch: "*",
      ChecksumAlgorithm: "SHA256",
    });
  });

  test("takes 412 for success", async () => {
    const { put, sent } = fakeS3(refusal("PreconditionFailed", 412));
    expect(await put("k.json", bytes)).toBe("exists");
    expect(sent).toHaveLength(1);
  });

  test("tries again on 409, waiting longer each time", async () => {
    const conflict = refusal("ConditionalRequestConflict", 409);
    const { put, sent, pauses } = fakeS3(conflict, conflict, refusal("PreconditionFailed", 412));
    expect(await put("k", bytes)).toBe("exists");
    expect(sent).toHaveLength(3);
    expect(pauses).toEqual([200, 400]);
  });

  test("gives up on 409 in the end, as a fault", async () => {
    const { put, sent } = fakeS3(
      ...Array.from({ length: 9 }, () => refusal("ConditionalRequestConflict", 409)),
    );
    await expect(put("k", bytes)).rejects.toThrow(S3ServiceException);
    expect(sent).toHaveLength(5);
  });

  test.each([
    ["AccessDenied", refusal("AccessDenied", 403)],
    ["NoSuchBucket", refusal("NoSuchBucket", 404)],
    ["a broken connection", new Error("socket hang up")],
  ])("passes on %s", async (_name, fault) => {
    await expect(fakeS3(fault).put("k", bytes)).rejects.toBe(fault);
  });
});
