import { resolve } from "node:path";
import { plainText } from "../../../functions/core/text.ts";
import type { Month } from "../../audit/report/month.ts";
import { bold, green, red, yellow } from "../../progress.ts";
import type { Verified } from "./verify.ts";
import type { GroupState } from "./verify-group.ts";

const STATES: Readonly<Record<GroupState["state"], (by: string) => string>> = {
  "not asked": () => "was not asked",
  waiting: () => "is asked, and has not answered",
  signed_off: (by) => `signed it off: ${by}`,
  rejected: (by) => `REJECTED it: ${by}`,
  over: () => "did not answer in time",
};

/** What became of a group's sign-off, in words. */
export const groupLine = ({ group, state, by }: GroupState): string =>
  `${group} ${STATES[state](plainText(by.join(", ")) || "nobody named")}`;

const headline: Readonly<Record<Verified["verdict"], (month: string) => string>> = {
  whole: (month) => green(`The access review of ${month} is as it was signed.`),
  tampered: (month) => red(`The access review of ${month} is NOT as it was signed.`),
  cannot_tell: (month) =>
    yellow(`Nothing is known to be wrong with the access review of ${month}, and not all of it is proved.`),
};

/** What a check of a pack found, for people. What a pack says is text on a terminal, and nothing else. */
export function verifiedLines({ verdict, findings, manifest, digest, signed, groups }: Verified): string[] {
  return [
    headline[verdict](manifest?.month ?? "this folder"),
    ...(manifest
      ? [
          `  made       ${manifest.madeAt}, of policy ${manifest.policyVersion.slice(0, 19)}…${manifest.isOver ? "" : ", before the month was over"}`,
        ]
      : []),
    ...(digest ? [`  manifest   ${digest}`] : []),
    ...(signed
      ? [
          `  signed     ${new Date(signed.at).toISOString()} for ${plainText(signed.agent)} (grant ${signed.grant}), key ${signed.key}`,
        ]
      : []),
    ...groups.map((each) => `  ${each.proof === "record" ? "sign-off  " : "pack says "} ${groupLine(each)}`),
    ...(findings.length > 0 ? [bold("Found"), ...findings.map(({ says }) => `  ${plainText(says)}`)] : []),
  ];
}

/** What is said of a pack that was made. What nobody signed is not signed off either. */
export function madeText(made: {
  out: string;
  month: Pick<Month, "name" | "isOver">;
  files: number;
  isSigned: boolean;
}): { text: string; next: string } {
  const { out, month, files, isSigned } = made;
  const what = `${files} files, ${isSigned ? "signed" : "not signed"}`;
  return {
    text: `${out}: the access review of ${month.name}${month.isOver ? "" : ", which is not over"} (${what})\n`,
    next: isSigned ? `Next: latchkey review sign-off ${JSON.stringify(resolve(out))}\n` : "",
  };
}
