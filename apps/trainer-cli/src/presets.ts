/**
 * Presets: how much of everything a whole path takes, from text to a student. `trainer pipeline` runs them on this machine,
 * `trainer slurm` on a cluster, `trainer plan` says what they will cost. The reference run stands here once.
 */
import { UsageError } from './errors.ts';

export interface Preset {
  says: string;
  /** `sample`: the project's own documents, with `heldOutBytes` of their end to measure on; `given`: files named by the user. */
  text: 'sample' | 'given';
  heldOutBytes: number;
  shards: number;
  rowsPerShard: number;
  /** Bytes before a shard from which its teacher learns untraced. */
  warmUp: number;
  /** Whether the text itself is learned from too, beside the shards. */
  learnsFromText: boolean;
  nodes: number;
  gpusPerNode: number;
  /** Lanes or rows of one step, all ranks together: the recipe stays the same on any number of GPUs. */
  lanes: number;
  /** Further flags of `trainer train`. */
  train: Readonly<Record<string, string | number>>;
  /** Hours that somebody else's run of this size is said to have taken. */
  claimedHours?: number;
}

export const PRESETS = {
  smoke: {
    says: 'shows that everything works, in under 3 minutes on a CPU; its student is a toy',
    text: 'sample',
    heldOutBytes: 16384,
    shards: 2,
    rowsPerShard: 16384,
    warmUp: 16384,
    learnsFromText: true,
    nodes: 1,
    gpusPerNode: 1,
    lanes: 32,
    train: {
      arch: 'swift',
      size: 'tiny',
      steps: 600,
      window: 64,
      'validation-bytes': 16384,
      'evaluate-every': 600,
      'checkpoint-every': 200,
      'warm-up-steps': 20,
    },
  },
  reference: {
    says: 'the reference run: 50 shards of 10 M rows, ten epochs, 8 GPUs',
    text: 'given',
    heldOutBytes: 0,
    shards: 50,
    rowsPerShard: 10_000_000,
    warmUp: 4_194_304,
    learnsFromText: false,
    nodes: 1,
    gpusPerNode: 8,
    lanes: 1024,
    train: {
      arch: 'transformer32',
      size: 'full',
      epochs: 10,
      alpha: 1,
      'learning-rate': 1e-4,
      workers: 4,
      'shuffle-rows': 262_144,
      'log-every': 200,
      'checkpoint-every': 5000,
    },
    claimedHours: 72,
  },
  'reference-small': {
    says: 'the reference run made small: the same path on a laptop or a test cluster; its student is a toy',
    text: 'sample',
    heldOutBytes: 8192,
    shards: 4,
    rowsPerShard: 1024,
    warmUp: 2048,
    learnsFromText: false,
    nodes: 2,
    gpusPerNode: 1,
    lanes: 128,
    train: {
      arch: 'transformer32',
      size: 'tiny',
      epochs: 10,
      alpha: 1,
      'learning-rate': 2e-3,
      workers: 2,
      'shuffle-rows': 512,
      'log-every': 20,
      'checkpoint-every': 50,
    },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

/** Those that need no text of the user's. */
export const samplePresets = (Object.keys(PRESETS) as PresetName[]).filter(
  (name) => PRESETS[name].text === 'sample',
);

/** Flags of `trainer train` for `ranks` processes. Throws UsageError where a step cannot be shared out evenly. */
export function trainFlags(
  preset: Preset,
  ranks: number,
  changes: Readonly<Record<string, string>> = {},
): string[] {
  if (preset.lanes % ranks !== 0)
    throw new UsageError(
      `${preset.lanes} lanes of a step cannot be shared by ${ranks} ranks; take nodes times GPUs that divide ${preset.lanes}`,
    );
  const all: Record<string, string | number> = { ...preset.train, lanes: preset.lanes / ranks, ...changes };
  // Steps and epochs say the same thing: the one asked for replaces the other.
  if (changes['steps'] !== undefined) delete all['epochs'];
  // one word each: a job file's lines stay readable
  return Object.entries(all).map(([name, value]) => `--${name}=${String(value)}`);
}
