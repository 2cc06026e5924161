import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../../options.ts";

export type MakeOptions = BrokerOptions & {
  month?: string;
  events?: string;
  policy?: string;
  previous?: string;
  out?: string;
  sign?: boolean;
  local?: boolean;
  comment?: string;
  json?: boolean;
};
export type SignOffOptions = BrokerOptions & {
  group?: string[];
  again?: boolean;
  wait: boolean;
  timeout?: string;
  json?: boolean;
};
export type VerifyOptions = {
  jwks?: string;
  events?: string;
  complete?: boolean;
  json?: boolean;
  local?: boolean;
  localFile?: string;
  as?: string;
};

const more = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds to `latchkey review` what makes an access review, and what becomes of one. */
export function addAccessReview(review: Command): void {
  review
    .option("--month <yyyy-mm>", "make the access review of a month, in UTC")
    .option("--events <folder|s3://…>", "with --month: a copy of the record's bucket, or the bucket itself")
    .option("--policy <folder>", "with --month: the policy that is evaluated (default: policy)")
    .option("--previous <commit|folder>", "with --month: the policy of the review before, to compare with")
    .option("--out <folder>", "with --month: where to write it (default: access-review-<month>)")
    .option("--sign", "with --month: have Latchkey sign it, asking as an agent that may")
    .option("--local", "with --month and s3://…: the local AWS, as npm run local wrote it down");

  const signOff = review
    .command("sign-off")
    .argument("<pack>", "the folder of an access review")
    .description(
      "Ask the groups that own what a review tells of to sign it off, by mail, and keep their answers.",
    )
    .option("--group <group>", "ask this group alone (repeat for more)", more)
    .option("--again", "ask those anew who said no, or did not answer in time")
    .option("--no-wait", "only ask, or look; run it again for the answers")
    .option("--timeout <duration>", "how long to wait for people (else: until they have decided)")
    .option("--json", "what became of each, for a program");
  // `review` has options of the same names, which take what stands behind `sign-off` or `verify`.
  withBroker(signOff).action(async (pack: string) => {
    const { signOffHere } = await import("./sign-off-here.ts");
    await signOffHere(pack, signOff.optsWithGlobals<SignOffOptions>());
  });

  const verify = review
    .command("verify")
    .argument("<pack>", "the folder of an access review")
    .description("Check offline that a review is as it was signed, and who signed it off.")
    .option("--jwks <file>", "Latchkey's public keys, kept elsewhere: without them nobody knows who signed")
    .option(
      "--events <folder|s3://…>",
      "the record, to hold the sign-offs to (that it is whole, audit verify shows)",
    )
    .option("--complete", "fail unless every owner group has signed it off")
    .option("--local", "the local AWS, as npm run local wrote it down in .latchkey/local.json")
    .option("--local-file <file>", "the same, by another file")
    .option("--as <identity>", "with --local: which of its identities asks")
    .option("--json", "the whole of what was found, for a program")
    .addHelpText(
      "after",
      "\nExit codes: 0 as it was signed, 1 tampered, 2 cannot tell, 75 not all have signed it off.",
    );
  verify.action(async (pack: string) => {
    const { verifyHere } = await import("./verify-here.ts");
    await verifyHere(pack, verify.optsWithGlobals<VerifyOptions>());
  });
}
