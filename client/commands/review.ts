import type { Command } from "commander";
import { LatchkeyError } from "../errors.ts";
import { addAccessReview, type MakeOptions } from "../learn/review/commands.ts";
import { withBroker } from "../options.ts";
import { print } from "../show/output.ts";

const wrong = (sentence: string): LatchkeyError => new LatchkeyError("usage", sentence);

/** `latchkey review <grant> --comment …`: closes the review of a broken glass. `--month`: makes an access review. */
export function addReview(latchkey: Command): void {
  const review = latchkey
    .command("review")
    .argument("[grant]", "the id of the grant that broke the glass")
    .description("Close the review of an emergency, or make the access review of a month (--month).")
    .usage(
      "<grant> --comment <text> | --month <yyyy-mm> --events <folder|s3://…> | sign-off <pack> | verify <pack>",
    )
    .option("--comment <text>", "of a grant: why it was right, or what follows from it")
    .option("--json", "of a grant: the API's answer as it is");
  addAccessReview(review);
  withBroker(review).action(async (id: string | undefined, options: MakeOptions) => {
    if (options.month !== undefined) {
      if (id !== undefined) throw wrong("Either a grant, or --month: not both.");
      const { makeHere } = await import("../learn/review/make-here.ts");
      const { withCedar } = await import("../policy/with-cedar.ts");
      return withCedar(() => makeHere(options));
    }
    if (id === undefined)
      throw wrong("Name the grant that broke the glass, or a month with --month 2026-10.");
    if (!options.comment) throw wrong("Say why it was right, or what follows from it: --comment.");
    const { openHere } = await import("../broker/open.ts");
    const { grantLines } = await import("../show/grant.ts");
    const grant = await openHere(options).broker.review(id, options.comment);
    print(options.json, grant, () => grantLines(grant));
  });
}
