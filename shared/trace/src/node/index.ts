/** @understudy/trace/node: the parts of the trace package that touch files. */
export { FileAccess } from './file-access.ts';
export { fileDigest } from './file-digest.ts';
export { FolderStore } from './folder-store.ts';
export { checkShardFile, readManifest } from './folder.ts';
