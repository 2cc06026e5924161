import { describe, expect, it } from "vitest";
import { openTeller, openWorkflow } from "../../../functions/aws/workflow.ts";
import { useEndpoint } from "./endpoint.ts";

const sfn = useEndpoint("SFN");
const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:latchkey";
const state = { schema: 1, grantId: "aaaaaaaaaaaaaaab", next: "mint" } as const;
const json = { "content-type": "application/x-amz-json-1.0" };
const refuse = (type: string, status = 400) => {
  sfn.answer = { status, headers: json, body: JSON.stringify({ __type: type, message: "no" }) };
};
const sent = () => JSON.parse(sfn.received.at(-1)?.body ?? "{}");

describe("starting (I-39)", () => {
  it("names the execution by the grant", async () => {
    const executionArn = `${MACHINE.replace("stateMachine", "execution")}:x`;
    sfn.answer = {
      status: 200,
      headers: json,
      body: JSON.stringify({ executionArn, startDate: Date.now() / 1000 }),
    };
    expect(await openWorkflow(MACHINE)(state)).toBe("started");
    expect(sent()).toEqual({ stateMachineArn: MACHINE, name: state.grantId, input: JSON.stringify(state) });
  });
  it("has another name for one that takes a dead one's place", async () => {
    sfn.answer = {
      status: 200,
      headers: json,
      body: JSON.stringify({ executionArn: "x", startDate: Date.now() / 1000 }),
    };
    expect(await openWorkflow(MACHINE)(state, 7)).toBe("started");
    expect(sent()).toMatchObject({ name: `${state.grantId}-7`, input: JSON.stringify(state) });
  });
  it("knows by its start that the same one runs already, which AWS answers as a success (F-09)", async () => {
    sfn.answer = {
      status: 200,
      headers: json,
      body: JSON.stringify({ executionArn: "x", startDate: Date.now() / 1000 - 60 }),
    };
    expect(await openWorkflow(MACHINE)(state)).toBe("exists");
  });
  it("takes a name that is taken for what it wanted, and throws at anything else", async () => {
    refuse("ExecutionAlreadyExists");
    expect(await openWorkflow(MACHINE)(state)).toBe("exists");
    refuse("StateMachineDoesNotExist");
    await expect(openWorkflow(MACHINE)(state)).rejects.toThrow();
  });
});

describe("telling", () => {
  it("answers the token with the state", async () => {
    sfn.answer = { status: 200, headers: json, body: "{}" };
    expect(await openTeller()("token", state)).toBe("told");
    expect(sent()).toEqual({ taskToken: "token", output: JSON.stringify(state) });
  });
  it.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])(
    "a token that is dead (%s) is no fault",
    async (type) => {
      refuse(type);
      expect(await openTeller()("token", state)).toBe("gone");
    },
  );
  it("throws when Step Functions does not take it", async () => {
    refuse("AccessDeniedException");
    await expect(openTeller()("token", state)).rejects.toThrow();
  });
});
