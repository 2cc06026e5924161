// `npm run model`: the model holds, and does not when any one fence is taken out. Exit code 3 says that nothing was checked.
import { fenceNames, fences, missing, verify, whole, without } from "./spin.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

if (missing.length > 0) {
  say(`Not checked: there is no ${missing.join(" and no ")} here (apt-get install spin gcc libc6-dev).`);
  process.exit(3);
}
for (const [title, check] of Object.entries(whole)) {
  const { states, broken } = await verify(check);
  say(`${broken ? "BROKEN" : "holds "}  ${title}: ${broken ?? `${states.toLocaleString("en")} states`}`);
  if (broken) process.exitCode = 1;
}
for (const fence of fenceNames) {
  const broken = await without(fence);
  const asExpected = broken === fences[fence];
  say(`${asExpected ? "breaks" : "WRONG "}  ${fence}: ${broken ?? "nothing noticed"}`);
  if (!asExpected) process.exitCode = 1;
}
