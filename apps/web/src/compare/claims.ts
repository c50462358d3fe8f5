/**
 * What the project that gave the idea for this one claimed of its own programs: on Wikipedia text, on machines unknown. Nothing of it
 * was measured here, and nothing of it could be checked; it is drawn hollow and called a claim wherever it shows.
 */

export interface Claim {
  id: string;
  label: string;
  short: string;
  /** Compressed size as percent of the original. */
  percent: number;
  /** Bytes a second, where one was claimed. */
  speed?: number;
}

export const claims: readonly Claim[] = [
  { id: 'claim-student', label: 'claimed: a student', short: 'claimed student', percent: 28, speed: 12e6 },
  { id: 'claim-teacher', label: 'claimed: cmix', short: 'claimed cmix', percent: 12 },
];

export const claimsNote =
  'Hollow and dashed: figures that the project behind this idea published for Wikipedia text. Not of your file, not measured here.';
