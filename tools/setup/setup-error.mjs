/** Something the machine lacks or refuses, told in one sentence that says what to do; the tools print it and end with status 3. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
  code = 'UST_SETUP';
}

/**
 * Runs a tool's main function: its number is the exit status, a SetupError becomes one sentence on stderr and status 3.
 *
 * @param {string} tool the npm script, for the sentence
 * @param {() => Promise<number>} main
 */
export async function runTool(tool, main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`${tool}: ${error.message}`);
    process.exitCode = 3;
  }
}
