/** A recipe through the encoder. */
import { compress, compressFiles, inspect, type Codec, type Method, type Student } from '@understudy/codec';
import type { Recipe } from './recipes.ts';

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();

export async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

export async function encode(recipe: Recipe, codec: Codec, student: Student): Promise<Uint8Array> {
  const { level, blockBytes, many } = recipe;
  const options = { codec, student, level, ...(blockBytes === undefined ? {} : { blockBytes }) };
  const entries = recipe.entries();
  if (many === true) {
    const input = entries.map(({ bytes, ...entry }) => ({
      ...entry,
      path: entry.path ?? '',
      stream: () => streamOf(bytes),
    }));
    return await collect(compressFiles(input, options));
  }
  const { path, mtime, bytes } = entries[0]!;
  const file = { ...(path === undefined ? {} : { name: path }), ...(mtime === undefined ? {} : { mtime }) };
  return await collect(compress(streamOf(bytes), { ...options, ...file }));
}

/** Methods of an archive's segments, each once, in order of their first use. */
export async function methodsOf(archive: Uint8Array): Promise<Method[]> {
  const { blocks } = await inspect(streamOf(archive));
  return [...new Set(blocks.flatMap(({ segments }) => segments.map(({ method }) => method)))];
}
