// npm run local
import { relative } from "node:path";
import { bold, dim } from "../client/progress.ts";
import { companyOptions } from "./company.ts";
import type { LocalJson } from "./local-json.ts";
import { instancePaths } from "./paths.ts";
import { runTool } from "./progress.ts";
import { startLocal } from "./start.ts";

const file = relative(process.cwd(), instancePaths().localJson) || instancePaths().localJson;

/** Shell lines that work by copy and paste in bash and zsh (curl 7.75 or newer signs; node reads the keys). */
function thingsToTry({ apiUrl, region, mailboxUrl }: LocalJson): string {
  return `${bold("Four things to try")} ${dim("(paste these two lines first: they sign requests as an agent)")}

  keys() { node -p "(({accessKeyId:a,secretAccessKey:s})=>a+':'+s)(JSON.parse(require('fs').readFileSync('${file}')).identities['$1'])"; }
  as() { who="$1"; shift; curl -sS --aws-sigv4 aws:amz:${region}:execute-api --user "$(keys "$who")" -H 'content-type: application/json' "$@"; echo; }

${bold("1.")} What may the fine-tuning pipeline ask for? Ask for some of it: nobody has to approve that.

  as finetune-pipeline ${apiUrl}/catalogue
  as finetune-pipeline ${apiUrl}/grants -d '{"resource":"support-conversations","access":"read","windowSeconds":300,"purpose":"trying Latchkey"}'

${bold("2.")} Collect the credentials with the id that it answered; they can do this one thing until the window ends.

  as finetune-pipeline -X POST ${apiUrl}/grants/ID/credentials

${bold("3.")} Ask for personal data, and approve it: open the link in the mail, and type the code beside it.

  as support-assistant ${apiUrl}/grants -d '{"resource":"claims","access":"read","windowSeconds":300,"purpose":"answering a customer"}'
  curl -sS ${mailboxUrl} | node -p "Object.values(JSON.parse(require('fs').readFileSync(0)).messages).flat().at(-1)?.BodyText ?? 'No mail yet.'"

${bold("4.")} Ask the record what was decided, as its auditor.

  npm run -s latchkey -- audit --local-file ${file} query decisions-by-day --from 2026-01-01 --to 2100-01-01
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
