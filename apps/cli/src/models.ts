/**
 * Which student: what `-m` says (a name in models/, a folder, an .onnx file), the newest released one, or the one an
 * archive names by its id. A student is read and proven once per run.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  defaultLevel,
  loadStudent,
  releasedFor,
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

export interface Model {
  /** `swift-1`, or what the given path is called. */
  name: string;
  student: Student;
}

export class Models {
  private chosen?: Promise<Model>;
  private readonly byId = new Map<string, Promise<Model>>();

  /**
   * @param wanted what `-m` says, if it was given
   * @param folders to look for models in; those of the house where missing
   */
  constructor(
    private readonly wanted: string | undefined,
    private readonly folders?: readonly string[],
  ) {}

  /**
   * The student to compress with.
   * @param level which may need a student of its own. @throws ModelNotFoundError, ModelFileError, FileProblem
   */
  forCompression(level: Level | LevelNumber = defaultLevel): Promise<Model> {
    this.chosen ??=
      this.wanted === undefined
        ? newestReleased(ruleOf(level), this.folders)
        : modelCalled(this.wanted, this.folders);
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
    const found = this.byId.get(id) ?? releasedWithId(id, this.folders);
    this.byId.set(id, found);
    return found;
  }
}

async function newestReleased(rule: LevelRule, folders?: readonly string[]): Promise<Model> {
  const models = await findModels(folders);
  const newest = releasedFor(
    rule,
    models.map(({ name }) => name),
  );
  const model = models.find(({ name }) => name === newest);
  if (model)
    return { name: model.name, student: await proven(model.path, () => loadStudentFolder(model.path)) };
  throw new ModelNotFoundError(
    rule.architecture === undefined
      ? `there is no ${rule.families.join(' or ')} model in models/; give a model with -m`
      : `level ${rule.name} needs a ${rule.architecture} model, and models/ has none: choose another level, or give a model with -m`,
  );
}

async function modelCalled(wanted: string, folders?: readonly string[]): Promise<Model> {
  const models = await findModels(folders);
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

async function releasedWithId(id: string, folders?: readonly string[]): Promise<Model> {
  const student = await studentById(id, folders);
  for (const { name, path } of await findModels(folders)) {
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
