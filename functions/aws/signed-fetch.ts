import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

export type SignedRequest = {
  /** With its query. */
  url: URL;
  method: string;
  service: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  headers?: Record<string, string>;
  body?: string;
};

/** Sends one request under SigV4, as it is: no retry, no redirect followed. */
export async function signedFetch(asked: SignedRequest, signal?: AbortSignal): Promise<Response> {
  const { url, method, service, region, credentials, headers = {}, body } = asked;
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3", // S3 alone signs its path as it is
    applyChecksum: true,
  });
  const content = body === undefined ? {} : { body };
  const signed = await signer.sign(
    new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...headers },
      ...content,
    }),
  );
  return fetch(url, {
    method,
    headers: signed.headers,
    ...content,
    redirect: "manual",
    ...(signal ? { signal } : {}),
  });
}
