import { ComponentType, HashAlgorithm } from "@cyclonedx/cyclonedx-library/Enums";
import { Bom, Component, LicenseExpression } from "@cyclonedx/cyclonedx-library/Models";
import { JSON as Json, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot5 } from "@cyclonedx/cyclonedx-library/Spec";
import { type Lockfile, nameOf } from "./lockfile.ts";

/** Where Node finds a package from within another: in its own `node_modules`, then in those around it. */
function folderOf({ packages }: Lockfile, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[folder]) return folder;
    if (at === "") return undefined;
  }
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace("@", "%40")}@${version}`;

function componentOf(folder: string, { packages }: Lockfile): Component {
  const name = nameOf(folder);
  const { version, license, integrity } = packages[folder] ?? {};
  if (!version) throw new Error(`${folder} is in a bundle, and not in the lockfile`);
  const component = new Component(ComponentType.Library, name, {
    bomRef: `${name}@${version}#${folder}`,
    version,
    purl: purlOf(name, version),
  });
  if (license) component.licenses.add(new LicenseExpression(license));
  const hash = integrity?.replace(/^sha512-/, "");
  if (hash) component.hashes.set(HashAlgorithm["SHA-512"], Buffer.from(hash, "base64").toString("hex"));
  return component;
}

/**
 * What a thing that ships is made of: CycloneDX 1.5 in JSON, of packages by their folders, as the lockfile has them. The
 * same input makes the same text: no time, no serial number. Not by `npm sbom --omit=dev`, which leaves out packages that
 * a development dependency wants as well (npm 11.19: zod was not in it).
 */
export function sbom(name: string, folders: readonly string[], lockfile: Lockfile): string {
  const version = lockfile.packages[""]?.version;
  if (!version) throw new Error("the lockfile names no version");
  const root = new Component(ComponentType.Application, name, { bomRef: name, version });
  const bom = new Bom();
  bom.metadata.component = root;
  const made = new Map(folders.map((folder) => [folder, componentOf(folder, lockfile)]));
  for (const component of made.values()) bom.components.add(component);
  const wire = (component: Component, from: string): void => {
    const { dependencies, optionalDependencies } = lockfile.packages[from] ?? {};
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = made.get(folderOf(lockfile, from, each) ?? "");
      if (found) component.dependencies.add(found.bomRef);
    }
  };
  wire(root, "");
  for (const [folder, component] of made) wire(component, folder);
  const text = new JsonSerializer(new Json.Normalize.Factory(Spec1dot5)).serialize(bom, {
    sortLists: true,
    space: 2,
  });
  return `${text}\n`;
}
