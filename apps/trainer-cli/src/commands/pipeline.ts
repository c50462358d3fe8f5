/**
 * `trainer pipeline`: the whole offline path in one command, each step the one a user would run by hand (and is told): text → shards →
 * student → model folder → its figures. Run again, finished steps are quick.
 */
import { join, resolve } from 'node:path';
import { DataError } from '../errors.ts';
import { formatDuration } from '../numbers.ts';
import { PRESETS, trainFlags, type PresetName } from '../presets.ts';
import { findPython, runPython } from '../python.ts';
import { findTeacher } from '../teacher/teacher.ts';
import { describeEvaluation, evaluateFiles } from './evaluate.ts';
import { findInputs } from './inputs.ts';
import { logFile } from './log.ts';
import { writeSampleText } from './sample-text.ts';

export interface PipelineOptions {
  preset: PresetName;
  out: string;
  teacher?: string;
  mem?: number;
  force?: boolean;
}

/** Gives the exit code: that of the first step in Python that fails, else 0. Throws as the steps do. */
export async function runPipeline(options: PipelineOptions, signal: AbortSignal): Promise<number> {
  const preset = PRESETS[options.preset];
  const began = performance.now();
  // Missing Python should be said before minutes are spent, not after.
  findPython();
  const step = (number: number, what: string): void => void process.stderr.write(`\n[${number}/4] ${what}\n`);
  const [shards, run, model] = ['shards', 'run', join('models', `${options.preset}-1`)].map((name) =>
    join(options.out, name),
  ) as [string, string, string];
  const text = await writeSampleText(options.out, preset.heldOutBytes);

  const tracedBytes = preset.shards * preset.rowsPerShard;
  step(1, `trainer log ${text.trainingFile} --range :${tracedBytes} --out ${shards}`);
  const [input] = await findInputs([text.trainingFile], shards);
  if (!input || input.bytes < tracedBytes)
    throw new DataError(`${text.trainingFile}: is too short to trace ${tracedBytes} bytes`);
  const log = {
    range: { from: 0, to: tracedBytes },
    warmUp: 0,
    stride: 1,
    profile: 'target',
    memory: options.mem,
    force: options.force,
  } as const;
  await logFile(await findTeacher(options.teacher), input, log, signal);

  const learnt = preset.learnsFromText ? ['--text', text.folder] : [];
  const train = ['train', ...learnt, '--shards', shards, '--out', run, ...trainFlags(preset, 1)];
  step(2, `trainer ${train.join(' ')}`);
  const trained = await runPython(train);
  if (trained !== 0) return trained;

  const save = ['export', run, '--out', model, '--force'];
  step(3, `trainer ${save.join(' ')}`);
  const exported = await runPython(save);
  if (exported !== 0) return exported;

  step(4, `trainer evaluate ${text.heldOutFile} --model ${model}`);
  await evaluateFiles([text.heldOutFile], model, 'fast', 1, signal, (evaluation) =>
    process.stdout.write(`${describeEvaluation(evaluation)}\n`),
  );
  const models = resolve(model, '..');
  process.stderr.write(
    `\nThe student is in ${resolve(model)} (${formatDuration((performance.now() - began) / 1000)}).\n` +
      `  in a terminal: npx understudy compress --model ${resolve(model)} FILE\n` +
      `  in the app:    UNDERSTUDY_MODELS=${models} npm start\n`,
  );
  return 0;
}
