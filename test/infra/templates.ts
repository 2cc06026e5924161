import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { folderAt } from "../../client/policy/folder.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";
import { projectRoot } from "../../infra/function.ts";
import { addLatchkey } from "../../infra/latchkey.ts";
import { loadDeployment } from "../../infra/policy/deployment.ts";
import type { Settings } from "../../infra/settings.ts";

type Resource = {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no type; tests say what they expect.
  Properties: any;
  DeletionPolicy?: string;
};
export type Template = {
  Parameters?: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown }>;
  Resources: Record<string, Resource>;
};
export type Templates = Record<string, Template>;

/** The project's own policy and deployment, as `app.ts` loads them. */
export const settings: Settings = {
  bundle: loadPolicy(folderAt(`${projectRoot}policy`)),
  deployment: loadDeployment(`${projectRoot}policy/deployment.yaml`),
};

const { context: flags } = JSON.parse(readFileSync(`${projectRoot}cdk.json`, "utf8"));

/** An app with cdk.json's flags that bundles nothing, and leaves CDK's own check of templates (6 s) to real synths. */
export const newApp = (context: Record<string, unknown> = {}): App =>
  new App({
    context: { ...flags, "aws:cdk:bundling-stacks": [], ...context },
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });

/** The templates of all stacks by name. Without a context: what an account gets. */
export function synthesize(context: Record<string, unknown> = {}, given = settings): Templates {
  const app = newApp(context);
  addLatchkey(app, given);
  return Object.fromEntries(app.synth().stacks.map((stack) => [stack.stackName, stack.template]));
}

export type Found = { stack: string; id: string } & Resource;

/** Every resource of a type in every stack. */
export function resourcesOf(templates: Templates, type?: string): Found[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, resource]) => type === undefined || resource.Type === type)
      .map(([id, resource]) => ({ stack, id, ...resource })),
  );
}

/** The only resource of a type, in the stack that is named. */
export function only(templates: Templates, stack: string, type: string): Found {
  const [found, ...others] = resourcesOf({ [stack]: templates[stack] ?? { Resources: {} } }, type);
  if (!found || others.length > 0) throw new Error(`${stack} has ${others.length + (found ? 1 : 0)} ${type}`);
  return found;
}

/** A value of a template as text: references as `<LogicalId>`, `<LogicalId.Attribute>`, `<Stack.Output>`. */
export function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [[name, content] = []] = Object.entries(value);
  if (name === "Fn::Join") return content[1].map(shown).join(content[0]);
  if (name === "Fn::GetAtt") return `<${content.join(".")}>`;
  if (name === "Ref") return `<${content}>`;
  if (name === "Fn::GetStackOutput") return `<${content.StackName}.${content.OutputName}>`;
  return JSON.stringify(value);
}

export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
