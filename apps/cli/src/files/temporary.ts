/**
 * Temporary names beside targets. Whatever ends this process by a signal it can see removes them; what a killed
 * process left is removed by the next run that writes into the same folder. They never hold the only copy of data.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const open = new Set<string>();
const swept = new Set<string>();

/** Folders are shared between machines, process numbers are not: the machine is part of the name. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const pattern = /^\.understudy-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.tmp$/;

/** A new name in `folder`, short enough for any file system, registered for removal. */
export function temporaryName(folder: string): string {
  sweep(folder);
  const name = join(folder, `.understudy-${machine}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  open.add(name);
  return name;
}

/** The file or folder behind `name` has got its final name, or is gone. */
export function releaseTemporary(name: string): void {
  open.delete(name);
}

/** Removes all that is temporary of this process, at once. Safe inside a signal handler's last moments. */
export function removeAllTemporaries(): void {
  for (const name of open) removeQuietly(name);
  open.clear();
}

/** True for the name of something temporary, of whatever process. */
export function isTemporaryName(fileName: string): boolean {
  return pattern.test(fileName);
}

/** True for a temporary file of this machine whose process `isAlive` denies. */
export function isLeftOver(fileName: string, isAlive: (processId: number) => boolean): boolean {
  const [, origin, processId] = pattern.exec(fileName) ?? [];
  return origin === machine && processId !== undefined && !isAlive(Number(processId));
}

function sweep(folder: string): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  try {
    for (const name of readdirSync(folder))
      if (isLeftOver(name, processExists)) removeQuietly(join(folder, name));
  } catch {
    // A folder that cannot be listed may still be written to; nothing to tidy then.
  }
}

function processExists(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function removeQuietly(name: string): void {
  try {
    rmSync(name, { recursive: true, force: true });
  } catch {
    // Not ours to remove: not worth a word to the user.
  }
}
