// npm run local
import { dirname, relative } from "node:path";
import { bold, dim } from "../client/progress.ts";
import { companyOptions } from "./company.ts";
import type { LocalJson } from "./local-json.ts";
import { instancePaths } from "./paths.ts";
import { runTool } from "./progress.ts";
import { startLocal } from "./start.ts";

const file = relative(process.cwd(), instancePaths().localJson) || instancePaths().localJson;

/** Shell lines that work by copy and paste in bash and zsh. */
function thingsToTry({ mailboxUrl }: LocalJson): string {
  return `${bold("Four things to try")} ${dim("(paste these two lines first: they build the command, and set where it looks)")}

  npm run -s package && export PATH="$PWD/build/bin:$PATH"
  export LATCHKEY_HOME=${dirname(file)}

${bold("1.")} What may the fine-tuning pipeline ask for? Ask for some of it: nobody has to approve that.

  latchkey catalogue --as finetune-pipeline
  latchkey request support-conversations read --window 5m --purpose "trying Latchkey" --as finetune-pipeline

${bold("2.")} Collect the credentials with the id that it answered; they can do this one thing until the window ends.

  latchkey credentials --grant ID --as finetune-pipeline

${bold("3.")} Ask for personal data, and approve it: open the link in the mail, and type the code beside it.

  latchkey request claims read --window 5m --purpose "answering a customer" --no-wait --as support-assistant
  curl -sS ${mailboxUrl} | node -p "Object.values(JSON.parse(require('fs').readFileSync(0)).messages).flat().at(-1)?.BodyText ?? 'No mail yet.'"

${bold("4.")} Ask the record what was decided, as its auditor.

  latchkey audit --local-file ${file} query decisions-by-day --from 2026-01-01 --to 2100-01-01
`;
}

await runTool(async () => {
  const { local } = await startLocal(companyOptions());
  console.log(`
${bold("Latchkey is up")}, on this machine only, and stays up: npm run local:down stops it.

  signed API      ${local.apiUrl}
  approval pages  ${local.approvalUrl}
  mails           ${local.mailboxUrl}
  Slack notices   ${local.noticesUrl}
  keys            ${file} ${dim(`(${Object.keys(local.identities).join(", ")})`)}
  log             ${relative(process.cwd(), instancePaths().serverLog)}

${thingsToTry(local)}`);
});
