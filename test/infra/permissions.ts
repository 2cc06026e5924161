import { type Found, list, resourcesOf, shown, type Templates } from "./templates.ts";

/** One action on one resource that one role, user or managed policy allows. */
export type Grant = {
  holder: string;
  action: string;
  resource: string;
  condition: Record<string, Record<string, unknown>>;
};

type Statement = {
  Effect: "Allow" | "Deny";
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

export const statementsOf = (document: { Statement: Statement[] }): Statement[] => list(document.Statement);

/** Who a policy is for, by fixed names: `latchkey-sweep`, not a logical id. */
function holdersOf({ stack, Type, Properties }: Found, templates: Templates): string[] {
  if (Type === "AWS::IAM::ManagedPolicy") return [shown(Properties.ManagedPolicyName)];
  const nameOf = (reference: unknown): string => {
    const id = shown(reference).replace(/^<|>$/g, "");
    const named = templates[stack]?.Resources[id]?.Properties;
    return shown(named?.RoleName ?? named?.UserName ?? id);
  };
  return [...list(Properties.Roles), ...list(Properties.Users)].map(nameOf);
}

const POLICIES = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"];

/** Everything that identity policies allow. Throws on what could hide something: NotAction, NotResource, inline policies. */
export function grantsOf(templates: Templates): Grant[] {
  for (const { Properties, id } of resourcesOf(templates, "AWS::IAM::Role"))
    if (Properties.Policies) throw new Error(`${id} has inline policies that nobody looks at`);
  return resourcesOf(templates)
    .filter(({ Type }) => POLICIES.includes(Type))
    .flatMap((policy) =>
      statementsOf(policy.Properties.PolicyDocument)
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap((statement) => {
          if (statement.NotAction || statement.NotResource) throw new Error(`${policy.id}: Allow with Not…`);
          return holdersOf(policy, templates).flatMap((holder) =>
            list(statement.Action).flatMap((action) =>
              list(statement.Resource).map((resource) => ({
                holder,
                action,
                resource: shown(resource),
                condition: statement.Condition ?? {},
              })),
            ),
          );
        }),
    );
}

/** What has a wildcard, as `holder action resource`. */
export const wildcardsOf = (grants: Grant[]): string[] =>
  grants
    .filter(({ action, resource }) => /[*?]/.test(action + resource))
    .map(({ holder, action, resource }) => `${holder} ${action} ${resource}`)
    .sort();
