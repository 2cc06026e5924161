import { DeniedError, LatchkeyError, PendingError, withAccess } from "latchkey";

// SIGINT and SIGTERM are the program's own: told of them, withAccess gives back what it has or withdraws what it asked.
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop.abort());

try {
  await withAccess(
    { resource: "training-manifests", access: "write", window: "20m", purpose: "publish a manifest" },
    async () => console.log("published"),
    {
      signal: stop.signal,
      timeoutSeconds: 600,
      onWaiting: ({ decision }) => {
        const open = decision.plan.filter(({ status }) => status === "open");
        console.error(`waits for ${open.map(({ quorum, group }) => `${quorum} of ${group}`).join(", ")}`);
      },
    },
  );
} catch (error) {
  if (error instanceof DeniedError) {
    for (const { id, reason } of error.reasons) console.log(`no: ${id}: ${reason}`);
    for (const { change } of error.alternatives) console.log(`would pass: ${JSON.stringify(change)}`);
  } else if (error instanceof PendingError) {
    console.log(`nobody has answered about ${error.grant.id}`);
  } else if (error instanceof LatchkeyError) {
    // Every error of this package is a plain sentence, and its `kind` is for programs.
    console.log(`${error.kind}: ${error.message}`);
  } else if (!stop.signal.aborted) {
    throw error;
  }
}
