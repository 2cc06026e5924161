import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import type { LocalJson } from "./local-json.ts";
import { region, type Server } from "./server.ts";

/** An agent or a person of the catalogue, and the IAM user that they sign as. */
export type Identity = { id: string; userName: string };
type Keys = LocalJson["identities"];

/** The configuration of an SDK client that acts as the server's administrator. */
export function adminConfig(server: Server) {
  const { adminAccessKeyId: accessKeyId, adminSecretAccessKey: secretAccessKey } = server;
  return { endpoint: server.endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

/**
 * One access key for each. Made by API, as the engine refuses AWS::IAM::AccessKey in templates. Keys of `existing`
 * that IAM still lists are kept, so that what people have put into their own configuration goes on working.
 */
export async function makeIdentities(server: Server, wanted: Identity[], existing: Keys = {}): Promise<Keys> {
  const iam = new IAMClient(adminConfig(server));
  try {
    const keyOf = async ({ id, userName }: Identity) =>
      [id, await keyFor(iam, userName, existing[id])] as const;
    return Object.fromEntries(await Promise.all(wanted.map(keyOf)));
  } finally {
    iam.destroy();
  }
}

async function keyFor(
  iam: IAMClient,
  UserName: string,
  known: Keys[string] | undefined,
): Promise<Keys[string]> {
  const { AccessKeyMetadata: listed = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  if (known && listed.some((key) => key.AccessKeyId === known.accessKeyId && key.Status === "Active"))
    return known;
  // A user has two keys at most, and the secrets of these are lost.
  for (const { AccessKeyId } of listed) await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (made?.AccessKeyId && made.SecretAccessKey) {
    return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey };
  }
  throw new Error(`IAM made no access key for the user ${UserName}.`);
}
