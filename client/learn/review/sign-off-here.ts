import { durationIn } from "../../ask.ts";
import { openHere, pause } from "../../broker/open.ts";
import { CliError, exitCodes, told } from "../../exit.ts";
import { print } from "../../show/output.ts";
import { openSpinner } from "../../show/spinner.ts";
import { whenStopped } from "../../stop.ts";
import type { SignOffOptions } from "./commands.ts";
import { type Manifest, SIGNATURE, signOffFile, signOffParameters, signOffPermit } from "./manifest.ts";
import { manifestOf, type PackFiles, readPack, textIn } from "./read-pack.ts";
import { groupLine } from "./show.ts";
import { askGroup, type SignOff, settleGroup, signOff, whoSaid } from "./sign-off.ts";
import { verifyPack } from "./verify.ts";
import { dropFromPack, putInPack } from "./write-pack.ts";

/** What the pack has of a group's sign-off from before. `checkWhole` has read it: it is as one is kept, and of this review. */
function keptOf(found: PackFiles, group: string): SignOff | undefined {
  const text = textIn(found, signOffFile(group));
  return text === undefined ? undefined : signOff.parse(JSON.parse(text));
}

/** Nobody is asked to sign off what was changed since it was made, or what nobody signed. */
async function checkWhole(pack: string, found: PackFiles): Promise<{ manifest: Manifest; digest: string }> {
  const read = manifestOf(pack, found);
  const { findings } = await verifyPack({ found });
  const wrong = findings.find(({ weight }) => weight === "tampered");
  if (wrong) throw new CliError(`Nobody was asked. ${wrong.says}`, exitCodes.tampered);
  if (textIn(found, SIGNATURE) === undefined)
    throw new CliError(
      `Nobody was asked. ${pack} is not signed: make it again with --sign.`,
      exitCodes.cannotTell,
    );
  return read;
}

/** `latchkey review sign-off`: asks each owner group, all at once, and keeps what they answer as it comes. */
export async function signOffHere(pack: string, options: SignOffOptions): Promise<void> {
  const found = await readPack(pack);
  const review = await checkWhole(pack, found);
  const { manifest, digest } = review;
  const groups = options.group ?? Object.keys(manifest.groups);
  const { broker } = openHere(options);
  const { signal, close } = whenStopped();
  const spinner = openSpinner();
  const deps = { broker, now: Date.now, pause };
  const timeoutSeconds = options.wait
    ? options.timeout === undefined
      ? undefined
      : durationIn("--timeout", options.timeout)
    : 0;
  try {
    // One after the other: each is mailed before anybody is waited for.
    const asked = [];
    for (const group of groups) {
      spinner.say(`Asking ${group}`);
      const before = keptOf(found, group);
      const action = await askGroup(deps, review, group, { before, again: options.again === true });
      asked.push({ group, action });
      // What is in the pack of another ask is no part of this one.
      if (before && before.grant !== action.id) dropFromPack(pack, signOffPermit(group));
    }
    const settled = await Promise.all(
      asked.map(async ({ group, action }): Promise<SignOff> => {
        const parameters = signOffParameters(manifest, digest, group);
        if (!parameters) throw new CliError(`Group ${group} owns nothing in this review.`, exitCodes.usage);
        const files = await settleGroup(deps, action, parameters, {
          signal,
          ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
        });
        for (const [name, text] of files) putInPack(pack, name, text);
        return signOff.parse(JSON.parse(files.get(signOffFile(group)) ?? ""));
      }),
    );
    spinner.close();
    tell(settled, options);
  } finally {
    spinner.close();
    close();
  }
}

function tell(settled: readonly SignOff[], { json }: SignOffOptions): void {
  print(json, settled, () =>
    told(
      settled
        .map((each) => {
          const { ownerGroup: group, state } = each;
          return `${groupLine({ group, state, by: whoSaid(each), proof: "pack" })}\n`;
        })
        .join(""),
    ),
  );
  const open = settled.filter(({ state }) => state !== "signed_off");
  if (open.length === 0) return;
  const isNo = open.some(({ state }) => state === "rejected");
  process.exitCode = isNo ? exitCodes.rejected : exitCodes.pending;
}
