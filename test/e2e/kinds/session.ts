import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { signedFetch } from "../../../functions/aws/signed-fetch.ts";
import type { Probe } from "../../../functions/core/kinds/kind.ts";
import { ACCOUNT, admin, local } from "../world.ts";

const ROLE = "kinds-e2e";
const POLICY = "everything";
/** One signed request as whoever has these credentials. */
export const signedAs =
  (credentials: Credentials): Session =>
  (request) =>
    send(credentials, request);

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };
export type Request = Probe["request"];
/** `refused`: the local AWS's IAM said no. Anything else is what the service made of the call. */
export type Answer = { refused: boolean; status: number; text: string };
export type Session = (request: Request) => Promise<Answer>;

/** A role that may do everything, so that what is refused is refused by the session policy alone. */
export async function makeRole(): Promise<void> {
  const iam = new IAMClient(await admin());
  const trust = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: "sts:AssumeRole",
  };
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  await removeRole().catch(() => {});
  await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: document(trust) }));
  const all = { Effect: "Allow", Action: "*", Resource: "*" };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: POLICY, PolicyDocument: document(all) }),
  );
}

export async function removeRole(): Promise<void> {
  const iam = new IAMClient(await admin());
  await iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: POLICY }));
  await iam.send(new DeleteRoleCommand({ RoleName: ROLE }));
}

/** The role's session under a policy: signs and sends any request as it. */
export async function sessionUnder(policy: string): Promise<Session> {
  const sts = new STSClient(await admin());
  const { Credentials: made } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`,
      RoleSessionName: "lk.kinds.aaaabbbbccccdddd.1",
      Policy: policy,
    }),
  );
  const credentials: Credentials = {
    accessKeyId: made?.AccessKeyId ?? "",
    secretAccessKey: made?.SecretAccessKey ?? "",
    sessionToken: made?.SessionToken ?? "",
  };
  return signedAs(credentials);
}

/** One signed request to the local AWS, which tells services apart by what a request is signed for, and by its path. */
async function send(credentials: Credentials, request: Request): Promise<Answer> {
  const { endpoint, region } = local();
  const { service, method, path, query = {}, headers, body } = request;
  const url = new URL(path, endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const content = { ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
  const response = await signedFetch({ url, method, service, region, credentials, ...content });
  const text = await response.text();
  const refused = response.status >= 400 && /AccessDenied|not authorized to perform/.test(text);
  return { refused, status: response.status, text };
}

/** A call of a service that speaks JSON and names its action in a header. */
export const json = (service: string, target: string, body: object, version = "1.1"): Request => ({
  service,
  method: "POST",
  path: "/",
  headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target },
  body: JSON.stringify(body),
});
