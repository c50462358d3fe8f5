/** Errors keep class, code, facts and sentence across a real message port. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ChecksumError,
  CorruptError,
  EngineError,
  errorClasses,
  fromWire,
  InvalidModelError,
  isWireError,
  LimitError,
  ManyFilesError,
  ModelArchitectureError,
  ModelMismatchError,
  NameError,
  NoEntryError,
  NotArchiveError,
  ParityError,
  toWire,
  TruncatedError,
  UnknownModelError,
  UnprovenModelError,
  UnsafePathError,
  VersionError,
  type UstError,
  type WireError,
} from './errors.ts';

const all: readonly UstError[] = [
  new NameError({ name: 'a/b', problem: 'it has a slash' }),
  new NotArchiveError({ problem: 'it is empty' }),
  new VersionError({ version: 9, supported: 0 }),
  new TruncatedError({ where: 'block 3', offset: 77 }),
  new ChecksumError({ where: 'block 3', stored: '00', computed: '01' }),
  new CorruptError({ where: 'block 3', problem: 'method 9 is not known', offset: 5 }, new Error('inner')),
  new LimitError({ what: 'blocks of', value: 2, limit: 1 }),
  new UnsafePathError({ path: '../a', problem: 'it leads out of its folder' }),
  new ManyFilesError(),
  new NoEntryError({ entry: 'a.txt' }),
  new UnknownModelError({ id: 'ab' }, new Error('404')),
  new ModelMismatchError({ needed: 'ab', found: 'cd' }),
  new ModelArchitectureError({ level: 3, name: 'deep', needed: 'deep', found: 'swift' }),
  new InvalidModelError({ problem: 'it is empty' }),
  new UnprovenModelError({ node: 'n', problem: 'too large' }),
  new ParityError({ engine: 'ort-wasm', model: 'ab', problem: 'logits differ' }),
  new EngineError({ engine: 'ort-webgpu', problem: 'the GPU was lost' }, new Error('device')),
  new AbortedError({ during: 'compression' }),
];

async function acrossPort(wire: WireError): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  const received = new Promise((resolve) => port2.once('message', resolve));
  port1.postMessage(wire);
  const message = await received;
  port1.close();
  return message;
}

describe('errors', () => {
  it('are all here', () => {
    expect(all.map(({ code }) => code).sort()).toEqual(Object.keys(errorClasses).sort());
    for (const error of all) expect(error).toBeInstanceOf(errorClasses[error.code]);
  });

  it.each(all.map((error) => [error.code, error] as const))(
    '%s crosses a message port unchanged',
    async (_, error) => {
      const wire = await acrossPort(toWire(error));
      expect(isWireError(wire)).toBe(true);
      const back = fromWire(wire as WireError);
      expect(back instanceof errorClasses[error.code]).toBe(true);
      expect(back).toMatchObject({
        code: error.code,
        name: error.name,
        message: error.message,
        facts: error.facts,
      });
      expect((back.cause as Error | undefined)?.message).toBe((error.cause as Error | undefined)?.message);
    },
  );

  it('of other kinds keep their name and sentence', async () => {
    const back = fromWire((await acrossPort(toWire(new TypeError('no')))) as WireError);
    expect(back).toMatchObject({ name: 'TypeError', message: 'no' });
    expect(fromWire(toWire('text'))).toMatchObject({ message: 'text' });
    expect(isWireError(new Error('x'))).toBe(false);
  });
});
