import type { CallToolResult } from "@modelcontextprotocol/server";
import type * as z from "zod";
import { aboutKind } from "../../../functions/core/kinds/registry.ts";
import { answer } from "../answer.ts";
import type { McpDeps } from "../deps.ts";
import { listOut } from "../schemas.ts";
import { OTHERS, quoted } from "../words.ts";

type Masked = NonNullable<z.infer<typeof listOut>["resources"][number]["masked"]>;

const approvals = { none: "at once", people: "after people approve" } as const;

/** The description as its writer wrote it, without marks that would end a quotation. */
const plain = (text: string): string => quoted(text).slice(1, -1);

/** What may be asked for, a line each: the catalogue as this agent sees it, and what `latchkey.yaml` names. */
export async function listAccess({ broker, file }: McpDeps): Promise<CallToolResult> {
  const { resources, actions = [] } = await broker.catalogue();
  const { profiles = {}, commands = {} } = file?.content ?? {};
  const data = listOut.parse({
    resources: resources.map(({ tags: _, settings: __, description, ...resource }) => {
      const scopeExample = aboutKind(resource.kind)?.examples.find(({ scope }) => scope)?.scope;
      return { ...resource, description: plain(description), ...(scopeExample ? { scopeExample } : {}) };
    }),
    actions: actions.map(({ arn: _, classification: __, tags: ___, description, triggers, ...action }) => ({
      ...{ ...action, description: plain(description) },
      triggers: triggers.map(({ id, reason }) => ({ id, reason: plain(reason) })),
    })),
    profiles: Object.entries(profiles).map(([name, { resource, access, scope, window }]) => ({
      ...{ name, resource, access, windowSeconds: window },
      ...(scope ? { scope } : {}),
    })),
    commands: Object.entries(commands).map(([name, { description, arguments: takes, ...forWhat }]) => ({
      ...{ name, description: plain(description), arguments: takes },
      ...{ profiles: forWhat.profiles, actions: forWhat.actions },
    })),
  });
  const never = data.resources.filter(({ approval }) => approval === "never").map(({ id }) => id);
  const lines = [
    "Resources (ask with request_access):",
    ...data.resources.flatMap(({ id, kind, arn, environment, classification, approval, masked, ...more }) =>
      approval === "never"
        ? []
        : `- ${id}: ${more.accesses.join("|")}, up to ${more.maxWindowSeconds} s, ${approvals[approval]}; ` +
          `${kind} ${arn}, ${environment}, ${classification}; “${more.description}”` +
          `${more.scopeExample ? `; a scope looks like ${JSON.stringify(more.scopeExample)}` : ""}`,
    ),
    ...section(
      "Masked rows (read with read_masked):",
      data.resources.flatMap(({ id, masked }) =>
        masked && masked.approval !== "never" ? [`- ${id}: ${maskedText(masked)}`] : [],
      ),
    ),
    // Of what is refused as a whole a model rarely wants more than the name.
    ...section(
      "Refused as a whole, for the longest window; less may pass:",
      never.length > 0 ? [`- ${never.join(", ")}`] : [],
    ),
    ...section(
      "Actions (have one approved, and done once, with request_action_approval):",
      data.actions.map(
        ({ id, approval, triggers, audience, performer, reversible, parameters, ...more }) =>
          `- ${id}: ${approval === "never" ? "never" : approvals[approval]}${triggers.length > 0 ? `, more people with: ${triggers.map(({ reason }) => `“${reason}”`).join(", ")}` : ""}; ` +
          `done by ${performer ? "Latchkey" : audience}${reversible ? "" : ", cannot be undone"}; “${more.description}”; parameters ${JSON.stringify(parameters)}`,
      ),
    ),
    ...section(
      "Profiles (asks with a name):",
      data.profiles.map(
        ({ name, access, resource, scope, windowSeconds }) =>
          `- ${name}: ${access} on ${resource}${scope ? ` ${JSON.stringify(scope)}` : ""}, ${windowSeconds} s`,
      ),
    ),
    ...section(
      "Commands (run with run_with_access, or by request_action_approval those of an action):",
      data.commands.map(
        ({ name, description, arguments: takes, profiles: names, actions: types }) =>
          `- ${name}${takes ? " [arguments]" : ""}, with ${[...names, ...types.map((type) => `the action ${type}`)].join(" or ")}: “${description}”`,
      ),
    ),
    OTHERS,
  ];
  return answer(lines.join("\n"), data);
}

/** Which columns there are, and what becomes of their values. */
const maskedText = ({ approval, columns, filters }: Masked): string =>
  [
    approvals[approval === "none" ? "none" : "people"],
    `columns ${columns.map(({ path, method }) => `${path} (${method})`).join(", ")}`,
    ...(filters.length > 0
      ? [`filters on ${filters.map(({ column, type }) => `${column} (${type})`).join(", ")}`]
      : []),
  ].join("; ");

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [title, ...lines] : [];
