import { availableParallelism } from "node:os";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { openBar } from "../../progress.ts";
import { type Period, periodText } from "../record/period.ts";
import { nothingAsked, type Piece } from "../record/read.ts";
import { replayPieces } from "./pool.ts";
import { gathering, type Report, type Side } from "./report.ts";
import { piecesOf, type SourceOptions } from "./source.ts";
import { asksText } from "./text.ts";

export type Policies = { policy: Side & { bundle: PolicyBundle }; against?: Side & { bundle: PolicyBundle } };
export type ReplayOptions = SourceOptions & {
  period: Period;
  examples: number;
  jobs?: number | undefined;
  agent?: string | undefined;
  rule?: string | undefined;
};

const sideOf = ({ name, version }: Side): Side => ({ name, version });

/** Decides every recorded ask of a period again, and gathers what would be otherwise. Throws where nothing was asked. */
export async function replayRecord({ policy, against }: Policies, options: ReplayOptions): Promise<Report> {
  const { period, agent, rule, examples, jobs = availableParallelism() } = options;
  const gathered = gathering({ rule });
  const bar = openBar();
  const setup = { policy: policy.bundle, against: against?.bundle, period, agent };
  async function* pieces(): AsyncGenerator<Piece> {
    for await (const { piece, done, total } of piecesOf(options, period)) {
      bar.show({ done, total, text: `${asksText(gathered.asked())} decided again` });
      yield piece;
    }
  }
  try {
    await replayPieces(pieces(), setup, { jobs, took: gathered.took });
  } finally {
    bar.close();
  }
  if (gathered.asked() === 0)
    throw nothingOf(options, against ? [policy.bundle, against.bundle] : [policy.bundle]);
  return gathered.report({
    ...{ period, policy: sideOf(policy), examples },
    against: against && sideOf(against),
  });
}

/** Nothing was asked in the period; or nothing is called so, in a policy or on record, and no period would have it. */
function nothingOf(options: ReplayOptions, policies: readonly PolicyBundle[]): CliError {
  const { agent, rule } = options;
  const nobody = (what: string): CliError =>
    new CliError(
      `There is no ${what}: neither the policy has it, nor the record of that time.`,
      exitCodes.cannotTell,
    );
  const isIn = (id: string | undefined, all: (policy: PolicyBundle) => readonly { id: string }[]) =>
    id === undefined || policies.some((each) => all(each).some((one) => one.id === id));
  if (!isIn(agent, ({ catalogue }) => catalogue.agents)) return nobody(`agent ${agent}`);
  if (!isIn(rule, ({ rules }) => rules)) return nobody(`rule ${rule}`);
  return nothingAsked(wherein(options));
}

const wherein = ({ period, agent, rule }: ReplayOptions): string =>
  [
    periodText(period),
    ...(agent === undefined ? [] : [`by ${agent}`]),
    ...(rule === undefined ? [] : [`about rule ${rule}`]),
  ].join(" ");
