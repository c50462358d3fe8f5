/**
 * `@understudy/codec`: compresses and decompresses `.ust` archives with a student model. Runs unchanged in Node, page and
 * worker; parts that need a file system are in `@understudy/codec/node`. Re-exports only.
 *
 *   const codec = await createCodec({ coder: await WebAssembly.compileStreaming(fetch('/wasm/coder.wasm')), ort });
 *   const student = await loadStudent(onnxBytes, parityBytes);
 *   const archive = compress(file.stream(), { codec, student, level: 'fast', name: file.name, size: file.size });
 *   const original = decompress(archive, { codec, students: async (id) => student });
 */
export { createCodec } from './codec.ts';
export type { Codec, CodecRuntime, OpenedEngine } from './codec.ts';
export { compress } from './compress.ts';
export type { CompressOptions } from './compress.ts';
export { decompress } from './decompress.ts';
export type { DecompressOptions } from './decompress.ts';
export { inspect } from './inspect.ts';
export type { ArchiveInfo, BlockInfo } from './inspect.ts';
export type { Progress, OnProgress, BlockMethod } from './progress.ts';
export { levels, lanesOf } from './level.ts';
export type { Level, LevelRule } from './level.ts';

export { loadStudent } from './student/student.ts';
export type { Student } from './student/student.ts';
export type { StudentMetadata, Front, NgramTable, StateEntry } from './student/metadata.ts';
export { proveBounds } from './student/proof.ts';
export { readParity } from './student/parity.ts';
export type { ParityVectors } from './student/parity.ts';

export { chooseEngine } from './engines/choose.ts';
export type { EngineCapabilities, EngineChoice } from './engines/choose.ts';
export { engineNames } from './engines/engine.ts';
export type { EngineName, LaneStepper, OrtModule, StudentEngine } from './engines/engine.ts';
export { createLaneCoder } from './coder/lane-coder.ts';
export type { LaneCoder } from './coder/lane-coder.ts';

export {
  UstError,
  NameError,
  NotArchiveError,
  VersionError,
  TruncatedError,
  ChecksumError,
  CorruptError,
  LimitError,
  UnknownModelError,
  ModelMismatchError,
  InvalidModelError,
  UnprovenModelError,
  ParityError,
  EngineError,
  AbortedError,
  errorClasses,
  toWire,
  fromWire,
  isWireError,
} from './errors.ts';
export type { ErrorFacts, UstErrorCode, WireError } from './errors.ts';
