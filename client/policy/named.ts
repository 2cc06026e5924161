import { statSync } from "node:fs";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { CliError, exitCodes } from "../exit.ts";
import { folderAt } from "./folder.ts";

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A policy folder that a user names, or did not name where there is none by the usual name. */
export function namedFolder(dir: string, option = "--policy"): PolicyFolder {
  if (isFolder(dir)) return folderAt(dir);
  throw new CliError(`There is no policy folder ${dir}: name it with ${option}.`, exitCodes.usage);
}
