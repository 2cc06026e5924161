import * as z from "zod";
import { PLACE, partsOf, suffixOf } from "./arn.ts";
import { allow, type Statement } from "./kind.ts";

/** The key that a resource is encrypted with, where it is not the service's own without permissions of its own. */
export const kmsKey = z
  .string()
  .regex(
    new RegExp(`^arn:[a-z-]+:kms:${PLACE}:(key/[A-Za-z0-9-]{1,64}|alias/aws/[a-z0-9-]{1,32})$`),
    "must be the ARN of a KMS key, or of a service's own by its alias (alias/aws/…)",
  )
  .describe("ARN of the KMS key, or of the service's own by its alias (`…:alias/aws/…`)");

/** As the resource of a statement. Policies name keys by id; that of a service's own key is not known beforehand. */
function keyPattern(key: string): string {
  const { partition, region, account, rest } = partsOf(key);
  return rest.startsWith("alias/") ? `arn:${partition}:kms:${region}:${account}:key/*` : key;
}

type Use = {
  actions: readonly string[];
  /** `s3`, `dynamodb`: the service that uses the key for the session. */
  service: string;
  /** What the service says in the encryption context: key and patterns. */
  context: Record<string, string[]>;
};

/**
 * The use of a key through one service and for one thing. Needed for a service's own key too: its key policy lets the
 * account's principals in, but the session's Deny of all other actions would shut it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export function keyUse(key: string, { actions, service, context }: Use): Statement {
  const { region } = partsOf(key);
  return allow(actions, [keyPattern(key)], {
    StringEquals: { "kms:ViaService": [`${service}.${region}.${suffixOf(key)}`] },
    StringLike: Object.fromEntries(
      Object.entries(context).map(([name, values]) => [`kms:EncryptionContext:${name}`, values]),
    ),
  });
}
