import * as z from "zod";
import type { Example } from "../../functions/core/kinds/kind.ts";
import { accessNames, type KindName, kindNames } from "../../functions/core/kinds/names.ts";
import { aboutKind, describeAsk, probeOf, statementsOf } from "../../functions/core/kinds/registry.ts";

const INTRO = `# Kinds of resource

What a resource can be, what may be asked of it, and what a session for it can do. Made by \`npm run kinds\` from
\`functions/core/kinds/\`; \`test/infra/kinds-doc.test.ts\` holds the two together.

A resource of the catalogue (\`policy/catalogue/resources.yaml\`) names its \`kind\`, its \`arn\`, its \`accesses\`, and, where the
kind must know more, its \`settings\`. All of it is checked at synth, with file and line. An agent names a resource, an access
and, if it needs less than the whole, a \`scope\`; values are taken literally, and \`*\`, \`?\` and \`$\` are refused.

Every session policy is the kind's statements and three Denies: everything from \`endsAt\` on, every other action, every
other resource. The Denies hold where an Allow elsewhere would not: a resource policy may allow a session by its name,
and only a Deny of the session policy limits that
([session policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session)). It has at most 2,048 characters; an ask
that needs more is refused as \`scope_too_large\` with the member to narrow.

\`{grant}\` in a statement stands for the grant's id. People approve the statements with it; the session has the id.`;

const KMS = `## Resources under a KMS key

\`kmsKey\` is the ARN of the key that a resource is encrypted with. Sessions may then use it through the one service and for the
one thing (\`kms:ViaService\` and the encryption context). It is needed for a service's own key too (\`…:alias/aws/s3\`): what the key's
policy allows, the session's Deny of other actions would shut. For S3 the context is the object's ARN, or the bucket's with a
bucket key: both are allowed, since S3 says which objects may be had. Uploads in parts need \`kms:Decrypt\` beside
\`kms:GenerateDataKey\`.`;

const LOCAL = `## What the local AWS does not evaluate

\`test/e2e/kinds.test.ts\` holds the whole matrix of allowed and refused calls against the local AWS's own evaluation
(\`iam:SimulateCustomPolicy\`), and makes real calls of every kind whose service it has. It cannot show:

- calls whose answer rests on the request's context, in the simulator: it takes none. Real calls show \`s3:prefix\`,
  \`dynamodb:Attributes\` and \`dynamodb:Select\`; the evaluator in the tests has them all;
- \`dynamodb:LeadingKeys\`: never in a request, so a scope of \`leadingKeys\` refuses everything here;
- \`kms:ViaService\`, and permissions on a key when a service uses it for a session;
- \`bedrock:InferenceProfileArn\`, and the two resources of a call through a profile;
- single tables of Glue (calls are asked of the database, \`GetDatabase\` of a table), and Athena's calls by a query's id, which are asked
  of \`*\` and so refused: start the query, and read its results from S3;
- \`ssm:GetParameters\` and \`GetParametersByPath\`: asked of \`*\`, and so refused;
- the tags of a Bedrock prompt: asked of \`*\`, so a denial on a prompt cannot be proved here;
- S3 Vectors: not there. API Gateway routes: there, tried by the broker's own API and not by \`http-api\`.`;

const ADDING = `## Adding a kind

As \`bedrock-knowledge-base\` was added:

1. Look its actions up in the service authorisation reference: \`bedrock:Retrieve\` takes a knowledge base as its resource,
   \`RetrieveAndGenerate\` takes none. What takes no resource cannot be held to one, so it is in no access.
2. Name it in \`functions/core/kinds/names.ts\`. Now nothing compiles that goes over all kinds, and says so.
3. Write \`functions/core/kinds/bedrock-knowledge-base.ts\`: the form of its ARN, its scope (none: IAM has no condition for a filter) and
   settings (none), its accesses and statements, its words for approvers, a probe that reads no content
   (\`GetKnowledgeBase\`: the description), examples, and what IAM cannot hold.
4. Give it its row in \`functions/core/kinds/registry.ts\`.
5. Give it its matrix in \`test/core/kinds/matrix/\`: what it compiles to, to the letter; calls that must be allowed and refused; scopes
   and ARNs that are accepted and refused. A row in \`all.ts\`; real calls in \`test/e2e/kinds/calls.ts\` if the local AWS has the service.
6. \`npm run kinds\` writes this page; \`npm run check\`, and \`npm test\` for the local AWS.`;

type Schema = {
  properties?: Record<string, { description?: string; type?: string; maxItems?: number }>;
  required?: string[];
};

/** What may be written in a scope or in settings, a line each. */
function membersOf(schema: z.ZodType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as Schema;
  return Object.entries(properties).map(([name, { type, maxItems, description }]) => {
    const form = type === "array" ? `list, at most ${maxItems}` : "text";
    const needed = required.includes(name) ? "; required" : "";
    return `- \`${name}\` (${form}${needed}): ${description ?? ""}`;
  });
}

const code = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
const inline = (value: unknown): string => `\`${JSON.stringify(value)}\``;

function exampleOf(kind: KindName, { arn, settings, access, scope }: Example): string {
  const ask = { kind, arn, settings, access, scope };
  const wanted = [
    `\`${access}\` of \`${arn}\``,
    ...(settings ? [`with settings ${inline(settings)}`] : []),
    ...(scope ? [`and scope ${inline(scope)}`] : []),
  ];
  const says = describeAsk(ask).map((line) => `> ${line}`);
  const statements = statementsOf(ask).map((statement) => JSON.stringify(statement));
  return [
    `${wanted.join(", ")}:`,
    says.join("  \n"),
    code("json", `[\n  ${statements.join(",\n  ")}\n]`),
  ].join("\n\n");
}

function sectionOf(kind: KindName): string {
  const about = aboutKind(kind);
  const accesses = accessNames.flatMap((access) => {
    const actions = about.actions[access];
    return actions ? [`- \`${access}\`: ${actions.map((action) => `\`${action}\``).join(", ")}`] : [];
  });
  const [scope, settings] = [membersOf(about.scope), membersOf(about.settings)];
  const [first] = about.examples;
  const probe = first ? probeOf(kind, first).statement : undefined;
  const references = about.references.map(
    (url) =>
      `[${url
        .split("/")
        .at(-1)
        ?.replace(/^list_|\.html$/g, "")}](${url})`,
  );
  return [
    `## ${kind}`,
    `${about.title}.`,
    [`Accesses (${references.join(", ")}):`, "", ...accesses].join("\n"),
    scope.length > 0 ? ["Scope:", "", ...scope].join("\n") : "Scope: none; there is no narrower part.",
    settings.length > 0 ? ["Settings:", "", ...settings].join("\n") : "Settings: none.",
    ...about.examples.map((example) => exampleOf(kind, example)),
    `A denial is proved by \`${probe?.Action.join("`, `")}\`, which reads no content.`,
    ...(about.notes ? [about.notes.map((note) => `- ${note}`).join("\n")] : []),
  ].join("\n\n");
}

/** `docs/kinds.md`: all that there is to know of each kind, from the kinds themselves. */
export function kindsDoc(): string {
  const rows = kindNames.map((kind) => {
    const about = aboutKind(kind);
    const accesses = accessNames.filter((access) => about.actions[access]);
    return `| [\`${kind}\`](#${kind}) | ${about.title} | ${accesses.map((access) => `\`${access}\``).join(", ")} |`;
  });
  const table = ["| kind | what it is | accesses |", "|---|---|---|", ...rows].join("\n");
  return `${[INTRO, table, KMS, ...kindNames.map(sectionOf), LOCAL, ADDING].join("\n\n")}\n`;
}
