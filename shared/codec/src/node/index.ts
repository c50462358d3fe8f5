/**
 * The parts of the codec that need a file system: in Node it finds coder.wasm and the models, and brings ONNX Runtime's
 * WASM build. `@understudy/codec/node`.
 *
 *   const codec = await openNodeCodec();
 *   const student = await loadNodeStudent('swift-1');
 */
export { openNodeCodec } from './open-codec.ts';
export type { NodeCodecOptions } from './open-codec.ts';
export { openDawn } from './dawn.ts';
export { findModels, loadNodeStudent, loadStudentFolder, studentById } from './models.ts';
export type { ModelFolder } from './models.ts';
export { accessHandle, openFileAccess } from './file-access.ts';
export type { FileAccess } from './file-access.ts';
