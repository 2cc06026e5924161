// Scene 5, as a process of its own: before one mail goes to thousands, the assistant pauses; it never holds the right to send.
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../progress.ts";
import { demoAgent } from "./agent.ts";
import { MASS_MAIL } from "./mail.ts";
import { openReport } from "./report.ts";

await runTool(async () => {
  const agent = demoAgent("support-assistant");
  const report = openReport();
  const { permit: _, ...asked } = await report.does(
    (action) =>
      `asked to have “${MASS_MAIL.subject}” sent to ${MASS_MAIL.recipients} customers: ${action.status}`,
    () =>
      agent.act({
        type: "send-mass-mail",
        parameters: MASS_MAIL,
        purpose: "tell customers about Tuesday's outage",
        ticket: "CARE-4712",
      }),
  );
  report.note(asked.decision.rules.map((rule) => `rule ${rule.id}: ${rule.reason}`).join("; "));
  report.note(`digest of the parameters: ${asked.parametersDigest}`);
  process.send?.({ grant: asked.id });
  const permitted = await report.does(
    ({ decision }) =>
      `people decided, by ${decision.plan.flatMap((stage) => stage.approved.map((one) => one.person)).join(", ")}: a signed permit, good once`,
    async () => {
      for (let tries = 0; tries < 240; tries += 1) {
        const action = await agent.lookAtAction(asked.id);
        if (action.permit !== undefined) return { ...action, permit: action.permit };
        if (!["PENDING", "APPROVED", "ACTIVATING"].includes(action.status))
          throw new Error(`the action is ${action.status}`);
        await sleep(500);
      }
      throw new Error("nobody decided");
    },
  );
  await report.isRefused("tried to redeem its own permit", ["wrong_audience"], () =>
    agent.redeem(asked.id, permitted.permit, MASS_MAIL),
  );
  // To whoever performs it: here the parent process carries it to the mail gateway.
  process.send?.({ permit: permitted.permit });
  const action = await report.does(
    ({ outcome }) => `the mail gateway says what came of it: ${outcome?.result}`,
    async () => {
      for (let tries = 0; tries < 120; tries += 1) {
        const now = await agent.lookAtAction(asked.id);
        if (now.outcome) return now;
        await sleep(500);
      }
      throw new Error("no outcome was reported");
    },
  );
  if (action.outcome?.result !== "done") throw new Error(`the action's outcome is ${action.outcome?.result}`);
});
