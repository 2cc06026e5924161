import { type AwsCredentials, signedHeaders } from "../../functions/core/signed-request.ts";
import type { Place } from "../broker/place.ts";
import { textOf } from "../broker/text.ts";
import { exitCodes } from "../exit.ts";
import type { AskWorld } from "./endpoint.ts";
import { type Finding, ok, unknown, wrong } from "./finding.ts";

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";
const ANSWER_MS = 10_000;

const stsOf = ({ awsEndpoint, region }: Place): string =>
  awsEndpoint ?? `https://sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/**
 * Who AWS says we are. Needs no permission, so what is refused here is the credentials' fault.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function lookAtIdentity(
  place: Place,
  credentials: AwsCredentials,
  { fetch, now }: AskWorld,
): Promise<Finding> {
  const url = new URL(`${stsOf(place).replace(/\/+$/, "")}/`);
  const headers = await signedHeaders(
    {
      ...{ url, method: "POST", service: "sts", region: place.region, credentials, body: BODY },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    },
    now(),
  );
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    response = await fetch(url, { method: "POST", headers, body: BODY, redirect: "manual", signal });
    text = (await textOf(response)) ?? "";
  } catch {
    return unknown("identity", `${url.host} does not answer, so AWS cannot say who this is.`);
  }
  const arn = /arn:[a-z-]+:(?:iam|sts)::\d{12}:[\w+=,.@/-]+/.exec(text)?.[0];
  if (response.ok && arn) return ok("identity", arn);
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? String(response.status);
  return wrong("identity", `AWS refuses these credentials (${code}): sign in again.`, exitCodes.sign_in);
}
