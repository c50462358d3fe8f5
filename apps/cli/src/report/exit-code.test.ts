import { describe, expect, it } from 'vitest';
import { EngineError, TruncatedError, UnknownModelError } from '@understudy/codec';
import { FileProblem, ModelNotFoundError, UsageError, VerifyError } from '../errors.ts';
import { describeError } from './exit-code.ts';

describe('the exit code', () => {
  it.each([
    [new TruncatedError({ where: 'the header', offset: 3 }), 1, 'UST_TRUNCATED'],
    [new UsageError('no'), 2, 'UST_USAGE'],
    [new FileProblem('read', 'x', Object.assign(new Error(), { code: 'ENOENT' })), 2, 'UST_FILE_NOT_FOUND'],
    [new FileProblem('write', 'x', Object.assign(new Error(), { code: 'ENOSPC' })), 3, 'UST_DISK_FULL'],
    [new EngineError({ engine: 'ort-wasm', problem: 'gone' }), 3, 'UST_ENGINE'],
    [new UnknownModelError({ id: 'ab' }), 3, 'UST_MODEL_UNKNOWN'],
    [new ModelNotFoundError('none'), 3, 'UST_MODEL_NOT_FOUND'],
    [new VerifyError('x'), 3, 'UST_VERIFY'],
    [new TypeError('oops'), 3, 'UST_INTERNAL'],
    ['thrown text', 3, 'UST_INTERNAL'],
  ])('of %s is %d (%s)', (error, exitCode, code) => {
    expect(describeError(error)).toMatchObject({ exitCode, code });
  });

  it('carries the facts of a codec error, and its sentence', () => {
    expect(describeError(new TruncatedError({ where: 'the header', offset: 3 }))).toMatchObject({
      facts: { where: 'the header', offset: 3 },
      fromCodec: true,
      message: expect.stringContaining('ends at byte 3') as string,
    });
  });
});
