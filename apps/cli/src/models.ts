/**
 * Which student: what `-m` says (a name in models/, a folder, an .onnx file), the newest released one, or the one an
 * archive names by its id. A student is read and proven once per run.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  defaultLevel,
  loadStudent,
  ruleOf,
  UstError,
  type Level,
  type LevelNumber,
  type LevelRule,
  type Student,
} from '@understudy/codec';
import { findModels, loadStudentFolder, studentById } from '@understudy/codec/node';
import { FileProblem, ModelFileError, ModelNotFoundError } from './errors.ts';

const onnxName = 'student.onnx';
/** Compressing takes the newest of this family unless the level needs another, or told otherwise. */
const defaultFamily = 'swift';

export interface Model {
  /** `swift-1`, or what the given path is called. */
  name: string;
  student: Student;
}

export class Models {
  private chosen?: Promise<Model>;
  private readonly byId = new Map<string, Promise<Model>>();

  /** @param wanted what `-m` says, if it was given */
  constructor(private readonly wanted: string | undefined) {}

  /**
   * The student to compress with.
   * @param level which may need a student of its own. @throws ModelNotFoundError, ModelFileError, FileProblem
   */
  forCompression(level: Level | LevelNumber = defaultLevel): Promise<Model> {
    this.chosen ??= this.wanted === undefined ? newestReleased(ruleOf(level)) : modelCalled(this.wanted);
    return this.chosen;
  }

  /**
   * The student whose id begins with `id` (16 or 64 hexadecimal digits): that of `-m`, or one in models/.
   * @throws UnknownModelError, and as forCompression where `-m` was given
   */
  async withId(id: string): Promise<Model> {
    if (this.wanted !== undefined) {
      const chosen = await this.forCompression();
      if (chosen.student.id.startsWith(id)) return chosen;
    }
    const found = this.byId.get(id) ?? releasedWithId(id);
    this.byId.set(id, found);
    return found;
  }
}

async function newestReleased({ name: level, architecture: family }: LevelRule): Promise<Model> {
  const isMember = new RegExp(`^${family ?? defaultFamily}-\\d+$`);
  // In order of their numbers: swift-10 comes after swift-9.
  const newest = (await findModels()).findLast(({ name }) => isMember.test(name));
  if (newest)
    return { name: newest.name, student: await proven(newest.path, () => loadStudentFolder(newest.path)) };
  throw new ModelNotFoundError(
    family === undefined
      ? `there is no ${defaultFamily} model in models/; give a model with -m`
      : `level ${level} needs a ${family} model, and models/ has none: choose another level, or give a model with -m`,
  );
}

async function modelCalled(wanted: string): Promise<Model> {
  const models = await findModels();
  const folder = models.find(({ name }) => name === wanted)?.path ?? wanted;
  if (await isFile(join(folder, onnxName))) {
    return {
      name: basename(resolve(folder)),
      student: await proven(folder, () => loadStudentFolder(folder)),
    };
  }
  if (await isFile(wanted)) {
    const onnx = await FileProblem.from('read', wanted, () => readFile(wanted));
    return { name: basename(wanted), student: await proven(wanted, () => loadStudent(onnx)) };
  }
  const known = models.map(({ name }) => name).join(', ') || 'none';
  throw new ModelNotFoundError(
    `there is no model ${wanted}: models/ has ${known}; -m also takes a folder with ${onnxName}, or an .onnx file`,
  );
}

async function releasedWithId(id: string): Promise<Model> {
  const student = await studentById(id);
  for (const { name, path } of await findModels()) {
    const onnx = await readFile(join(path, onnxName));
    if (onnx.equals(student.onnx)) return { name, student };
  }
  return { name: id, student };
}

/** What `load` gives; where the codec refuses the file, its sentence with the path that it does not know. */
async function proven(path: string, load: () => Promise<Student>): Promise<Student> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof UstError) throw new ModelFileError(path, error);
    throw new FileProblem('read', path, error);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
