/** How often a measurement is repeated: until times mean something, but nobody waits long for it. Shared by all that is compared. */

/** Runs are repeated until they took this long in all, so that one interruption does not decide a small file's time. */
const minimumSeconds = 0.3;
/** For a spread to be worth showing. */
const wantedRuns = 3;
/** What takes longer is run once. */
const patienceSeconds = 3;
const maximumRuns = 15;

/** @param spent seconds of all runs so far */
export function enoughRuns(runs: number, spent: number): boolean {
  if (runs >= maximumRuns || spent >= patienceSeconds) return true;
  return runs >= wantedRuns && spent >= minimumSeconds;
}
