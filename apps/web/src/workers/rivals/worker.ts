/** The rivals worker: each compressor is a module of its own, loaded when it is first measured. */
import { expose } from 'comlink';
import { outcome } from '../outcome.ts';
import type { RivalId, RivalsWorkerApi } from './api.ts';
import { measure } from './measure.ts';
import type { Rival } from './rival.ts';

const load: Record<RivalId, () => Promise<Rival>> = {
  gzip: async () => (await import('./gzip.ts')).gzip,
  zstd: async () => (await import('./zstd.ts')).zstd,
  brotli: async () => (await import('./brotli.ts')).brotli,
  bzip2: async () => (await import('./bzip2.ts')).bzip2,
  teacher: async () => (await import('./teacher.ts')).theTeacher,
  xz: async () => (await import('./xz.ts')).xz,
};

const api: RivalsWorkerApi = {
  measure: (rival, file) =>
    outcome('UST_PAGE_RIVAL', async () => {
      const [compressor, input] = await Promise.all([load[rival](), file.arrayBuffer()]);
      return measure(compressor, new Uint8Array(input));
    }),
};
expose(api);
