import { acting, approvedAction, askOfAction } from "../../access/action.ts";
import { type ObtainDeps, obtain } from "../../access/obtain.ts";
import { permitIn } from "../../action/permit.ts";
import type { Broker } from "../../broker/broker.ts";
import { LatchkeyError } from "../../errors.ts";
import { KEYS, type Manifest, SIGN, SIGNATURE, signParameters } from "./manifest.ts";
import { keysIn, openSignature } from "./signed.ts";

export type SignDeps = Omit<ObtainDeps, "broker"> & {
  broker: Broker;
  /** Fetches the text at an address, or throws. */
  fetchText(url: string): Promise<string>;
};

const TIMEOUT_SECONDS = 60;

/** The published keys of the broker that signed. Over TLS, or on this machine: what is fetched otherwise is anybody's. */
export async function publishedKeys(
  { fetchText }: Pick<SignDeps, "fetchText">,
  issuer: unknown,
): Promise<string> {
  const url = typeof issuer === "string" && URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isLocal = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!url || (url.protocol !== "https:" && !isLocal))
    throw new LatchkeyError(
      "failed",
      "The signature does not say where its keys are published: nothing was kept.",
    );
  const text = await fetchText(`${String(issuer)}/.well-known/jwks.json`).catch((cause: unknown) => {
    throw new LatchkeyError("unavailable", "Latchkey's public keys cannot be had just now: try again.", {
      cause,
    });
  });
  if (keysIn(text)) return text;
  throw new LatchkeyError("unavailable", "Latchkey's public keys cannot be had just now: try again.");
}

/** The issuer that a permit names. It is believed only for where its keys are looked for. */
function issuerOf(permit: string): unknown {
  try {
    return JSON.parse(Buffer.from(permit.split(".")[1] ?? "", "base64url").toString("utf8")).iss;
  } catch {
    return undefined;
  }
}

/**
 * Has a review signed: the permit of the action that says exactly this review is the signature. It is redeemed before it is
 * kept, so that there is one signature for one grant. The files to put into the pack.
 */
export async function signReview(
  deps: SignDeps,
  { manifest, digest }: { manifest: Manifest; digest: string },
): Promise<Map<string, string>> {
  const { broker } = deps;
  const parameters = signParameters(manifest, digest);
  const body = {
    ...{ type: SIGN, parameters },
    purpose: `The access review of ${manifest.month}, made ${manifest.madeAt}`,
  };
  const asking = { ...deps, broker: acting(broker) };
  const { id } = await obtain(asking, askOfAction(body), { timeoutSeconds: TIMEOUT_SECONDS });
  const permit = permitIn(await approvedAction({ broker }, id, parameters));
  const jwks = await publishedKeys(deps, issuerOf(permit));
  const opened = await openSignature(permit, { keys: keysIn(jwks) ?? [], type: SIGN, parameters });
  if (!opened.ok)
    throw new LatchkeyError(
      "failed",
      "The broker's signature does not hold under its own published keys: tell whoever runs it.",
    );
  await broker.redeem(id, { permit, parameters });
  await broker.outcome(id, { result: "done" });
  return new Map([
    [SIGNATURE, `${permit}\n`],
    [KEYS, jwks],
  ]);
}
