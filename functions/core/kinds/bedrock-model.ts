import * as z from "zod";
import { hostIn, nameIn, PLACE, partsOf } from "./arn.ts";
import { allow, canonicalSet, type Kind } from "./kind.ts";
import { noScope } from "./scopes.ts";

const MODEL = `foundation-model/[a-z0-9.:-]{1,140}`;
// System-defined inference profiles, those that an account makes, and capacity or models of one's own.
const OWN = `(inference-profile|application-inference-profile|provisioned-model|custom-model-deployment)/[A-Za-z0-9.:-]{1,140}`;

const settings = z.strictObject({
  models: z
    .array(
      z
        .string()
        .regex(
          new RegExp(String.raw`^arn:[a-z-]+:bedrock:(\{region\}|[a-z0-9-]*)::${MODEL}$`),
          "must be the ARN of a foundation model",
        ),
    )
    .min(1, "must not be empty")
    .max(12, "must name at most 12 models")
    .optional()
    .describe("for an inference profile: ARNs of the model in every Region that it routes to"),
});

const ACTIONS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
const isProfile = (arn: string): boolean => nameOfType(arn).endsWith("inference-profile");
const nameOfType = (arn: string): string => partsOf(arn).rest.split("/")[0] ?? "";

/** A model of Bedrock, by itself or through an inference profile. */
export const bedrockModel: Kind<never, z.infer<typeof settings>> = {
  title: "A model or inference profile of Amazon Bedrock",
  scope: noScope,
  room: 0,
  settings,
  arn: new RegExp(String.raw`^arn:[a-z-]+:bedrock:((\{region\}|[a-z0-9-]+)::${MODEL}|${PLACE}:${OWN})$`),
  actions: { invoke: ACTIONS },
  references: ["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html"],
  statements({ arn, settings: { models = [] } }, access) {
    if (access !== "invoke") return [];
    // A profile is judged together with the model in the Region it routes to, which is then for calls by the profile only.
    // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
    const routed = allow(ACTIONS, canonicalSet(models), {
      StringEquals: { "bedrock:InferenceProfileArn": [arn] },
    });
    return [allow(ACTIONS, [arn]), ...(models.length > 0 ? [routed] : [])];
  },
  describe({ arn, settings: { models = [] } }) {
    const regions = canonicalSet(models.map((model) => partsOf(model).region || "any Region"));
    const through = models.length > 0 ? ` in ${regions.join(", ")}` : "";
    return [
      `send prompts to ${nameOfType(arn).replaceAll("-", " ")} ${nameIn(arn)}${through} and read its answers`,
    ];
  },
  probe({ arn }) {
    const [action, path] = isProfile(arn)
      ? (["bedrock:GetInferenceProfile", "inference-profiles"] as const)
      : nameOfType(arn) === "provisioned-model"
        ? (["bedrock:GetProvisionedModelThroughput", "provisioned-model-throughput"] as const)
        : nameOfType(arn) === "custom-model-deployment"
          ? (["bedrock:GetCustomModelDeployment", "model-customization/custom-model-deployments"] as const)
          : (["bedrock:GetFoundationModel", "foundation-models"] as const);
    return {
      statement: allow([action], [arn]),
      request: {
        service: "bedrock",
        host: hostIn(arn, "bedrock"),
        method: "GET",
        path: `/${path}/${encodeURIComponent(nameIn(arn))}`,
      },
    };
  },
  examples: [
    { arn: "arn:aws:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0", access: "invoke" },
    {
      arn: "arn:aws:bedrock:{region}:{account}:inference-profile/eu.amazon.nova-lite-v1:0",
      settings: {
        models: [
          "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
          "arn:aws:bedrock:eu-north-1::foundation-model/amazon.nova-lite-v1:0",
        ],
      },
      access: "invoke",
    },
  ],
  notes: [
    "`Converse` and `ConverseStream` are the same two actions. Batch jobs, fine-tuning and agents of Bedrock are in no access.",
    "Say every Region that a profile routes to (`aws bedrock get-inference-profile`): a Region that is missing is refused.",
    "IAM holds no prompt and no number of tokens: the window and the quota are the bound.",
  ],
};
