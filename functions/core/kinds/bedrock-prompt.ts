import * as z from "zod";
import { hostIn, nameIn, PLACE } from "./arn.ts";
import { allow, canonicalSet, type Kind } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";

const scope = z
  .strictObject({
    versions: z
      .array(
        z
          .string()
          .regex(/^[1-9]\d{0,4}$/, "must be the number of a version")
          .meta({ maxLength: 5 }),
      )
      .min(1, "must not be empty")
      .max(10, "must name at most 10 versions")
      .describe("numbers of versions; without them the draft and all versions"),
  })
  .transform(({ versions }) => ({ versions: canonicalSet(versions) }));

const settings = z.strictObject({ kmsKey: kmsKey.optional() });
const READ = ["bedrock:GetPrompt"];

/** A prompt of Bedrock's prompt management: the draft and all versions, or some versions. */
export const bedrockPrompt: Kind<z.infer<typeof scope>, z.infer<typeof settings>> = {
  title: "A prompt of Bedrock's prompt management",
  scope,
  settings,
  arn: new RegExp(`^arn:[a-z-]+:bedrock:${PLACE}:prompt/[A-Z0-9]{10}$`),
  actions: { read: READ },
  references: ["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html"],
  statements({ arn, settings: { kmsKey: key } }, access, chosen) {
    if (access !== "read") return [];
    // A version is the prompt's ARN with its number; without one it is the draft.
    const which = chosen ? chosen.versions.map((version) => `${arn}:${version}`) : [arn, `${arn}:*`];
    // https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-prompts.html
    const context = { "aws:bedrock-prompts:arn": [arn] };
    return [
      allow(READ, which),
      ...(key ? [keyUse(key, { actions: ["kms:Decrypt"], service: "bedrock", context })] : []),
    ];
  },
  describe({ arn }, _access, chosen) {
    const which = chosen ? `version ${chosen.versions.join(" and ")}` : "the draft and every version";
    return [`read ${which} of prompt ${nameIn(arn)}`];
  },
  probe({ arn }) {
    return {
      // GetPrompt and ListPrompts would tell what it says, or how it is called.
      statement: allow(["bedrock:ListTagsForResource"], [arn]),
      request: {
        service: "bedrock",
        host: hostIn(arn, "bedrock-agent"),
        method: "GET",
        path: `/tags/${encodeURIComponent(arn)}`,
      },
    };
  },
  examples: [
    {
      arn: "arn:aws:bedrock:{region}:{account}:prompt/PROMPT1234",
      access: "read",
      scope: { versions: ["3"] },
    },
  ],
  notes: ["To run a prompt, the agent also asks for the model that it names."],
};
