import { openHere } from "../broker/open.ts";
import type { Broker, Keys } from "./types.ts";

/** Where the broker is, and who asks. All optional: what is absent is looked for as the `latchkey` command does. */
export type ConnectOptions = {
  /** The signed API with its stage: `https://….execute-api.eu-west-1.amazonaws.com/live`. Else `LATCHKEY_ENDPOINT`, `~/.config/latchkey/config.yaml`, `.latchkey/local.json`. */
  endpoint?: string;
  /** The endpoint's region, where its address does not tell. */
  region?: string;
  /** The AWS profile to sign with; else the AWS SDK's usual chain. */
  awsProfile?: string;
  /** The agent's own credentials to sign with, or what provides them: never those of a grant. */
  signWith?: Keys | (() => Promise<Keys>);
  /** On the local AWS: one of its identities. */
  as?: string;
  /** The local AWS by its local.json. */
  localFile?: string;
};

/**
 * The signed API, a method a route. Calls are signed anew and tried up to four times where the network or the broker
 * fails, an ask under one Idempotency-Key. Throws `LatchkeyError` of kind `no_endpoint`, `wrong_region`, `config`,
 * `usage` or `sign_in` when it cannot be found or signed for.
 */
export function connect({ signWith, ...place }: ConnectOptions = {}): Broker {
  const signer = typeof signWith === "object" ? () => Promise.resolve(signWith) : signWith;
  return openHere(place, signer).broker;
}
