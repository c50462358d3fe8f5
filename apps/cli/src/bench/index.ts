/**
 * `@understudy/cli/bench`: what `understudy bench` and `npm run bench` share: the table of programs, who is installed, how one is
 * measured, and figures of those that are not run. Re-exports only.
 */
export { inputName, rivals, versionIn } from './contestants.ts';
export type { Contestant, OwnReport, Rival, Step } from './contestants.ts';
export { installedRivals, isWanted, ownContestants } from './field.ts';
export type { Field, OwnSettings } from './field.ts';
export { capture, measure, middle, sha256 } from './measure.ts';
export type { Outcome, Result, StepResult } from './measure.ts';
export { storedFigures, storedPrograms } from './stored-figures.ts';
