// The package ships no types of its own.
declare module "asl-validator" {
  const validate: (definition: object) => { isValid: boolean; errorsText(): string };
  // biome-ignore lint/style/noDefaultExport: it is what the package exports
  export default validate;
}
