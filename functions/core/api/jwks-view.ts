import * as z from "zod";
import * as shown from "./shown.ts";

const BASE64URL = "^[A-Za-z0-9_-]+$";
/** `GET /.well-known/jwks.json`: RFC 7517, with each key's time of use in seconds since the epoch. */
export const jwksView = z
  .strictObject({
    keys: shown.shownList(
      z.strictObject({
        kty: z.literal("EC"),
        crv: z.literal("P-256"),
        x: shown.shownText(64).meta({ pattern: BASE64URL }),
        y: shown.shownText(64).meta({ pattern: BASE64URL }),
        kid: shown.shownText(256).meta({ pattern: BASE64URL }),
        use: z.literal("sig"),
        alg: z.literal("ES256"),
        nbf: z.int().min(0).meta({ description: "First use." }),
        exp: z.int().min(0).optional().meta({
          description:
            "First use of the key that followed; of a permit's key, plus the longest time that its last permit may be good.",
        }),
      }),
      shown.MANY,
    ),
  })
  .meta({ id: "JwkSet" });
export type JwksView = z.infer<typeof jwksView>;
