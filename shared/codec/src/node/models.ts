/**
 * Finds students on disk: folders with a `student.onnx` (docs/MODEL.md §7), by name or by the id that an archive names.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError, UnknownModelError } from '../errors.ts';
import { loadStudent, type Student } from '../student/student.ts';
import { findHouse } from './house.ts';

const modelFile = 'student.onnx';
const parityFile = 'parity.bin';

export interface ModelFolder {
  /** Name of the folder: `swift-1`. */
  readonly name: string;
  readonly path: string;
}

/** Models of the house, in order of their names and numbers; `folders` are looked through instead where given. */
export async function findModels(
  folders: readonly string[] = [join(findHouse(), 'models')],
): Promise<ModelFolder[]> {
  const found: ModelFolder[] = [];
  for (const folder of folders) {
    const names = existsSync(folder) ? await readdir(folder) : [];
    for (const name of names) {
      const path = join(folder, name);
      if (existsSync(join(path, modelFile))) found.push({ name, path });
    }
  }
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/**
 * A student by the name of its folder in `models/`, or by the path of a folder.
 * @throws InvalidModelError where there is none; as loadStudent
 */
export async function loadNodeStudent(nameOrPath: string, folders?: readonly string[]): Promise<Student> {
  const models = await findModels(folders);
  const named = models.find(({ name }) => name === nameOrPath);
  const path = named?.path ?? nameOrPath;
  if (!existsSync(join(path, modelFile))) {
    const known = models.map(({ name }) => name).join(', ') || 'none';
    throw new InvalidModelError({ problem: `there is no model ${nameOrPath}; models here are ${known}` });
  }
  return await loadStudentFolder(path);
}

/** The student of a folder with `student.onnx` and, where it has one, `parity.bin`. @throws as loadStudent */
export async function loadStudentFolder(path: string): Promise<Student> {
  const parity = join(path, parityFile);
  const onnx = await readFile(join(path, modelFile));
  return await loadStudent(onnx, existsSync(parity) ? await readFile(parity) : undefined);
}

/**
 * The student that an archive names, for `decompress`.
 * @param id 64 hexadecimal digits, or the first 16
 * @throws UnknownModelError where no folder has it; as loadStudent
 */
export async function studentById(id: string, folders?: readonly string[]): Promise<Student> {
  for (const { path } of await findModels(folders)) {
    const digest = createHash('sha256')
      .update(await readFile(join(path, modelFile)))
      .digest('hex');
    if (digest.startsWith(id)) return await loadStudentFolder(path);
  }
  throw new UnknownModelError({ id });
}
