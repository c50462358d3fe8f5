/**
 * Figures of programs that no package system installs, measured once beside the others on the files of docs/BENCHMARKS.md, which
 * are known by their digest. They stand in tables marked as not run: size depends on the file alone, speed is left out.
 */
export const storedPrograms = {
  bsc: 'bsc 3.3 -b64 -e2',
  paq8px: 'paq8px v216 -6',
} as const;

export type StoredProgram = keyof typeof storedPrograms;

/** By the first 16 digits of the SHA-256: archive in percent of the original. */
const figures: Readonly<Record<string, Partial<Record<StoredProgram, number>>>> = {
  // canterbury/alice29.txt
  '4cbce86540bcef43': { bsc: 27.1, paq8px: 22.27 },
  // canterbury/asyoulik.txt
  eaa3526fe53859f3: { bsc: 29.76 },
  // canterbury/cp.html
  e0cd21cef5b6c406: { bsc: 29.94 },
  // canterbury/fields.c
  '85d73e354cc50cec': { bsc: 26.49 },
  // canterbury/grammar.lsp
  '1b0805dfc0ae706b': { bsc: 34.13 },
  // canterbury/kennedy.xls
  '9af47239ca29dfe2': { bsc: 7.19 },
  // canterbury/lcet10.txt
  '938e69e61b3411d8': { bsc: 23.72 },
  // canterbury/plrabn12.txt
  '7f498b78f161d81b': { bsc: 28.63 },
  // canterbury/ptt5
  '0ec3a75089bb5234': { bsc: 9.09 },
  // canterbury/sum
  ee5733cd76ecc2f9: { bsc: 30.84 },
  // canterbury/xargs.1
  c58aeb5d2d1e1275: { bsc: 40.93 },
  // code-ts
  d453950c99599d57: { bsc: 14.21, paq8px: 9.18 },
  // enwik-b
  f35c97c117cef50d: { bsc: 24.92, paq8px: 19.07 },
  // html
  da451207bb9485fc: { bsc: 9.98, paq8px: 6.19 },
  // json
  e3dfef53a7cb1e2b: { bsc: 6.26, paq8px: 3.85 },
  // log
  '0577928da899d755': { bsc: 6.86, paq8px: 3.97 },
  // mixed-utf8
  c37ae2aa7a7be119: { bsc: 26.53, paq8px: 20.51 },
  // silesia/dickens-1m
  e39587581d1c15cd: { bsc: 23.91, paq8px: 19.93 },
  // silesia/mr-350k
  '64d956293e27aab3': { bsc: 21.45 },
  // silesia/nci-350k
  '976596ac093879a1': { bsc: 5.36 },
  // silesia/osdb-350k
  '334fb620071131f9': { bsc: 27.53 },
  // silesia/xml-1m
  d5d1e08b7388cde9: { bsc: 8.82 },
  // wiki-markup
  e1ba9908301c3b2d: { bsc: 26.46, paq8px: 19.58 },
  // wiki-plain
  b834e4320ef49536: { bsc: 27.17, paq8px: 22.13 },
};

/** @param sha256 of the file, hexadecimal */
export function storedFigures(sha256: string): { name: string; percent: number }[] {
  const found = figures[sha256.slice(0, 16)] ?? {};
  return (Object.keys(storedPrograms) as StoredProgram[]).flatMap((program) => {
    const percent = found[program];
    return percent === undefined ? [] : [{ name: storedPrograms[program], percent }];
  });
}
