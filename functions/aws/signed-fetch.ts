import { type SignedRequest, signedHeaders } from "../core/signed-request.ts";
import { now } from "./system.ts";

/** Sends one request under SigV4, as it is: no retry, no redirect followed. */
export async function signedFetch(asked: SignedRequest, signal?: AbortSignal): Promise<Response> {
  const { url, method, body } = asked;
  return fetch(url, {
    method,
    headers: await signedHeaders(asked, now()),
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    ...(signal ? { signal } : {}),
  });
}
