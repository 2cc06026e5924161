import { crc32 } from "node:zlib";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { admin, local } from "../../e2e/world.ts";

const NAME = "bench-no-op";
const CODE = 'exports.handler = async () => { console.log("no-op"); return {}; };\n';

/** A zip with one stored file. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3 */
function zipped(name: string, text: string): Buffer {
  const [path, data] = [Buffer.from(name), Buffer.from(text)];
  const about = Buffer.alloc(26);
  about.writeUInt16LE(20, 0);
  about.writeUInt32LE(crc32(data), 10);
  about.writeUInt32LE(data.length, 14);
  about.writeUInt32LE(data.length, 18);
  about.writeUInt16LE(path.length, 22);
  const entry = Buffer.concat([Buffer.from("PK\x03\x04"), about, path, data]);
  const [made, rest] = [Buffer.from([20, 0]), Buffer.alloc(14)];
  const listed = Buffer.concat([Buffer.from("PK\x01\x02"), made, about, rest, path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(entry.length, 12);
  return Buffer.concat([entry, listed, Buffer.from("PK\x05\x06"), end]);
}

/** A function that does nothing, to be invoked beside the real ones: what the local Lambda takes by itself. */
export async function withNoOp<T>(work: (invoke: () => Promise<unknown>) => Promise<T>): Promise<T> {
  const lambda = new LambdaClient(await admin());
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: NAME,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${local().accountId}:role/latchkey-public-documents`,
      Code: { ZipFile: zipped("index.js", CODE) },
    }),
  );
  try {
    return await work(() => lambda.send(new InvokeCommand({ FunctionName: NAME })));
  } finally {
    await lambda.send(new DeleteFunctionCommand({ FunctionName: NAME }));
  }
}
