import { App } from "aws-cdk-lib";
import { targetOf } from "../../../infra/local.ts";
import { TrainingPipelineStack } from "./stack.ts";

const app = new App();
if (targetOf(app).nag) {
  // With it come all of Latchkey's own stacks, which nothing else here needs.
  const { addNag } = await import("../../../infra/latchkey.ts");
  addNag(app);
}
new TrainingPipelineStack(app, "LatchkeyExamplePipeline");
