// Scene 4's two agents, each a process of its own, on one access role: both read on and on. Arguments: the agent, and
// whether it is the one that is stopped.
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../progress.ts";
import { demoAgent, keysUnder, s3With } from "./agent.ts";
import { OVER, openReport } from "./report.ts";

const TEN_SECONDS = 10_000;
const AT_MOST = 120_000;

await runTool(async () => {
  const [id = "", fate] = process.argv.slice(2);
  const agent = demoAgent(id);
  const report = openReport();
  const bucket = `latchkey-example-training-${agent.local.accountId}`;
  const asked = await report.does(
    (grant) => `asked to list training manifests for 5 min: ${grant.status}, grant ${grant.id}`,
    () =>
      agent.ask({
        ...{ resource: "training-manifests", access: "list", windowSeconds: 300 },
        purpose: "watch for new training runs",
      }),
  );
  const s3 = s3With(agent.local, await agent.collect(asked.id));
  process.send?.({ grant: asked.id });

  const began = Date.now();
  let calls = 0;
  let refused: string | undefined;
  // The one that is left alone reads until the other has surely been stopped.
  const until = began + (fate === "stopped" ? AT_MOST : TEN_SECONDS);
  while (refused === undefined && Date.now() < until) {
    refused = await keysUnder(s3, bucket, "manifests/").then(
      () => undefined,
      (fault: Error) => fault.name,
    );
    calls += 1;
    await sleep(50);
  }
  const counted = `${calls} calls in ${((Date.now() - began) / 1000).toFixed(1)} s`;
  if (fate === "stopped") {
    if (refused === undefined || !OVER.includes(refused))
      throw new Error(`was not stopped: ${refused ?? counted}`);
    report.note(`${counted}: the last one refused, ${refused}`);
  } else {
    if (refused !== undefined) throw new Error(`was refused: ${refused} after ${counted}`);
    report.note(`on the same access role: ${counted}, none refused`);
    await report.does(
      (grant) => `released: ${grant.status}`,
      () => agent.release(asked.id),
    );
  }
});
