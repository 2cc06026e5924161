import "./steady.ts";

import { PolicyError } from "../../functions/core/policy/files/problem.ts";
import { CliError, exitCodes } from "../exit.ts";

const CEDAR = "@cedar-policy/cedar-wasm";

/** True of the fault of an import of Cedar where it is not installed. https://nodejs.org/api/errors.html#err_module_not_found */
const isWithoutCedar = (fault: unknown): boolean =>
  fault instanceof Error &&
  "code" in fault &&
  fault.code === "ERR_MODULE_NOT_FOUND" &&
  fault.message.includes(CEDAR);

/**
 * Does what needs Cedar. `work` imports it when it is called: it is an optional peer of the package, which agents do without.
 * A policy that does not load is told in its own words.
 */
export async function withCedar<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (isWithoutCedar(fault))
      throw new CliError(`The policy commands need Cedar: npm install ${CEDAR}@4.13.0`, exitCodes.config);
    if (fault instanceof PolicyError) throw new CliError(fault.message, exitCodes.config);
    throw fault;
  }
}
