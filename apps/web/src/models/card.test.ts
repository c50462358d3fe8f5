import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCard } from './card.ts';

describe('a card', () => {
  it('of the released student is understood', () => {
    const path = new URL('../../../../models/swift-1/card.json', import.meta.url);
    const card = readCard(JSON.parse(readFileSync(path, 'utf8')));
    expect(card.macPerByte).toBe(96256);
    expect(card.bitsPerByte.map(({ kind }) => kind)).toContain('prose');
    expect(card.sources).toContainEqual({ what: 'English books', bytes: 24_324_407, licence: 'public domain' });
    expect(card.badAt.length).toBeGreaterThan(0);
    expect(card.licence).toContain('Apache-2.0');
  });

  it('of any shape does no harm', () => {
    const odd = { about: 7, macPerByte: 'many', data: [null, { bytes: 'x' }], validationBitsPerByte: { a: null, b: 2 }, badAt: [1, 'b'] };
    expect(readCard(odd)).toEqual({ bitsPerByte: [{ kind: 'b', bits: 2 }], badAt: ['b'], sources: [] });
    for (const value of [null, 3, 'card', []]) expect(readCard(value)).toEqual({ bitsPerByte: [], badAt: [], sources: [] });
  });
});
