/**
 * Everything the program says. Results go to standard output (JSON: one object a line), remarks, errors and progress
 * to standard error. With `-c` standard output is the data, so JSON moves to standard error.
 */
import { exitCodes, type ExitCode } from '../arguments/flags.ts';
import type { Options } from '../arguments/parse.ts';
import type { CliError } from '../errors.ts';
import { describeError } from './exit-code.ts';
import { ProgressLine } from './progress.ts';
import { styleFor, wantsColor, type Style } from './style.ts';
import { printable } from './units.ts';

/** Version of the shape of the JSON objects; fields may be added under the same number. */
const jsonSchema = 1;

type Said = Pick<Options, 'json' | 'stdout' | 'verbosity' | 'progress' | 'color'>;

export class Reporter {
  /** The worst exit code so far. */
  exitCode: ExitCode = exitCodes.ok;
  private readonly style: Style;
  private readonly showsProgress: boolean;
  private line?: ProgressLine;

  constructor(private readonly options: Said) {
    this.style = styleFor(wantsColor(options.color, process.stderr.isTTY, process.env));
    const byItself =
      process.stderr.isTTY && process.env.TERM !== 'dumb' && !options.json && options.verbosity >= 0;
    this.showsProgress = options.progress === 'always' || (options.progress === 'auto' && byItself);
  }

  /** The answer about one file: an object for programs, or text for people. */
  result(record: object, text: string, to: 'stdout' | 'stderr'): void {
    this.endProgress();
    if (this.options.json) this.writeJson(record);
    else if (to === 'stdout') process.stdout.write(text);
    else if (this.options.verbosity >= 0) process.stderr.write(text);
  }

  failure(file: string | undefined, error: unknown): void {
    this.endProgress();
    const { code, exitCode, message, facts, fromCodec } = describeError(error);
    this.exitCode = Math.max(this.exitCode, exitCode);
    if (this.options.json) {
      this.writeJson({
        ...(file !== undefined && { file }),
        error: { code, message, ...(facts && { facts }) },
      });
    }
    // With -c and --json both would go to standard error.
    if (this.options.verbosity < -1 || (this.options.json && this.options.stdout)) return;
    const about = file !== undefined && fromCodec ? `${printable(file)}: ` : '';
    process.stderr.write(`${this.style.error('understudy:')} ${about}${printable(message)}\n`);
    const { stack } = error as { stack?: string };
    if (this.options.verbosity >= 2 && stack) process.stderr.write(`${this.style.faint(stack)}\n`);
  }

  /** A sentence beside a result that was given all the same; it decides the exit code, as a failure does. */
  complaint(error: CliError): void {
    this.endProgress();
    const { exitCode, message } = describeError(error);
    this.exitCode = Math.max(this.exitCode, exitCode);
    if (this.options.verbosity < -1 || (this.options.json && this.options.stdout)) return;
    process.stderr.write(`${this.style.error('understudy:')} ${printable(message)}\n`);
  }

  /** A detail for `-v`. */
  detail(text: string): void {
    if (this.options.verbosity < 1) return;
    this.endProgress();
    process.stderr.write(`${this.style.faint(printable(text))}\n`);
  }

  warning(text: string): void {
    if (this.options.verbosity < -1) return;
    this.endProgress();
    process.stderr.write(`${this.style.warning('warning:')} ${printable(text)}\n`);
  }

  /** A function that takes figures as often as they come. */
  progress(
    name: string,
    bytesTotal: number | undefined,
  ): (phase: string, bytesDone: number, bytesOut: number) => void {
    if (!this.showsProgress) return () => {};
    const line = new ProgressLine(process.stderr);
    this.line = line;
    let phaseNow = '';
    let startMs = 0;
    return (phase, bytesDone, bytesOut) => {
      if (phase !== phaseNow) startMs = performance.now();
      phaseNow = phase;
      const seconds = (performance.now() - startMs) / 1000;
      line.draw({ name, phase, bytesDone, bytesTotal, bytesOut, seconds });
    };
  }

  /** Takes the moving line off the terminal, if there is one. */
  endProgress(): void {
    this.line?.clear();
  }

  private writeJson(record: object): void {
    const stream = this.options.stdout ? process.stderr : process.stdout;
    stream.write(`${JSON.stringify({ schema: jsonSchema, ...record })}\n`);
  }
}
