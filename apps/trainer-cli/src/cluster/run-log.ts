/** The log of a training run (`log.jsonl`, written by the Python half), as far as others read it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Started {
  ranks: number;
  device: string;
  dtype: string;
  steps: number;
  mac_per_byte: number;
}

export interface Progress {
  step: number;
  bits_per_byte: number;
  bytes_per_second: number;
  bytes_seen: number;
  peak_share?: number;
}

export interface RunLog {
  /** Of the last start. */
  started: Started | undefined;
  starts: number;
  /** In the order of steps; what a killed start had gone beyond its checkpoint is left out. */
  progress: Progress[];
  validation: { step: number; validation: Record<string, number> } | undefined;
}

/** Empty where there is no log yet; a line that was cut off is left out. */
export async function readRunLog(run: string): Promise<RunLog> {
  const text = await readFile(join(run, 'log.jsonl'), 'utf8').catch(() => '');
  const log: RunLog = { started: undefined, starts: 0, progress: [], validation: undefined };
  for (const line of text.split('\n')) {
    let entry: Partial<Progress> & { started?: Started; validation?: Record<string, number> };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      continue;
    }
    const { step = 0 } = entry;
    if (entry.started) {
      log.started = entry.started;
      log.starts += 1;
      while ((log.progress.at(-1)?.step ?? 0) > step) log.progress.pop();
    } else if (entry.validation) log.validation = { step, validation: entry.validation };
    else if (entry.bits_per_byte !== undefined) log.progress.push(entry as Progress);
  }
  return log;
}

/** Bytes a second of one rank, the middle of the last lines; undefined where there are none. */
export function meanSpeed({ started, progress }: RunLog): number | undefined {
  const speeds = progress
    .slice(-20)
    .map((entry) => entry.bytes_per_second)
    .sort((a, b) => a - b);
  const middle = speeds[Math.floor(speeds.length / 2)];
  return middle === undefined || !started ? undefined : middle / started.ranks;
}
