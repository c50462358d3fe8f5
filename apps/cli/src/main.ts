/**
 * `understudy`: from arguments to an exit code. Help and refusals need no codec, so that part is loaded only for work.
 */
import { readFile } from 'node:fs/promises';
import { helpPage } from './arguments/help.ts';
import { parseCommandLine, type Request } from './arguments/parse.ts';
import { Reporter } from './report/reporter.ts';

/** @returns exit code, as the table in arguments/flags.ts says */
export async function main(words: readonly string[]): Promise<number> {
  quietBrokenPipes();
  let request: Request;
  try {
    request = parseCommandLine(words);
  } catch (error) {
    const reporter = new Reporter(defaultsFor(words));
    reporter.failure(undefined, error);
    return reporter.exitCode;
  }
  if (request.kind === 'help') process.stdout.write(helpPage(request.long, request.command));
  if (request.kind === 'version') process.stdout.write(`understudy ${await version()}\n`);
  if (request.kind !== 'run') return 0;
  const { run } = await import('./commands/run.ts');
  return run(request);
}

/** How to tell a mistake on a command line that could not be read: in the form it seems to ask for. */
function defaultsFor(words: readonly string[]): ConstructorParameters<typeof Reporter>[0] {
  return { json: words.includes('--json'), stdout: false, verbosity: 0, progress: 'never', color: 'auto' };
}

/** A reader that closes early (`| head`) is no error; whoever still has work to do learns it from `write`. */
function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
