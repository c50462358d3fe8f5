/**
 * LZMA2 in an .xz file: liblzma inside libarchive's WASM build compresses (its default preset 6), xz-embedded's WASM
 * build decompresses. libarchive.js comes as a ready worker of its own; only its `raw` format is used, which adds nothing
 * around the .xz stream, and for which it has no reader: hence the second package.
 */
import { proxy, wrap } from 'comlink';
import workerUrl from 'libarchive.js/dist/worker-bundle.js?worker&url';
import { XzReadableStream } from 'xz-decompress';
import type { Rival } from './rival.ts';

interface ArchiveWorker {
  writeArchive(
    files: readonly { file: Blob; pathname: string }[],
    compression: 'xz',
    format: 'raw',
    passphrase: null,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

async function openArchiveWorker(): Promise<ArchiveWorker> {
  const worker = new Worker(workerUrl, { type: 'module', name: 'libarchive' });
  const Client = wrap<new (onReady: () => void) => ArchiveWorker>(worker);
  const ready = Promise.withResolvers<undefined>();
  const client = await new Client(proxy(() => ready.resolve(undefined)));
  await ready.promise;
  return client;
}

const archiveWorker = await openArchiveWorker();

export const xz: Rival = {
  compress: (input) =>
    archiveWorker.writeArchive([{ file: new Blob([input]), pathname: 'file' }], 'xz', 'raw', null),
  async decompress(input) {
    const stream = new XzReadableStream(new Blob([input]).stream());
    return new Uint8Array(
      await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    );
  },
};
