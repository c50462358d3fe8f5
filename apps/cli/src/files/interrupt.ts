/**
 * Ctrl-C and its relatives end the process at once: temporary files go, sources and finished targets stay.
 */
import { removeAllTemporaries } from './temporary.ts';

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** `beforeExit` may tidy the terminal; it must not wait. */
export function endCleanlyOnSignals(beforeExit: () => void): void {
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.once(signal, () => {
      removeAllTemporaries();
      beforeExit();
      process.exit(exitCode);
    });
  }
}
