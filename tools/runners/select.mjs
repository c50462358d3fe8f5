/** Which runners `npm test -- --only NAME,NAME` means: runners by name, or a group of them. */
import { SetupError } from '../setup/setup-error.mjs';

/**
 * @template {{ name: string }} Runner
 * @param {readonly Runner[]} runners
 * @param {string | undefined} only names with commas between; undefined: all
 * @param {Readonly<Record<string, readonly string[]>>} groups names that stand for several runners
 * @returns {Runner[]} in the order of `runners`
 * @throws {SetupError} for a name that is neither
 */
export function selectRunners(runners, only, groups) {
  if (only === undefined) return [...runners];
  const wanted = only
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const names = runners.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name) && !Object.hasOwn(groups, name));
  if (unknown.length > 0 || wanted.length === 0) {
    throw new SetupError(
      `no runner is called '${unknown[0] ?? only}'; there are ${[...Object.keys(groups), ...names].join(', ')}`,
    );
  }
  const chosen = new Set(wanted.flatMap((name) => groups[name] ?? [name]));
  return runners.filter(({ name }) => chosen.has(name));
}
