import { availableParallelism } from "node:os";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
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
  if (gathered.asked() === 0) throw nothingAsked(wherein(options));
  return gathered.report({
    ...{ period, policy: sideOf(policy), examples },
    against: against && sideOf(against),
  });
}

const wherein = ({ period, agent, rule }: ReplayOptions): string =>
  [
    periodText(period),
    ...(agent === undefined ? [] : [`by ${agent}`]),
    ...(rule === undefined ? [] : [`about rule ${rule}`]),
  ].join(" ");
