import { describe, expect, it } from "vitest";
import { TrainingPipelineStack } from "../../docs/examples/step-functions/stack.ts";
import { edges, transitions } from "../../functions/core/grant/transitions.ts";
import { addNag } from "../../infra/latchkey.ts";
import { grantsOf, statementsOf, wildcardsOf } from "./permissions.ts";
import { list, newApp, only, resourcesOf, settings, shown, type Templates } from "./templates.ts";

const STACK = "LatchkeyExamplePipeline";
const AGENT = "latchkey-example-training-pipeline";

function synthesize(context: Record<string, unknown> = {}, nag = false): Templates {
  const app = newApp(context);
  if (nag) addNag(app);
  new TrainingPipelineStack(app, STACK);
  return Object.fromEntries(app.synth().stacks.map((stack) => [stack.stackName, stack.template]));
}

const templates = synthesize();
const grants = grantsOf(templates);
const nameOf = (holder: string) => holder.replace(/role[0-9A-F]{8}$/, "").replace(/[0-9A-F]{8}$/, "");
const actionsOf = (holder: string) =>
  [...new Set(grants.filter((each) => nameOf(each.holder) === holder).map(({ action }) => action))]
    .filter((action) => !action.startsWith("logs:"))
    .sort();

describe("the example pipeline's stack", () => {
  it("passes what Latchkey itself passes (cdk-nag)", () => {
    expect(() => synthesize({}, true)).not.toThrow();
  });

  it("makes the very role that the catalogue knows the agent by", () => {
    const agent = settings.bundle.catalogue.agents.find(({ id }) => id === "training-pipeline");
    expect(agent?.principals).toEqual([`arn:aws:iam::{account}:role/${AGENT}`]);
    const names = resourcesOf(templates, "AWS::IAM::Role").map(({ Properties }) => Properties.RoleName);
    expect(names).toContain(AGENT);
  });

  it("gives the agent five routes of the signed API and nothing else: all data is granted, for a while", () => {
    const theirs = grants.filter(({ holder }) => holder === AGENT);
    expect(theirs.map(({ action, resource }) => `${action} ${resource.replace(/^.*\/v1\//, "")}`)).toEqual([
      "execute-api:Invoke GET/catalogue",
      "execute-api:Invoke GET/grants/*",
      "execute-api:Invoke POST/grants",
      "execute-api:Invoke POST/grants/*/credentials",
      "execute-api:Invoke POST/grants/*/release",
    ]);
    for (const { resource } of theirs) expect(resource).toContain(":<SignedApiId>/v1/");
  });

  it("lets only its own functions be the agent", () => {
    const agent = resourcesOf(templates, "AWS::IAM::Role").find(
      ({ Properties }) => Properties.RoleName === AGENT,
    );
    const trusted = statementsOf(agent?.Properties.AssumeRolePolicyDocument).flatMap(({ Principal }) =>
      list((Principal as { AWS: unknown }).AWS).map(shown),
    );
    expect(trusted.map((arn) => arn.replace(/role[0-9A-F]{8}/, "")).sort()).toEqual(
      ["<ask.Arn>", "<getaccess.Arn>", "<giveback.Arn>", "<train.Arn>", "<wake.Arn>"].sort(),
    );
  });

  it("gives each function what it does: tokens are kept by one and answered by two, data is nobody's", () => {
    const table = ["dynamodb:DeleteItem", "dynamodb:GetItem"];
    const answering = ["states:SendTaskFailure", "states:SendTaskSuccess"];
    expect(actionsOf("ask")).toEqual(["sts:AssumeRole"]);
    expect(actionsOf("train")).toEqual(["sts:AssumeRole"]);
    expect(actionsOf("giveback")).toEqual(["sts:AssumeRole"]);
    expect(actionsOf("getaccess")).toEqual([...table, "dynamodb:PutItem", ...answering, "sts:AssumeRole"]);
    expect(actionsOf("wake")).toEqual([...table, "sqs:SendMessage", ...answering, "sts:AssumeRole"]);
    for (const { resource } of grants.filter(({ action }) => action.startsWith("states:")))
      expect(resource).toMatch(/:stateMachine:latchkey-example-training-pipeline$/);
  });

  it("has no wildcard but for ids that are not known before, and what takes no resource", () => {
    const others = wildcardsOf(grants).filter(
      (line) => !/ execute-api:Invoke \S+\/v1\/(GET|POST)\/grants\/\*(\/credentials|\/release)?$/.test(line),
    );
    for (const line of others) expect(line).toMatch(/^MachineRole\w+ (logs:\w+|xray:\w+) \*$/);
  });

  it("is woken by every event that may end a wait, of this agent and no other", () => {
    const { EventPattern } = only(templates, STACK, "AWS::Events::Rule").Properties;
    expect(EventPattern).toMatchObject({
      source: ["latchkey"],
      detail: { facts: { agent: ["training-pipeline"] } },
    });
    const types: string[] = EventPattern["detail-type"];
    // From whatever may still become access to what is access, or will never be.
    const waits: readonly string[] = ["PENDING", "APPROVED", "ACTIVATING"];
    const settles = edges().filter(({ from, to }) => waits.includes(from) && !waits.includes(to));
    const stops = edges().filter(({ from, to }) => from === "ACTIVE" && to !== "ACTIVE");
    const wanted = [...settles, ...stops].map(({ move }) => transitions[move].event);
    expect([...types].sort()).toEqual([...new Set(wanted)].sort());
  });

  it("keeps no task token in its log, and lets what nobody answered go", () => {
    const { LoggingConfiguration } = only(templates, STACK, "AWS::StepFunctions::StateMachine").Properties;
    expect(LoggingConfiguration.IncludeExecutionData).toBe(false);
    expect(only(templates, STACK, "AWS::DynamoDB::Table").Properties.TimeToLiveSpecification).toEqual({
      AttributeName: "expires",
      Enabled: true,
    });
  });
});
