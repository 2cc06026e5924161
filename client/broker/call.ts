import { type AwsCredentials, signedHeaders } from "../../functions/core/signed-request.ts";
import { DeniedError, LatchkeyError, RefusedError } from "../errors.ts";
import { refused, wrongClock } from "./refused.ts";
import { textOf } from "./text.ts";

/** What a call needs of the world. Fakes of it drive the tests. */
export type CallDeps = {
  url: string;
  region: string;
  credentials(): Promise<AwsCredentials>;
  fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 to 1, for jitter. */
  random(): number;
  /** Waits; throws the signal's reason when it is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};

export type Call = {
  method: "GET" | "POST" | "DELETE";
  /** Below the stage, each part encoded. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
};

const TRIES = 4;
const FIRST_WAIT_MS = 250;
/** API Gateway gives a function 29 s. */
const ANSWER_MS = 35_000;

/** `encodeURIComponent` also where a form would write "+", which SigV4 has to see as "%20". */
const queryOf = (query: Call["query"] = {}): string =>
  Object.entries(query)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .sort()
    .join("&");

/** Whether the same call may find another answer in a moment: nothing was changed, or the key makes it the same. */
const mayPass = (status: number, code: string | undefined): boolean =>
  status >= 500 || (status === 429 && code !== "quota_exceeded" && code !== "too_many_tries");

/**
 * One call of the signed API: signed anew and tried up to four times where the network or the broker failed, with
 * jittered waits. Every call of ours may be repeated: what makes something carries an Idempotency-Key. The parsed body of
 * a success; everything else is thrown as one of `errors.ts`.
 */
export async function call(deps: CallDeps, asked: Call): Promise<unknown> {
  const { signal } = asked;
  let unheard = false;
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    const { wait, ...answer } = await once(deps, asked);
    if (answer.ok) return answer.body;
    unheard = answer.fault.unheard || (unheard && !isWord(answer.fault));
    answer.fault.unheard = unheard && asked.method !== "GET";
    if (!wait || tries === TRIES) throw answer.fault;
    await deps.pause(FIRST_WAIT_MS * 2 ** tries * (0.5 + deps.random() / 2), signal);
  }
}

/** Whether the broker itself has spoken, which looks at the Idempotency-Key first: its word on a repeat holds for the first too. */
const isWord = (fault: LatchkeyError): boolean =>
  fault instanceof DeniedError ||
  (fault instanceof RefusedError && !["unavailable", "internal", "forbidden"].includes(fault.code));

type Once = { ok: true; body: unknown; wait: false } | { ok: false; fault: LatchkeyError; wait: boolean };

async function once(
  deps: CallDeps,
  { method, path, query, body, idempotencyKey, signal }: Call,
): Promise<Once> {
  const search = queryOf(query);
  const url = new URL(`${deps.url}${path}${search ? `?${search}` : ""}`);
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  let credentials: AwsCredentials;
  try {
    credentials = plain(await deps.credentials());
  } catch (fault) {
    if (fault instanceof LatchkeyError) return { ok: false, fault, wait: false };
    throw fault;
  }
  const headers = await signedHeaders(
    {
      ...{ url, method, service: "execute-api", region: deps.region },
      credentials,
      headers: {
        "content-type": "application/json",
        ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      },
      ...content,
    },
    deps.now(),
  );
  const limit = AbortSignal.timeout(ANSWER_MS);
  let response: Response;
  let text: string | undefined;
  try {
    response = await deps.fetch(url, {
      ...{ method, headers, ...content, redirect: "manual" },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    text = await textOf(response);
  } catch (cause) {
    signal?.throwIfAborted();
    const fault = new LatchkeyError(
      "unavailable",
      `The broker at ${url.host} does not answer. Is it up, and this machine online?`,
      { cause },
    );
    fault.unheard = !neverSent(cause);
    return { ok: false, fault, wait: true };
  }
  const said = jsonOf(text);
  if (response.ok && said !== undefined) return { ok: true, body: said, wait: false };
  const late = wrongClock(response, deps.now());
  if (late) return { ok: false, fault: late, wait: false };
  const { fault, code } = refused(response, said, url, deps.region);
  // Whatever failed may have done so after it was done.
  fault.unheard = response.status >= 500;
  return { ok: false, fault, wait: mayPass(response.status, code) };
}

/** What keeps a call from leaving this machine, or from arriving: nothing can have been done. */
const UNSENT = [
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"],
  "UND_ERR_CONNECT_TIMEOUT",
];

/** `fetch` throws what happened as the cause of what it throws. */
const neverSent = (thrown: unknown): boolean =>
  UNSENT.includes(((thrown as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? "");

/** Credentials that can stand in a header. `fetch` would refuse others with an error that has them in its message. */
function plain(credentials: AwsCredentials): AwsCredentials {
  const { accessKeyId, sessionToken = "-" } = credentials;
  if ([accessKeyId, sessionToken].every((part) => /^[\x21-\x7e]+$/.test(part))) return credentials;
  throw new LatchkeyError(
    "sign_in",
    "Your AWS credentials have a space, a line end or another sign that none has: set them anew.",
  );
}

function jsonOf(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
