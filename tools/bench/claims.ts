/**
 * What the attempt that this project was inspired by published: no program, files or machine are named there, so that nothing of it
 * could be run. It stands beside the figures only as what was to be beaten.
 */
export const claims = [
  ['cmix', '12 %', ''],
  ['HoloCodec', '20 %', '10 MB/s'],
  ['7-Zip LZMA2', '24 %', '15 MB/s'],
  ['a distilled student', '28 %', '12 MB/s'],
] as const;

export const claimColumns = ['claim', 'size', 'speed'] as const;

export const claimsIntroduction =
  'Published by the attempt that inspired this project, on data that it does not name; nothing of it could be run here:';
