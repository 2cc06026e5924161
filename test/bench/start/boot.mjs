// What Lambda does before the first event: a fresh process, and the bundle imported. Milliseconds since the process began,
// and those in which it had a processor, which a busy machine changes less.
const { handler } = await import(process.argv[2]);
const { user, system } = process.cpuUsage();
if (typeof handler !== "function") throw new Error("no handler");
process.stdout.write(JSON.stringify({ took: performance.now(), cpu: (user + system) / 1000 }), () =>
  process.exit(0),
);
