import { DeleteObjectsCommand, S3Client } from "@aws-sdk/client-s3";
import type { DeletionCall } from "../../core/actions/performers/delete-objects.ts";
import { type Came, type Effect, orRefused } from "../effect.ts";

type Answer = { Errors?: { Code?: string | undefined }[] | undefined };

function cameOf({ Delete: { Objects } }: DeletionCall, { Errors = [] }: Answer): Came {
  const all = Objects.length;
  if (Errors.length === 0) return { result: "done", detail: `${all} deleted` };
  const codes = [...new Set(Errors.map(({ Code }) => Code ?? "unknown"))].sort().join(", ").slice(0, 100);
  return { result: "failed", detail: `${all - Errors.length} of ${all} deleted; the others: ${codes}` };
}

/**
 * Deletes in one request, in one attempt. After a lost answer a repeat is safe only where every object has a version, as
 * a version never comes back; a key may be in use again, and then nobody knows what came of the first.
 */
export function openDeleting(
  send: (call: DeletionCall) => Promise<Answer> = (() => {
    const s3 = new S3Client({ maxAttempts: 1 });
    return (call) => s3.send(new DeleteObjectsCommand(call));
  })(),
): Effect<DeletionCall> {
  return {
    act: (call) => orRefused(call, async () => cameOf(call, await send(call))),
    async look({ Delete: { Objects } }) {
      if (Objects.every(({ VersionId }) => VersionId !== undefined)) return "not_done";
      return { result: "unknown", detail: "the answer was lost: look which of the objects are there still" };
    },
  };
}
