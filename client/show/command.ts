import type { AskBody } from "../../functions/core/api/schemas.ts";
import { UNSAFE } from "../../functions/core/unsafe.ts";
import type { BrokerOptions } from "../options.ts";

/**
 * One word for a POSIX shell, on one line and with nothing that a terminal acts on: it is shown to be pasted. (`=` at the
 * front is zsh's.) https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
export const quoted = (word: string): string => {
  const plain = word.replace(UNSAFE, " ");
  return /^[A-Za-z0-9_./:@,+-][A-Za-z0-9_./:@=,+-]*$/.test(plain)
    ? plain
    : `'${plain.replaceAll("'", "'\\''")}'`;
};

const UNITS = [
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Whole seconds as they are typed: `1h30m`. */
export function typedDuration(seconds: number): string {
  let rest = seconds;
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${unit}` : "";
  });
  return parts.join("") || "0s";
}

/** The options that lead to the same broker as the same caller, for a command that is pasted. */
export function whereOptions({ endpoint, region, awsProfile, as, localFile }: BrokerOptions): string[] {
  const options = { endpoint, region, "aws-profile": awsProfile, as, "local-file": localFile };
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

/** A command that can be pasted, asked of the same broker. */
export const commandLine = (words: readonly string[], where: BrokerOptions): string =>
  ["latchkey", ...words, ...whereOptions(where)].map(quoted).join(" ");

/** The ask as the command that makes it. */
export function requestCommand(body: AskBody, where: BrokerOptions): string {
  const { resource, access, windowSeconds, scope } = body;
  const named = {
    ...{ purpose: body.purpose, "starts-at": body.startsAt, task: body.task, ticket: body.ticket },
    ...{ "on-behalf-of": body.onBehalfOf, model: body.model },
  };
  const rest = Object.entries(named).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  const words = ["request", resource, access, "--window", typedDuration(windowSeconds)];
  return commandLine(
    [
      ...words,
      ...(scope ? ["--scope", JSON.stringify(scope)] : []),
      ...rest,
      ...(body.breakGlass ? ["--break-glass"] : []),
      ...(body.masked ? ["--masked"] : []),
    ],
    where,
  );
}
