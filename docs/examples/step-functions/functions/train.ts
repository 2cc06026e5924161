import { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { noAccess } from "../../../../client/access/wait.ts";
import type { Broker } from "../../../../client/broker/broker.ts";
import type { CredentialsView, GrantView } from "../../../../functions/core/api/schemas.ts";
import { openAgent } from "./agent.ts";
import { type Failure, failureOf } from "./failure.ts";
import { type Trained, type Work, works } from "./works.ts";

const input = z.strictObject({ grantId: z.string(), name: z.string() });
const PREFIX_ARN = /^arn:aws[a-z-]*:s3:::([^/*]+)\/([^*]*)\*$/;
const byPrefix = z.strictObject({ prefix: z.string() });

export type TrainDeps = {
  broker: Pick<Broker, "grant" | "catalogue" | "credentials">;
  /** S3 with a grant's credentials. */
  openS3(credentials: CredentialsView): Work["s3"];
};

const unfit = (cause: string): { failure: Failure } => ({ failure: { error: "Pipeline.input", cause } });

/** Bucket and prefix that a grant is for, as the catalogue and the grant's own scope say; nothing for anything else. */
async function placeOf(
  { broker }: TrainDeps,
  { resource, scope = { prefix: "" } }: GrantView,
): Promise<Omit<Work, "s3"> | undefined> {
  const { resources } = await broker.catalogue();
  const [, bucket, prefix] = PREFIX_ARN.exec(resources.find(({ id }) => id === resource)?.arn ?? "") ?? [];
  const within = byPrefix.safeParse(scope);
  if (bucket === undefined || !within.success) return undefined;
  return { bucket, prefix: `${prefix}${within.data.prefix}` };
}

/**
 * Collects credentials and works with them, here and nowhere else: they are in no input, output or variable of the state
 * machine. A grant that ended meanwhile (a revoke, a lockdown, its window) is the reason that is told, and not S3's
 * "access denied".
 */
export async function train(
  deps: TrainDeps,
  { grantId, name }: z.infer<typeof input>,
): Promise<{ trained: Trained } | { failure: Failure }> {
  const { broker, openS3 } = deps;
  try {
    const grant = await broker.grant(grantId);
    const work = Object.hasOwn(works, grant.access) ? works[grant.access] : undefined;
    const place = await placeOf(deps, grant);
    if (!work || !place) return unfit("This step reads or writes below an S3 prefix: ask for that.");
    const s3 = openS3(await broker.credentials(grantId));
    return { trained: await work({ s3, ...place }, name) };
  } catch (fault) {
    const none = noAccess(await broker.grant(grantId));
    return { failure: failureOf(none ?? fault) };
  }
}

export const handler = async (event: unknown) => {
  const given = input.parse(event);
  const openS3 = ({ AccessKeyId, SecretAccessKey, SessionToken }: CredentialsView) =>
    new S3Client({
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      },
      forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
    });
  const done = await train({ broker: openAgent(given.name), openS3 }, given);
  console.log(JSON.stringify({ code: "pipeline.trained", grantId: given.grantId, ok: "trained" in done }));
  return done;
};
