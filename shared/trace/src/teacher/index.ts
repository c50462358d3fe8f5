/** The teacher in WebAssembly: compress, decompress, trace. */
export { Teacher } from './teacher.ts';
export type {
  TeacherCompressOptions,
  TeacherDecompressOptions,
  TeacherLive,
  TeacherProgress,
  TeacherTraceOptions,
} from './options.ts';
export { TeacherArchiveError, TeacherMemoryError, TeacherOptionError } from './errors.ts';
