import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Broker } from "../../client/broker/broker.ts";
import { RefusedError } from "../../client/errors.ts";
import { ask } from "../../docs/examples/step-functions/functions/ask.ts";
import type { Failure } from "../../docs/examples/step-functions/functions/failure.ts";
import { getAccess } from "../../docs/examples/step-functions/functions/get-access.ts";
import { giveBack } from "../../docs/examples/step-functions/functions/give-back.ts";
import { type SettleDeps, settle } from "../../docs/examples/step-functions/functions/settle.ts";
import type { Wait, Waiting } from "../../docs/examples/step-functions/functions/waiting.ts";
import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import type { Status } from "../../functions/core/grant/grant.ts";
import { grantViewOf } from "../../functions/core/grant/view.ts";
import { lives } from "../core/grant/example.ts";
import { interpret, type Run, TaskError } from "./interpret.ts";
import type { Machine } from "./machine.ts";

/** The very file that the example deploys. */
export const pipeline: Machine = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../docs/examples/step-functions/training-pipeline.asl.json"),
    "utf8",
  ),
);

const views = new Map<Status, GrantView>();

/** A grant of that status as the API shows it. Made once: its whole life is gone through. */
export function viewOf(status: Status): GrantView {
  const view = views.get(status) ?? grantViewOf(lives[status]().grant);
  views.set(status, view);
  return view;
}
const GRANT = viewOf("PENDING").id;

/** A table of waits that honours the conditions of the real one. */
function fakeWaiting(): Waiting & { kept: Map<string, Wait> } {
  const kept = new Map<string, Wait>();
  return {
    kept,
    put: async (wait) => {
      const other = kept.get(wait.grantId);
      if (other && other.attempt > wait.attempt) return false;
      kept.set(wait.grantId, wait);
      return true;
    },
    read: async (grantId) => kept.get(grantId),
    remove: async ({ grantId, taskToken }) => {
      if (kept.get(grantId)?.taskToken === taskToken) kept.delete(grantId);
    },
  };
}

export type Answered = { taskToken: string; failure: Failure | undefined };

/** The pipeline's own functions over a broker that answers as it is told; Step Functions takes each token once. */
export function pipelineWorld() {
  const asked: { body: AskBody; key: string | undefined }[] = [];
  const answers: Answered[] = [];
  const waits = new Map<string, (answer: Answered) => void>();
  const waiting = fakeWaiting();
  let status: Status = "APPROVED";
  let released = 0;
  const broker: Pick<Broker, "ask" | "grant" | "release"> = {
    ask: async (body, { idempotencyKey } = {}) => {
      asked.push({ body, key: idempotencyKey });
      return viewOf(status);
    },
    grant: async () => ({ ...viewOf(status), id: GRANT }),
    release: async () => {
      released += 1;
      if (["REJECTED", "ENDED", "DENIED"].includes(status))
        throw new RefusedError("conflict", "over", "wrong_state");
      return viewOf("REVOKING");
    },
  };
  const deps: SettleDeps = {
    waiting,
    open: () => broker,
    answer: async (taskToken, failure) => {
      answers.push({ taskToken, failure });
      waits.get(taskToken)?.({ taskToken, failure });
      waits.delete(taskToken);
    },
  };
  const wait = (taskToken: string) => new Promise<Answered>((done) => waits.set(taskToken, done));
  return {
    ...{ asked, answers, waiting, deps, broker, wait },
    released: () => released,
    is: (now: Status) => {
      status = now;
    },
    /** An event of the bus about the grant. */
    event: () => settle(deps, GRANT),
    /** Runs the state machine; `train` stands for the training function. */
    run: (train: () => Promise<unknown>, ownAsk = broker.ask): Promise<Run> =>
      interpret(pipeline, { ask: { resource: "claims" } }, async ({ state, payload }) => {
        const { name, execution, grantId, attempt, taskToken } = payload as Record<string, string>;
        if (state === "Ask for access")
          return ask(
            { ask: ownAsk },
            { execution: `${execution}`, name: `${name}`, ask: payload.ask as never },
          );
        if (state === "Train") return train();
        if (state === "Give access back") return giveBack(broker, `${grantId}`);
        const answered = wait(`${taskToken}`);
        await getAccess(deps, {
          ...{ grantId: `${grantId}`, name: `${name}`, taskToken: `${taskToken}` },
          attempt: Number(attempt),
        });
        const { failure } = await answered;
        if (failure) throw new TaskError(failure.error, failure.cause);
        return {};
      }),
  };
}
