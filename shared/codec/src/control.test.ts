/** Everything around the bytes: models that are missing or wrong, engines that cannot be opened, stopping, progress. */
import { describe, expect, it, vi } from 'vitest';
import { compress } from './compress.ts';
import { decompress } from './decompress.ts';
import type { OnProgress, Progress } from './progress.ts';
import { loadStudent } from './student/student.ts';
import { bytesOf, noise, sampleOf, streamOf, tinyCodec, tinyOnnx } from './testing/test-kit.ts';

async function studentArchive(count: number): Promise<{ archive: Uint8Array; original: Uint8Array }> {
  const { codec, student } = await tinyCodec();
  const original = await sampleOf(codec, student, count);
  return { original, archive: await bytesOf(compress(streamOf(original), { codec, student, level: 1 })) };
}

describe('the student of an archive', () => {
  it('is asked for by its id, and its absence names it', async () => {
    const { codec, student } = await tinyCodec();
    const { archive } = await studentArchive(600);
    const asked: string[] = [];
    const students = async (id: string): Promise<never> => {
      asked.push(id);
      throw new Error('404');
    };
    const id = student.id.slice(0, 16);
    await expect(bytesOf(decompress(streamOf(archive), { codec, students }))).rejects.toMatchObject({
      code: 'UST_MODEL_UNKNOWN',
      facts: { id },
    });
    expect(asked).toEqual([id]);
  });

  it('must be the one that the archive names', async () => {
    const { codec, student } = await tinyCodec();
    const { archive } = await studentArchive(600);
    const students = async (): Promise<typeof student> => ({ ...student, id: '0'.repeat(64) });
    await expect(bytesOf(decompress(streamOf(archive), { codec, students }))).rejects.toMatchObject({
      code: 'UST_MODEL_MISMATCH',
    });
  });
});

describe('an engine', () => {
  it('that does not reproduce the parity vectors is refused', async () => {
    const { codec, student } = await tinyCodec();
    for (const field of ['logits', 'state'] as const) {
      const parity = { ...student.parity!, [field]: student.parity![field].slice() };
      parity[field][parity[field].length - 1]! += 1;
      await expect(codec.open({ ...student, id: field, parity })).rejects.toMatchObject({
        code: 'UST_PARITY',
      });
    }
  });

  it('that cannot open the model says so', async () => {
    const { codec, student } = await tinyCodec();
    const broken = { ...student, id: 'broken', onnx: tinyOnnx().subarray(0, 5000) };
    await expect(codec.open(broken)).rejects.toMatchObject({ code: 'UST_MODEL_INVALID' });
  });

  it('opens once for a student, and trusts one without vectors', async () => {
    const { codec, student } = await tinyCodec();
    expect(await codec.open(student)).toBe(await codec.open(student));
    expect((await codec.open(student)).parity).toBe('passed');
    const unchecked = await loadStudent(tinyOnnx());
    expect((await codec.open({ ...unchecked, id: 'unchecked' })).parity).toBe('absent');
  });
});

describe('stopping', () => {
  const endless = (): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } => {
    let cancelled = false;
    const chunk = noise(65536).map((byte) => byte & 0x3f);
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(chunk),
      cancel: () => void (cancelled = true),
    });
    return { stream, cancelled: () => cancelled };
  };

  it('by signal ends both directions promptly and lets go of the input', async () => {
    const { codec, student } = await tinyCodec();
    const { archive } = await studentArchive(60_000);
    const source = endless();
    for (const run of [
      (signal: AbortSignal) =>
        compress(source.stream, { codec, student, level: 1, signal, blockBytes: 200_000 }),
      (signal: AbortSignal) =>
        decompress(streamOf(archive), { codec, students: async () => student, signal }),
    ]) {
      const controller = new AbortController();
      const result = bytesOf(run(controller.signal));
      const began = performance.now();
      setTimeout(() => controller.abort(), 20);
      await expect(result).rejects.toMatchObject({ code: 'UST_ABORTED' });
      expect(performance.now() - began).toBeLessThan(3000);
    }
    expect(source.cancelled()).toBe(true);
  });

  it('before the start does no work', async () => {
    const { codec, student } = await tinyCodec();
    const signal = AbortSignal.abort();
    await expect(
      bytesOf(compress(endless().stream, { codec, student, level: 1, signal })),
    ).rejects.toMatchObject({
      code: 'UST_ABORTED',
    });
  });

  it('by cancelling the output lets go of the input', async () => {
    const { codec, student } = await tinyCodec();
    const source = endless();
    const reader = compress(source.stream, { codec, student, level: 1, blockBytes: 1000 }).getReader();
    await reader.read();
    await reader.cancel();
    expect(source.cancelled()).toBe(true);
  });

  it("by the input's own error hands that error on", async () => {
    const { codec, student } = await tinyCodec();
    const failure = new Error('disk on fire');
    const input = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(failure) });
    await expect(bytesOf(compress(input, { codec, student, level: 1 }))).rejects.toBe(failure);
  });
});

describe('a pause', () => {
  it('stops both directions between two steps, in workers too, and changes no byte', async () => {
    const { codec, student } = await tinyCodec();
    const original = await sampleOf(codec, student, 90_000);
    const work = { codec, student, level: 1, size: original.length, threads: 2, blockBytes: 30_000 } as const;
    const archive = await bytesOf(compress(streamOf(original), work));
    for (const [run, expected] of [
      [(onProgress: OnProgress) => compress(streamOf(original), { ...work, onProgress }), archive],
      [
        (onProgress: OnProgress) =>
          decompress(streamOf(archive), { codec, students: async () => student, threads: 2, onProgress }),
        original,
      ],
    ] as const) {
      let done = 0;
      let held = false;
      const result = bytesOf(
        run((event) => {
          if (event.type !== 'work') return;
          done = event.bytesDone;
          if (held || done === 0) return;
          held = true;
          codec.gate.hold();
        }),
      );
      await vi.waitFor(() => expect(held).toBe(true), 5000);
      // What was under way ends its step; then nothing moves.
      await new Promise((resolve) => setTimeout(resolve, 150));
      const before = done;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(done).toBe(before);
      expect(done).toBeLessThan(original.length);
      codec.gate.release();
      expect(Buffer.from(expected).equals(await result)).toBe(true);
    }
  });

  it('can be stopped for good', async () => {
    const { codec, student } = await tinyCodec();
    const original = await sampleOf(codec, student, 60_000);
    const controller = new AbortController();
    const { signal } = controller;
    codec.gate.hold();
    try {
      const result = bytesOf(compress(streamOf(original), { codec, student, level: 1, signal }));
      setTimeout(() => controller.abort(), 20);
      await expect(result).rejects.toMatchObject({ code: 'UST_ABORTED' });
    } finally {
      codec.gate.release();
    }
  });
});

describe('progress', () => {
  it('moves within a block, knows the total, and is rare', async () => {
    const { codec, student } = await tinyCodec();
    const original = await sampleOf(codec, student, 64_000);
    const events: Progress[] = [];
    const began = performance.now();
    const onProgress = (event: Progress): unknown => events.push(event);
    await bytesOf(
      compress(streamOf(original), { codec, student, level: 1, size: original.length, onProgress }),
    );
    const work = events.filter((event) => event.type === 'work');
    expect(work.length).toBeGreaterThan(1);
    expect(work.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 50);
    work.reduce((before, { bytesDone, bytesTotal }) => {
      expect(bytesTotal).toBe(original.length);
      expect(bytesDone).toBeGreaterThanOrEqual(before);
      expect(bytesDone).toBeLessThanOrEqual(original.length);
      return bytesDone;
    }, 0);
    expect(events.at(-1)).toMatchObject({ type: 'done', originalBytes: original.length });
  });
});
