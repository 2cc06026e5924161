import * as z from "zod";
import { canonicalJson, digestOf } from "../canonical.ts";
import { spelledOut } from "../html.ts";
import { allow, type Kind } from "./kind.ts";

/** Exactly what is to be done: the parameters as canonical JSON (RFC 8785), which is what their digest is of. */
const scope = z.strictObject({ parameters: z.string().max(16_384) });
const settings = z.strictObject({
  /** Who may redeem the permit: a performing system of the catalogue, or `agent` for the agent that asked. */
  audience: z.string(),
  /** What inside Latchkey performs it; absent where the audience does. */
  performer: z.string().optional(),
  /** The parameters that people are shown. */
  shown: z.array(z.string()),
  reversible: z.enum(["yes", "no"]),
});

/** A value as people see it: exactly, as canonical JSON, so that a text that looks like our own words has its quotes. */
const shownValue = (value: unknown): string => spelledOut(canonicalJson(value));

/** The values in what `describe` says of an action: pages and mails set them apart from our own words. */
export function valuesOfAction(scope: { parameters?: unknown } | undefined): string[] {
  const parameters = scope?.parameters === undefined ? {} : JSON.parse(String(scope.parameters));
  return Object.values(parameters as Record<string, unknown>).map(shownValue);
}

/** One thing done once, with exactly these parameters. No session: the permit is redeemed at the table. */
export const action: Kind<z.infer<typeof scope>, z.infer<typeof settings>> = {
  title: "An action",
  scope,
  settings,
  arn: /^arn:[a-z-]+:latchkey:[a-z0-9-]*:(\{account\}|\d{12})?:action\/[a-z][a-z0-9-]+$/,
  actions: {},
  references: ["https://www.rfc-editor.org/rfc/rfc8785"],
  // In the form of a statement, so that the digest of an approval holds audience, performer and parameters.
  statements: ({ arn, settings: { audience, performer } }, _access, asked) => [
    allow(["latchkey:Perform"], [arn], {
      StringEquals: {
        "latchkey:Audience": [audience],
        ...(performer ? { "latchkey:Performer": [performer] } : {}),
        ...(asked ? { "latchkey:Parameters": [digestOf(JSON.parse(asked.parameters))] } : {}),
      },
    }),
  ],
  describe({ arn, settings: { audience, performer, shown, reversible } }, _access, asked) {
    const parameters = (asked ? JSON.parse(asked.parameters) : {}) as Record<string, unknown>;
    const hidden = Object.keys(parameters).filter((name) => !shown.includes(name));
    return [
      `${arn.slice(arn.lastIndexOf("/") + 1)}, once, by ${performer ? "Latchkey itself" : audience}${reversible === "no" ? "; it cannot be undone" : ""}`,
      ...shown.filter((name) => name in parameters).map((name) => `${name}: ${shownValue(parameters[name])}`),
      ...(hidden.length > 0 ? [`not shown, but bound by the digest: ${hidden.join(", ")}`] : []),
      ...(asked ? [`digest of the parameters: ${digestOf(JSON.parse(asked.parameters))}`] : []),
    ];
  },
  probe() {
    throw new TypeError("an action has no session whose denial could be proved");
  },
  examples: [],
};
