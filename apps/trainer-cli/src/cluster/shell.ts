/** Words for bash and for `#SBATCH` lines, quoted where they must be. */
import { UsageError } from '../errors.ts';

/** One word of a bash command. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command over several lines, one group of words a line. */
export function command(...groups: readonly (readonly string[])[]): string {
  return groups
    .filter((words) => words.length > 0)
    .map((words) => words.map(quote).join(' '))
    .join(' \\\n  ');
}

/** `#SBATCH --name=value`. Throws UsageError for a value that cannot stand in such a line. */
export function directive(name: string, value?: string | number): string {
  if (value === undefined) return `#SBATCH --${name}`;
  const text = String(value);
  if (/["\\\n\r]/.test(text))
    throw new UsageError(
      `--${name} ${JSON.stringify(text)}: quotes, backslashes and line breaks have no place there`,
    );
  return `#SBATCH --${name}=${/\s/.test(text) ? `"${text}"` : text}`;
}

/** `90` minutes as Slurm writes times: `01:30:00`, `3-00:00:00`. */
export function slurmTime(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(minutes / 1440);
  const clock = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}:00`;
  return days > 0 ? `${days}-${clock}` : clock;
}
