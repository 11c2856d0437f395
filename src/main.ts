import { systemClock } from "./actor/clock.ts";
import { EmbeddedPostgresError } from "./adapters/postgres/embedded-errors.ts";
import { createApp } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import { PortInUseError } from "./http/server.ts";
import { launcherGone } from "./launcher.ts";
import { limits } from "./limits.ts";
import { openingLines } from "./organiser/opening-lines.ts";

const startedMs = performance.now();
process.exitCode = await serve();
// Whatever a library has left open must not keep a stopped service alive.
process.exit();

async function serve(): Promise<number> {
  const stop = stopSignal();
  try {
    const config = readConfig();
    await using app = await createApp(config, { tell });
    tell(`Floodgate is ready after ${Math.round(performance.now() - startedMs)} ms.`);
    tell(`  attendees  ${config.publicUrl}/`);
    if (config.hasInbox) tell(`  inbox      ${config.publicUrl}/dev/inbox`);
    tell(`  API docs   ${config.publicUrl}/docs`);
    for (const line of openingLines(app.snapshots, systemClock.nowMs())) tell(line);
    const gone = config.isUnderNpx ? launcherGone(systemClock, limits.launcherPollMs) : stop;
    const reason = await Promise.race([stop, gone, app.lost]);
    tell(reason instanceof Error ? `Stopping: ${reason.message}` : "Finishing what is under way …");
    return reason instanceof Error ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    return 1;
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What a person at the terminal can act on; only what nobody foresaw keeps its stack. */
function sentence(error: unknown): string {
  const isForeseen =
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof PortInUseError;
  if (error instanceof Error) return isForeseen ? error.message : (error.stack ?? error.message);
  return String(error);
}

/** npx and terminals send one Ctrl-C twice; a later one means that the person will not wait. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | null = null;
    const onSignal = () => {
      firstMs ??= performance.now();
      resolve();
      if (performance.now() - firstMs > limits.repeatedSignalMs) process.exit(1);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  });
}
