/**
 * `@understudy/codec`: compresses and decompresses `.ust` archives with a student model. Runs unchanged in Node, page and
 * worker; parts that need a file system are in `@understudy/codec/node`. Re-exports only.
 *
 *   const codec = await createCodec({ coder: await WebAssembly.compileStreaming(fetch('/wasm/coder.wasm')), ort });
 *   const student = await loadStudent(onnxBytes, parityBytes);
 *   const archive = compress(file.stream(), { codec, student, level: 'fast', name: file.name, size: file.size });
 *   const original = decompress(archive, { codec, students: async (id) => student });
 *   const opened = await openArchive(accessBlob(blob), { codec, students: async (id) => student }); opened.readFile('a/b.txt')
 */
export { createCodec } from './codec.ts';
export type { Codec, CodecRuntime, OpenedEngine } from './codec.ts';
export { compress } from './compress.ts';
export type { CompressionOptions, CompressOptions } from './compress.ts';
export { decompress } from './decompress.ts';
export type { DecodeOptions, DecompressOptions } from './decompress.ts';
export type { Gate } from './gate.ts';
export { inspect } from './inspect.ts';
export type { ArchiveInfo, BlockInfo, SegmentInfo } from './inspect.ts';
export { compressFiles } from './archive/compress-files.ts';
export type { InputEntry } from './archive/join-files.ts';
export { openArchive } from './archive/open.ts';
export type { OpenedArchive, OpenedInfo } from './archive/open.ts';
export type { OpenedFile } from './archive/split-files.ts';
export { recover } from './archive/recover.ts';
export type { LostRange, Recovery, RecoveryReport, RecoverOptions } from './archive/recover.ts';
export { accessBlob, accessBytes } from './archive/random-access.ts';
export type { RandomAccess } from './archive/random-access.ts';
export { clashingPaths, nameProblem, pathProblem } from './container/paths.ts';
export type { Form, Method } from './container/format.ts';
export type { FileEntry } from './container/types.ts';
export type { Progress, OnProgress, BlockMethod, SegmentFigures } from './progress.ts';
export { defaultLevel, lanesOf, levelNames, levelRules, ruleOf } from './level.ts';
export { releasedFor } from './released.ts';
export type { Level, LevelNumber, LevelRule, ModelMethod } from './level.ts';

export { loadStudent } from './student/student.ts';
export type { Student } from './student/student.ts';
export type { StudentMetadata, Front, NgramTable, StateEntry } from './student/metadata.ts';
export { proveBounds } from './student/proof.ts';
export { readParity } from './student/parity.ts';
export type { ParityVectors } from './student/parity.ts';

export { measureSpeed } from './engines/benchmark.ts';
export { chooseEngine } from './engines/choose.ts';
export type { EngineCapabilities, EngineChoice } from './engines/choose.ts';
export { capabilitiesOf, findAdapter } from './engines/gpu-device.ts';
export { engineNames } from './engines/engine.ts';
export type { EngineName, LaneStepper, OrtModule, SegmentCoder, StudentEngine } from './engines/engine.ts';
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
  UnsafePathError,
  ManyFilesError,
  NoEntryError,
  UnknownModelError,
  ModelMismatchError,
  ModelArchitectureError,
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
