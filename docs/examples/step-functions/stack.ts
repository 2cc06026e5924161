import { fileURLToPath } from "node:url";
import { ArnFormat, Aws, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { ArnPrincipal, CompositePrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge, acknowledgeWildcard } from "../../../infra/acknowledged.ts";
import { targetOf } from "../../../infra/local.ts";
import { names, STAGE } from "../../../infra/names.ts";
import { allow } from "../../../infra/permissions.ts";
import { runOn } from "../../../infra/run-on.ts";
import { type PipelineFile, PipelineFunction, type PipelineFunctionProps, pipelineCode } from "./function.ts";
import { PipelineMachine } from "./machine.ts";

/** The agent of the catalogue that this pipeline is, and the role by which the catalogue knows it. */
const AGENT = "training-pipeline";
const NAME = "latchkey-example-training-pipeline";

/** The routes that its functions call. */
const ROUTES = [
  "GET/catalogue",
  "GET/grants/*",
  "POST/grants",
  "POST/grants/*/credentials",
  "POST/grants/*/release",
];

/** What may end a wait. The event is a hint: the function asks the broker what is the case. */
const EVENTS = [
  "grant.activated",
  "grant.rejected",
  "grant.expired",
  "grant.cancelled",
  "grant.denied",
  "grant.failed",
  "grant.revoking",
  "grant.ended",
];

/** A Step Functions pipeline that gets its data through Latchkey. One stack beside Latchkey's own, in the same account. */
export class TrainingPipelineStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { description: "Latchkey example: a training pipeline on Step Functions" });
    const target = targetOf(this);
    const apiId = new CfnParameter(this, "SignedApiId", {
      description: "Latchkey's signed API: output SignedApiId of LatchkeyBroker.",
      allowedPattern: "[a-z0-9]+",
    }).valueAsString;
    const url = `https://${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE}`;
    const endpoint = target.approvalApiUrl(this, { path: `${apiId}/${STAGE}`, url });

    const waiting = new Table(this, "Waiting", {
      partitionKey: { name: "grantId", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expires",
      removalPolicy: RemovalPolicy.DESTROY, // who waits, and no longer than an execution lives
    });
    acknowledge(
      waiting,
      "AwsSolutions-DDB3",
      "Task tokens of running executions: worth nothing once restored.",
    );
    const failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: target.enforceTls,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      failures,
      "AwsSolutions-SQS3",
      "Events that were given up on wait here; the hourly look sees to them.",
    );

    const machineArn = this.formatArn({
      ...{ service: "states", resource: "stateMachine", resourceName: NAME },
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const answering = allow(["states:SendTaskFailure", "states:SendTaskSuccess"], [target.about(machineArn)]);
    const table = (...actions: string[]) => allow(actions, [waiting.tableArn]);
    // By its name, as the functions that may assume it are made first.
    const agentRoleArn = this.formatArn({
      ...{ service: "iam", region: "", resource: "role", resourceName: NAME },
    });
    const assuming = allow(["sts:AssumeRole"], [agentRoleArn]);
    const environment = { LATCHKEY_ENDPOINT: endpoint, AGENT_ROLE_ARN: agentRoleArn };
    const waits = { ...environment, WAITING_TABLE: waiting.tableName };
    const code = pipelineCode();
    const make = (file: PipelineFile, props: Omit<PipelineFunctionProps, "code">): PipelineFunction =>
      new PipelineFunction(this, file, { ...props, code });
    const ask = make("ask", { description: "asks for access", environment, permissions: [assuming] });
    const getAccess = make("get-access", {
      description: "keeps a task token, and looks",
      environment: waits,
      permissions: [
        assuming,
        answering,
        table("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
      ],
    });
    const wake = make("wake", {
      description: "answers whoever waits, on an event",
      environment: waits,
      permissions: [
        ...[assuming, answering, table("dynamodb:DeleteItem", "dynamodb:GetItem")],
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
    });
    const train = make("train", {
      description: "trains, with credentials that it collects",
      environment,
      permissions: [assuming],
      timeoutSeconds: 300,
    });
    const giveBack = make("give-back", {
      description: "gives access back",
      environment,
      permissions: [assuming],
    });

    // The agent: what it may do in AWS by itself is to call the broker, no more. Everything else is granted, for a while.
    const functions = [ask, getAccess, wake, train, giveBack];
    const agent = new Role(this, "Agent", {
      roleName: NAME,
      description: "The agent training-pipeline of Latchkey's catalogue",
      assumedBy: new CompositePrincipal(...functions.map(({ role }) => new ArnPrincipal(role.roleArn))),
    });
    for (const route of ROUTES) {
      const arn = this.formatArn({
        service: "execute-api",
        resource: apiId,
        resourceName: `${STAGE}/${route}`,
      });
      agent.addToPolicy(allow(["execute-api:Invoke"], [arn]));
      if (arn.includes("*"))
        acknowledgeWildcard(agent, arn, "A grant's id is not known before it is asked for.");
    }

    runOn(wake, "Events", {
      rule: {
        eventBus: EventBus.fromEventBusName(this, "Bus", names.bus),
        description: "Latchkey example: what ends the pipeline's wait for access",
        eventPattern: { source: ["latchkey"], detailType: EVENTS, detail: { facts: { agent: [AGENT] } } },
      },
      failures,
      maxEventAge: Duration.hours(1),
    });
    const { machine } = new PipelineMachine(this, "Machine", {
      name: NAME,
      definition: fileURLToPath(new URL("training-pipeline.asl.json", import.meta.url)),
      tasks: { Ask: ask, GetAccess: getAccess, Train: train, GiveBack: giveBack },
    });
    new CfnOutput(this, "StateMachineArn", { value: machine.stateMachineArn });
    new CfnOutput(this, "AgentRoleArn", { value: agent.roleArn });
  }
}
