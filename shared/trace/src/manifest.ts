/**
 * `manifest.json` (docs/TRACE.md §4): what a folder of shards holds, with their digests. Parsing takes untrusted text; whatever passes is
 * complete and adds up.
 */
import { SCHEMA_VERSION } from './constants.ts';
import { ManifestError, TraceHeaderError, TraceVersionError } from './errors.ts';
import { isProfile, parseRange, parseTeacher, type TeacherIdentity } from './header.ts';
import type { TraceProfile } from './schema.ts';

/** The traced input. `sha256` is of all its bytes, in hexadecimal; null where only a trace stream of unknown origin was there. */
export interface TraceSource {
  name: string;
  bytes: number;
  sha256: string | null;
}

export interface ManifestShard {
  file: string;
  rows: number;
  bytes: number;
  sha256: string;
  firstPosition: number;
  lastPosition: number;
}

/** What a trace is of: equal subjects give equal rows. */
export interface TraceSubject {
  teacher: TeacherIdentity;
  profile: TraceProfile;
  stride: number;
  range: [number, number];
  warmUp: number;
  source: TraceSource;
}

export interface Manifest extends TraceSubject {
  schema: number;
  rows: number;
  /** Bytes of the archive that plain compression of the same range makes; 0 if unknown. */
  archiveBytes: number;
  shards: ManifestShard[];
}

export function createManifest(
  subject: TraceSubject,
  shards: ManifestShard[],
  archiveBytes: number,
): Manifest {
  const { teacher, profile, stride, range, warmUp, source } = subject;
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  return {
    schema: SCHEMA_VERSION,
    teacher,
    profile,
    stride,
    range,
    warmUp,
    source,
    rows,
    archiveBytes,
    shards,
  };
}

export function serialiseManifest(manifest: Manifest): string {
  return JSON.stringify(manifest, null, 1) + '\n';
}

/** Parses a manifest. Throws ManifestError, or TraceVersionError for another schema. */
export function parseManifest(text: string): Manifest {
  let raw: Partial<Manifest>;
  try {
    raw = JSON.parse(text) as Partial<Manifest>;
  } catch (cause) {
    throw new ManifestError('is not JSON; run `trainer log` again', { cause });
  }
  if (typeof raw !== 'object' || raw === null) throw new ManifestError('is not an object');
  if (raw.schema !== SCHEMA_VERSION)
    throw new TraceVersionError({ what: 'the manifest', found: raw.schema, expected: SCHEMA_VERSION });
  if (!isProfile(raw.profile)) throw new ManifestError(`profile ${JSON.stringify(raw.profile)} is unknown`);
  const source = raw.source;
  if (
    !source ||
    typeof source.name !== 'string' ||
    !isCount(source.bytes) ||
    !(source.sha256 === null || isDigest(source.sha256))
  ) {
    throw new ManifestError('source is not { name, bytes, sha256 }');
  }
  if (!isCount(raw.stride) || raw.stride < 1 || !isCount(raw.warmUp) || !isCount(raw.archiveBytes)) {
    throw new ManifestError('stride, warmUp or archiveBytes is no whole number');
  }
  if (!Array.isArray(raw.shards)) throw new ManifestError('shards is not a list');
  try {
    const subject = {
      teacher: parseTeacher(raw.teacher),
      profile: raw.profile,
      stride: raw.stride,
      range: parseRange(raw.range),
      warmUp: raw.warmUp,
      source,
    };
    const manifest = createManifest(subject, raw.shards.map(parseShard), raw.archiveBytes);
    if (manifest.rows !== raw.rows)
      throw new ManifestError(`states ${String(raw.rows)} rows, its shards have ${manifest.rows}`);
    return manifest;
  } catch (cause) {
    if (cause instanceof TraceHeaderError)
      throw new ManifestError(cause.message.replace('trace header: ', ''), { cause });
    throw cause;
  }
}

function parseShard(shard: Partial<ManifestShard>, index: number): ManifestShard {
  const { file, rows, bytes, sha256, firstPosition, lastPosition } = shard;
  // A name with a path in it could point anywhere on the disk.
  const named = typeof file === 'string' && /^shard_\d{4,}\.parquet$/.test(file);
  if (
    !named ||
    !isCount(rows) ||
    !isCount(bytes) ||
    !isDigest(sha256) ||
    !isCount(firstPosition) ||
    !isCount(lastPosition)
  ) {
    throw new ManifestError(
      `shards[${index}] is not { file, rows, bytes, sha256, firstPosition, lastPosition }`,
    );
  }
  return { file, rows, bytes, sha256, firstPosition, lastPosition };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
