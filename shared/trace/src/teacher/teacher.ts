/**
 * The teacher in WebAssembly, for a worker or Node: the same program as the native `teacher`, the same archives and traces bit for
 * bit, at a third to a half of its speed. Slow by nature (tens of kilobytes a second), so every job works in chunks of some 30 ms, reports
 * progress and can be stopped between two of them. A job needs about its `memory` in megabytes and has an instance of its own.
 */
import { TeacherArchiveError, TeacherMemoryError } from './errors.ts';
import { TeacherInstance } from './instance.ts';
import {
  profileNumber,
  spanOf,
  strideOf,
  type Span,
  type TeacherCompressOptions,
  type TeacherDecompressOptions,
  type TeacherLive,
  type TeacherTraceOptions,
} from './options.ts';
import { Pace } from './pace.ts';

const NO_MEMORY = 6; // ArchiveError::kNoMemory of wasm/cmix/src/archive.h
const MOST_BYTES = 65_536;

export class Teacher {
  /** Version of its predictions; archives are read by the same version only. */
  readonly version: string;
  /** Names of the components, in the order of `icm_path`, `isse_path` and `componentWeights`. */
  readonly components: readonly string[];
  private readonly defaultMemory: number;

  private constructor(
    private readonly module: WebAssembly.Module,
    probe: TeacherInstance,
  ) {
    const { exports } = probe;
    this.version = probe.text(exports.teacher_version());
    this.defaultMemory = exports.teacher_default_memory();
    this.components = Array.from({ length: exports.teacher_components() }, (_, index) =>
      probe.text(exports.teacher_component_name(index)),
    );
  }

  /** `module`: the compiled teacher.wasm. */
  static async load(module: WebAssembly.Module): Promise<Teacher> {
    return new Teacher(module, await TeacherInstance.create(module));
  }

  /** The archive of `bytes`, or of the range of them. Throws TeacherOptionError, TeacherMemoryError, the signal's reason. */
  async compress(bytes: Uint8Array, options: TeacherCompressOptions = {}): Promise<Uint8Array> {
    const span = spanOf(options, bytes.length, this.defaultMemory);
    const instance = await TeacherInstance.create(this.module);
    const error = instance.exports.teacher_compress(
      span.memory,
      Number(options.lstm ?? false),
      span.begin,
      span.end,
      span.warmUp,
    );
    if (error !== 0) throw new TeacherMemoryError({ megabytes: span.memory });
    const pieces: Uint8Array[] = [];
    for await (const piece of feed(instance, bytes, span, options, new Pace(1024, MOST_BYTES)))
      pieces.push(piece);
    return join(pieces);
  }

  /** What an archive holds. Throws TeacherArchiveError, TeacherMemoryError, the signal's reason. */
  async decompress(archive: Uint8Array, options: TeacherDecompressOptions = {}): Promise<Uint8Array> {
    const instance = await TeacherInstance.create(this.module);
    const { exports } = instance;
    const check = (error: number): void => {
      if (error !== 0) throw archiveError(instance, archive, error);
    };
    check(exports.teacher_decompress(instance.copyIn(archive), archive.length));
    const bytesTotal = exports.teacher_total();
    const pieces: Uint8Array[] = [];
    const pace = new Pace(1024, MOST_BYTES);
    for (let bytesDone = 0; exports.teacher_finished() === 0;) {
      check(exports.teacher_step(pace.next()));
      const piece = instance.takeOutput();
      bytesDone += piece.length;
      pieces.push(piece);
      if (pace.due(bytesDone === bytesTotal)) options.onProgress?.({ bytesDone, bytesTotal });
      await pace.rest(options.signal);
    }
    return join(pieces);
  }

  /** The trace stream of docs/TRACE.md, piece by piece. Throws TeacherOptionError, TeacherMemoryError, the signal's reason. */
  async *trace(
    bytes: Uint8Array,
    options: TeacherTraceOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const span = spanOf(options, bytes.length, this.defaultMemory);
    const profile = profileNumber(options.profile ?? 'full');
    const stride = strideOf(options);
    const instance = await TeacherInstance.create(this.module);
    const name = new TextEncoder().encode(options.sourceName ?? '');
    const error = instance.exports.teacher_trace(
      span.memory,
      Number(options.lstm ?? false),
      profile,
      span.begin,
      span.end,
      span.warmUp,
      stride,
      instance.copyIn(name),
      name.length,
      bytes.length,
    );
    if (error !== 0) throw new TeacherMemoryError({ megabytes: span.memory });
    for await (const piece of feed(instance, bytes, span, options, new Pace(64, 4096))) {
      options.onLive?.(liveOf(instance, this.components.length));
      if (piece.length > 0) yield piece;
    }
  }
}

/** Pushes the span's bytes chunk by chunk and gives what comes out after each, perhaps nothing. */
async function* feed(
  instance: TeacherInstance,
  bytes: Uint8Array,
  span: Span,
  { onProgress, signal }: TeacherDecompressOptions,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const from = span.begin - span.warmUp;
  const bytesTotal = span.end - from;
  const buffer = instance.allocate(MOST_BYTES);
  yield instance.takeOutput();
  for (let bytesDone = 0; bytesDone < bytesTotal;) {
    const chunk = bytes.subarray(from + bytesDone, Math.min(span.end, from + bytesDone + pace.next()));
    instance.write(buffer, chunk);
    instance.exports.teacher_push(buffer, chunk.length);
    bytesDone += chunk.length;
    yield instance.takeOutput();
    if (pace.due(bytesDone === bytesTotal)) onProgress?.({ bytesDone, bytesTotal });
    await pace.rest(signal);
  }
}

function liveOf(instance: TeacherInstance, components: number): TeacherLive {
  const { exports } = instance;
  const bytes = exports.teacher_live_bytes();
  const bits = exports.teacher_live_bits();
  const symbol = exports.teacher_live_symbol();
  return {
    bytes,
    bits,
    bitsPerByte: bytes === 0 ? 0 : bits / bytes,
    symbol: symbol < 0 ? undefined : symbol,
    finalProb: instance.floats(exports.teacher_live_distribution(), 256),
    mixerWeights: instance.floats(exports.teacher_live_mixer_weights(), 8),
    componentWeights: instance.floats(exports.teacher_live_component_weights(), components),
  };
}

function archiveError(instance: TeacherInstance, archive: Uint8Array, error: number): Error {
  if (error !== NO_MEMORY)
    return new TeacherArchiveError(instance.text(instance.exports.teacher_describe(error)));
  // Such an archive has a whole header; its memory stands at byte 12.
  return new TeacherMemoryError({
    megabytes: new DataView(archive.buffer, archive.byteOffset).getUint32(12, true),
  });
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
