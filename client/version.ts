// By name, so that the bundle has this and not the rest of the file.
import { version as release } from "../package.json";

/** The release that this is: one number for all that the package holds. */
export const version = release;
