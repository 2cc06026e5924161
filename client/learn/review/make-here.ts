import type { Source } from "../../../functions/core/audit/verify/source.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import { readMonth } from "../../audit/report/month.ts";
import { sourceFrom } from "../../audit/source.ts";
import { openHere, pause } from "../../broker/open.ts";
import { CliError, exitCodes, told } from "../../exit.ts";
import { policyBefore } from "../../policy/compare.ts";
import { namedFolder } from "../../policy/named.ts";
import { openBar } from "../../progress.ts";
import { version } from "../../version.ts";
import { nothingAsked, recordedEvents } from "../record/read.ts";
import { recordedUse, type UsedCall } from "../record/use.ts";
import type { MakeOptions } from "./commands.ts";
import { fetchText } from "./fetch-text.ts";
import { gatherMonth, LOOK_BACK_MS } from "./gather.ts";
import { MANIFEST, readManifest } from "./manifest.ts";
import { filesOf, reviewOf } from "./pack.ts";
import { madeText } from "./show.ts";
import { signReview } from "./sign.ts";
import { checkPlace, writePack } from "./write-pack.ts";

const depsOf = (folder: PolicyFolder): DecideDeps => loadWithCases(folder).deps;

/** The calls of a month; undefined where no use is kept in this record at all, which is another thing than no calls. */
async function callsIn(
  source: Source,
  period: { from: number; until: number },
): Promise<UsedCall[] | undefined> {
  let isKept = false;
  for await (const { key } of source.list()) if (/^usage\//.test(key)) isKept = true;
  if (!isKept) return undefined;
  const calls: UsedCall[] = [];
  for await (const call of recordedUse(source, period)) calls.push(call);
  return calls;
}

/** `latchkey review --month`: makes the pack, signed where that is wanted, whole or not at all. */
export async function makeHere(options: MakeOptions): Promise<void> {
  const madeAt = Date.now();
  const month = readMonth(options.month ?? "", madeAt);
  if (options.events === undefined)
    throw new CliError("Name the record with --events: a copy of its bucket, or s3://….", exitCodes.usage);
  const out = options.out ?? `access-review-${month.id}`;
  checkPlace(out);
  const policy = options.policy ?? "policy";
  const deps = depsOf(namedFolder(policy));
  const previous =
    options.previous === undefined ? undefined : depsOf(policyBefore(policy, options.previous));
  const { source } = await sourceFrom(options.events, options);
  const period = { from: Date.parse(month.from), until: Date.parse(month.to) };
  const wide = { from: period.from - LOOK_BACK_MS, until: Number.MAX_SAFE_INTEGER };
  const bar = openBar();
  const gathered = await gatherMonth(
    recordedEvents(source, wide, ({ done, total }) =>
      bar.show({ done, total, text: `${done} of ${total} files` }),
    ),
    period,
  ).finally(() => bar.close());
  if (gathered.asked.length === 0) throw nothingAsked(`in ${month.name}`, "another month with --month");
  const calls = await callsIn(source, period);
  const review = await reviewOf({
    ...{ month, gathered, deps, madeAt },
    ...(calls ? { calls } : {}),
    ...(previous ? { previous } : {}),
  });
  const files = filesOf(review, version);
  if (options.sign) await addSignature(files, options);
  writePack(out, files);
  const { text, next } = madeText({ out, month, files: files.size, isSigned: options.sign === true });
  process.stdout.write(told(text));
  process.stderr.write(next);
}

async function addSignature(files: Map<string, string>, options: MakeOptions): Promise<void> {
  const read = readManifest(files.get(MANIFEST) ?? "");
  if (!read.ok) throw new CliError("The review that was made cannot be read back: nothing was signed.");
  const { broker } = openHere(options);
  const signature = await signReview({ broker, now: Date.now, pause, fetchText }, read);
  for (const [name, text] of signature) files.set(name, text);
}
