/** What the Models view asks of the codec: a student on an engine, measured; and students of the visitor's own. */
import { loadStudent, measureSpeed } from '@understudy/codec';
import type { ModelIndexEntry } from '../../models/modelIndex.ts';
import { keepOwnModel } from '../../models/ownModels.ts';
import type { Examination } from './api.ts';
import type { JobContext } from './watch.ts';

/** As many lanes as a block of level fast can have; fewer would say nothing of a GPU. */
export const measuredLanes = 256;
const milliseconds = 200;

/**
 * Opens the student, which runs its parity vectors, then lets it code for a moment, on one thread or on the GPU.
 * @throws ParityError, EngineError, AbortedError
 */
export async function examine(
  model: string,
  { codec, library, report, signal }: JobContext,
): Promise<Examination> {
  const onLoaded = (loaded: number, total: number): void => report({ type: 'model', loaded, total });
  const { student } = await library.byName(model, onLoaded, signal);
  const { engine, parity } = await codec.open(student);
  const coder = await codec.newCoder();
  const work = { lanes: measuredLanes, method: 'student' };
  const { bytesPerSecond } = await measureSpeed(engine, work, { threads: 1, coder, milliseconds });
  return { parity, bytesPerSecond };
}

class OwnModelError extends Error {
  readonly code = 'UST_PAGE_MODEL_FILES';
}

/** @throws OwnModelError, InvalidModelError, UnprovenModelError */
export async function addModel(files: readonly File[]): Promise<ModelIndexEntry> {
  const ending = (end: string): File[] => files.filter(({ name }) => name.toLowerCase().endsWith(end));
  const [onnx, ...others] = ending('.onnx');
  if (!onnx || others.length > 0)
    throw new OwnModelError(
      `${onnx ? `${others.length + 1} .onnx files` : 'no .onnx file'} among what was chosen: choose one student.onnx with the card.json and parity.bin beside it`,
    );
  const [parity] = ending('.bin');
  const bytes = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());
  const student = await loadStudent(await bytes(onnx), parity && (await bytes(parity)));
  const card = await ending('.json')[0]?.text();
  const entry: ModelIndexEntry = {
    name: nameIn(card) ?? `${onnx.name.replace(/\.onnx$/i, '')}-${student.id.slice(0, 6)}`,
    id: student.id,
    architecture: student.metadata.architecture,
    studentBytes: onnx.size,
    parityBytes: parity?.size ?? 0,
    own: true,
  };
  await keepOwnModel({ entry, onnx, ...(parity ? { parity } : {}), ...(card === undefined ? {} : { card }) });
  return entry;
}

/** What a card calls the model, if it is a card and that is a name. */
function nameIn(card: string | undefined): string | undefined {
  if (card === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(card);
  } catch (error) {
    throw new OwnModelError('the card is not JSON; choose the card.json that the trainer wrote', {
      cause: error,
    });
  }
  const name: unknown =
    typeof parsed === 'object' && parsed !== null && 'name' in parsed ? parsed.name : undefined;
  return typeof name === 'string' && name.length > 0 && name.length <= 60 ? name : undefined;
}
