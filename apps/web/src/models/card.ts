/** A student's card (docs/MODEL.md §7) as far as the page shows it. Cards are data from elsewhere: every field may be missing, or be something else. */
import { ownModelFile } from './ownModels.ts';
import type { ModelIndexEntry } from './modelIndex.ts';

export interface Card {
  about?: string;
  licence?: string;
  macPerByte?: number;
  /** Of validation text the student never saw, by kind. */
  bitsPerByte: { kind: string; bits: number }[];
  badAt: string[];
  /** The training text, part by part. */
  sources: { what: string; bytes: number; licence: string }[];
}

export async function fetchCard(entry: ModelIndexEntry, signal: AbortSignal): Promise<Card | undefined> {
  const response = entry.own
    ? await ownModelFile(entry.id, 'card.json')
    : await fetch(cardAddress(entry), { signal });
  return response?.ok ? readCard(await response.json()) : undefined;
}

export function cardAddress({ name }: ModelIndexEntry): string {
  return `/models/${name}/card.json`;
}

export function readCard(value: unknown): Card {
  const card = record(value);
  const about = text(card.about);
  const licence = text(card.licence);
  const macPerByte = number(card.macPerByte);
  const sources = Array.isArray(card.data) ? card.data.map(readSource) : [];
  return {
    ...(about === undefined ? {} : { about }),
    ...(licence === undefined ? {} : { licence }),
    ...(macPerByte === undefined ? {} : { macPerByte }),
    bitsPerByte: Object.entries(record(card.validationBitsPerByte))
      .flatMap(([kind, bits]) => (typeof bits === 'number' && Number.isFinite(bits) ? [{ kind, bits }] : []))
      .sort((a, b) => a.bits - b.bits),
    sources: sources.filter(({ bytes }) => bytes > 0),
    badAt: Array.isArray(card.badAt) ? card.badAt.filter((line): line is string => typeof line === 'string') : [],
  };
}

function readSource(value: unknown): Card['sources'][number] {
  const source = record(value);
  return {
    what: text(source.what) ?? text(source.file) ?? 'text',
    bytes: number(source.bytes) ?? 0,
    licence: text(source.licence) ?? 'licence not told',
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
