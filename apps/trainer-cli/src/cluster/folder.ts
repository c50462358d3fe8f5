/** Where everything of a run on a cluster lies: one folder on a file system that all nodes see. */
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

export interface RunFolder {
  root: string;
  /** One line for each shard to be made: tasks.ts. */
  tasks: string;
  shards: string;
  /** The training run. */
  run: string;
  models: string;
  /** Job files and what the jobs say. */
  slurm: string;
  evaluation: string;
}

/** Throws UsageError for a path that no job file could hold. */
export function runFolder(out: string): RunFolder {
  const root = resolve(out);
  if (/["'\\\t\n\r]/.test(root))
    throw new UsageError(
      `--out ${out}: quotes, backslashes, tabs and line breaks cannot stand in a job file`,
    );
  const at = (name: string): string => join(root, name);
  return {
    root,
    tasks: at('tasks.tsv'),
    shards: at('shards'),
    run: at('run'),
    models: at('models'),
    slurm: at('slurm'),
    evaluation: at('evaluation.jsonl'),
  };
}
