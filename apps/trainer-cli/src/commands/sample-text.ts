/**
 * Text for `trainer pipeline` that is always there: the project's own documents and library sources, in a fixed order, with a tail kept
 * out of training to measure on. Small, but real: prose, tables and code.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from '../project.ts';

const FOLDERS = ['docs', 'shared/codec/src', 'shared/trace/src', 'public/samples'];
const KINDS = ['.md', '.ts', '.txt'];

export interface SampleText {
  /** Folder for `--text`, with one file. */
  folder: string;
  trainingFile: string;
  /** Bytes the student does not see. */
  heldOutFile: string;
}

/** Writes the text below `out`; `heldOutBytes` of its end are kept out. Gives the same files for the same checkout. */
export async function writeSampleText(out: string, heldOutBytes: number): Promise<SampleText> {
  const parts: Uint8Array[] = [];
  for (const folder of FOLDERS) {
    const names = await readdir(join(project.root, folder), { recursive: true });
    for (const name of names.filter((entry) => KINDS.some((kind) => entry.endsWith(kind))).sort()) {
      parts.push(await readFile(join(project.root, folder, name)));
    }
  }
  const text = Buffer.concat(parts);
  const cut = text.length - heldOutBytes;
  const folder = join(out, 'text');
  const sample = {
    folder,
    trainingFile: join(folder, 'understudy.txt'),
    heldOutFile: join(out, 'held-out.txt'),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(sample.trainingFile, text.subarray(0, cut));
  await writeFile(sample.heldOutFile, text.subarray(cut));
  return sample;
}
