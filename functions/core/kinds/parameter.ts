import * as z from "zod";
import { PLACE, partsOf } from "./arn.ts";
import { allow, canonicalSet, type Kind, type Statement, type Target } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";
import type { AccessName } from "./names.ts";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9_.-]{1,128}(\/[A-Za-z0-9_.-]{1,128}){0,14}$/,
    "must be a parameter's name below the path",
  )
  .meta({ maxLength: 1_934 });
const scope = z
  .strictObject({
    names: z
      .array(name)
      .min(1, "must not be empty")
      .max(20, "must name at most 20 parameters")
      .describe("names below the resource's path"),
  })
  .transform(({ names }) => ({ names: canonicalSet(names) }));
type ParameterScope = z.infer<typeof scope>;

const settings = z.strictObject({ kmsKey: kmsKey.optional() });
type ParameterTarget = Target<z.infer<typeof settings>>;

const ONE = ["ssm:GetParameter", "ssm:GetParameters"];
const BY_PATH = "ssm:GetParametersByPath";
const ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: [...ONE, BY_PATH],
  write: ["ssm:PutParameter"],
};
// A SecureString is encrypted by Encrypt, a large one by a data key.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
const KEY_ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["kms:Decrypt"],
  write: ["kms:Encrypt", "kms:GenerateDataKey"],
};

const isPath = (arn: string): boolean => arn.endsWith("/*");
const pathOf = (arn: string): string => arn.replace(/\/\*$/, "");
/** As the API wants it: `/path/name`; a name at the root may be without its slash. */
const nameOf = (arn: string): string => `/${pathOf(partsOf(arn).rest).slice("parameter/".length)}`;

function statements(
  target: ParameterTarget,
  access: AccessName,
  chosen: ParameterScope | undefined,
): Statement[] {
  const { arn, settings: found } = target;
  const uses = KEY_ACTIONS[access];
  if (!uses) return [];
  const which = chosen ? chosen.names.map((each) => `${pathOf(arn)}/${each}`) : [arn];
  // By path is asked of the path itself, and answers with all that is below it.
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
  const all = isPath(arn) && !chosen;
  return [
    access === "read" ? allow(ONE, which) : allow(ACTIONS.write ?? [], which),
    // Alone: a parameter may be called as the path is, and is not below it.
    ...(access === "read" && all ? [allow([BY_PATH], [pathOf(arn), arn])] : []),
    ...(found.kmsKey
      ? [keyUse(found.kmsKey, { actions: uses, service: "ssm", context: { PARAMETER_ARN: which } })]
      : []),
  ];
}

/** One parameter of Systems Manager (`…:parameter/name`), or all below a path (`…:parameter/path/*`). */
export const parameter: Kind<ParameterScope, z.infer<typeof settings>> = {
  title: "Parameters of Systems Manager",
  scope,
  settings,
  arn: new RegExp(`^arn:[a-z-]+:ssm:${PLACE}:parameter(/[A-Za-z0-9_.-]{1,128}){1,15}(/\\*)?$`),
  end: "/*",
  actions: ACTIONS,
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html",
  ],
  statements,
  problem: ({ arn }) =>
    isPath(arn) ? undefined : { part: "names", problem: "the resource is one parameter already" },
  describe({ arn }, access, chosen) {
    // An earlier value is had by `name:version`, which IAM sees as the name.
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
    const verb = access === "write" ? "write or overwrite" : "read every version of";
    if (chosen) return chosen.names.map((each) => `${verb} parameter ${nameOf(arn)}/${each}`);
    return [
      isPath(arn) ? `${verb} every parameter below ${nameOf(arn)}/` : `${verb} parameter ${nameOf(arn)}`,
    ];
  },
  // Tags are asked of a parameter by its name; of one that is not there only those hear so who are allowed to ask.
  probe({ arn }) {
    const of = isPath(arn) ? `${pathOf(arn)}/latchkey-probe` : arn;
    return {
      statement: allow(["ssm:ListTagsForResource"], [of]),
      ...(isPath(arn) ? { answered: ["InvalidResourceId"] } : {}),
      request: {
        service: "ssm",
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "AmazonSSM.ListTagsForResource",
        },
        body: JSON.stringify({ ResourceType: "Parameter", ResourceId: nameOf(of) }),
      },
    };
  },
  examples: [
    {
      arn: "arn:aws:ssm:{region}:{account}:parameter/finetuning/*",
      access: "read",
      scope: { names: ["run-7/learning-rate"] },
    },
    {
      arn: "arn:aws:ssm:{region}:{account}:parameter/finetuning/*",
      settings: { kmsKey: "arn:aws:kms:{region}:{account}:alias/aws/ssm" },
      access: "write",
    },
  ],
  notes: [
    "A `SecureString` needs `kmsKey`, also under the standard key (`…:alias/aws/ssm`); without it only plain parameters can be read.",
    "A path is read with everything below it, at every depth.",
  ],
};
