/**
 * parquet-wasm behind two functions: row groups in, the bytes of a Parquet file out, one chunk per row group; and the module's start.
 * The same code runs in Node and in workers. Its WASM memory never shrinks: a long-lived page should convert in a worker and end it.
 */
import * as parquet from 'parquet-wasm';
import { rowGroupToIpc } from './arrow-batch.ts';
import { FOOTER_KEY } from './constants.ts';
import { rowsPerGroup, type RowGroup } from './row-groups.ts';
import type { TraceColumn } from './schema.ts';

let started: Promise<unknown> | undefined;

/**
 * Makes parquet-wasm ready; every function that needs it calls this itself. In Node there is nothing to load. In a browser `wasm` may name
 * the binary (URL, Response, bytes or compiled module); without it, it is fetched from beside parquet-wasm's own script.
 */
export async function startParquet(wasm?: unknown): Promise<typeof parquet> {
  const { default: initialise } = parquet as { default?: (options?: object) => Promise<unknown> };
  // Node's build starts itself, and as a CommonJS module has an object for a default.
  if (typeof initialise === 'function') {
    started ??= initialise(wasm === undefined ? undefined : { module_or_path: wasm });
    await started;
  }
  return parquet;
}

/**
 * The bytes of one Parquet file with the row groups that `next` gives until it gives undefined.
 * `footer` is stored as JSON under one key, as several keys would come out in random order.
 */
export async function* encodeParquet(
  columns: readonly TraceColumn[],
  footer: unknown,
  next: () => Promise<RowGroup | undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const module = await startParquet();
  // transformParquetStream closes its output when its input fails, so the failure is kept and thrown here.
  let failure: { cause: unknown } | undefined;
  const batches = new ReadableStream<parquet.RecordBatch>(
    {
      async pull(controller) {
        try {
          const group = await next();
          if (!group) return controller.close();
          const table = module.Table.fromIPCStream(rowGroupToIpc(columns, group));
          for (const batch of table.recordBatches()) controller.enqueue(batch);
          table.free();
        } catch (cause) {
          failure = { cause };
          controller.error(cause);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const output = await module.transformParquetStream(batches, properties(module, columns, footer));
  const reader = (output as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const step = await reader.read();
      if (failure) throw failure.cause;
      if (step.done) return;
      yield step.value;
    }
  } catch (error) {
    throw failure ? failure.cause : error;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** docs/TRACE.md §4: BYTE_STREAM_SPLIT for floats, PLAIN for all others. A list column can only be set through the global default. */
function properties(
  module: typeof parquet,
  columns: readonly TraceColumn[],
  footer: unknown,
): parquet.WriterProperties {
  let builder = new module.WriterPropertiesBuilder()
    .setCompression(module.Compression.ZSTD)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(module.EnabledStatistics.None)
    .setEncoding(module.Encoding.BYTE_STREAM_SPLIT)
    .setMaxRowGroupSize(rowsPerGroup(columns))
    .setCreatedBy('understudy trace 1')
    .setKeyValueMetadata(new Map([[FOOTER_KEY, JSON.stringify(footer)]]));
  for (const column of columns) {
    if (column.type !== 'f32') builder = builder.setColumnEncoding(column.name, module.Encoding.PLAIN);
  }
  return builder.build();
}
