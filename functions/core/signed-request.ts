import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

export type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export type SignedRequest = {
  /** With its query. */
  url: URL;
  method: string;
  service: string;
  region: string;
  credentials: AwsCredentials;
  headers?: Record<string, string>;
  body?: string;
};

/**
 * The headers of one request under SigV4, signed as of `at` (milliseconds since the epoch).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function signedHeaders(asked: SignedRequest, at: number): Promise<Record<string, string>> {
  const { url, method, service, region, credentials, headers = {}, body } = asked;
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3", // S3 alone signs its path as it is
    applyChecksum: true,
  });
  const request = new HttpRequest({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port ? { port: Number(url.port) } : {}),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const signed = await signer.sign(request, { signingDate: new Date(at) });
  return signed.headers;
}
