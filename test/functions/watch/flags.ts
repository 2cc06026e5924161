// npm run flags -- --days 30 --seed 1: how often each rule of policy/flags.yaml rings in ordinary work.
import { parseArgs } from "node:util";
import { measure, sumOf } from "./measure.ts";

const { values } = parseArgs({
  options: { days: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
});
const measured = measure(Number(values.days), Number(values.seed));
const { days, told, agentDays, flags } = measured;
const per = (count: number): string => (count / agentDays).toFixed(4);
const rows = flags.map(
  ({ rule, action, raised }) => `| \`${rule}\` | ${action} | ${raised} | ${per(raised)} |`,
);
const alarms = sumOf(measured, "alert", "revoke", "lockdown");
process.stdout.write(
  [
    `${days} days of ordinary work, seed ${values.seed}: ${told} events of ${agentDays / days} agents.`,
    "",
    ...["| rule | action | false alarms | per agent and day |", "|---|---|---|---|", ...rows],
    "",
    `Notes: ${sumOf(measured, "note")}. What people hear of: ${alarms}, ${per(alarms)} per agent and day. Stops: ${sumOf(measured, "revoke", "lockdown")}.`,
    "",
  ].join("\n"),
);
