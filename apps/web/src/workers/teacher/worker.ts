/** The teacher worker: loads the teacher's WASM on first use, runs one trace at a time, writes shards from what it kept. */
import { expose } from 'comlink';
import { Teacher } from '@understudy/trace';
import { releaseCallback } from '../callback.ts';
import { outcome } from '../outcome.ts';
import type { TeacherWorkerApi } from './api.ts';
import { writeShard } from './shard.ts';
import { TraceSession } from './session.ts';

let teacher: Promise<Teacher> | undefined;
let session: TraceSession | undefined;

function loadTeacher(): Promise<Teacher> {
  teacher ??= WebAssembly.compileStreaming(fetch('/wasm/teacher.wasm')).then((module) =>
    Teacher.load(module),
  );
  return teacher.catch((error: unknown) => {
    // A failed download must not be remembered.
    teacher = undefined;
    throw error;
  });
}

const api: TeacherWorkerApi = {
  trace: (file, options, onSnapshot) =>
    outcome('UST_PAGE_TEACHER', async () => {
      session?.stop();
      session = new TraceSession(await loadTeacher(), file.name, onSnapshot);
      const bytes = new Uint8Array(await file.slice(0, options.bytes).arrayBuffer());
      return session.run(bytes, options.profile, options.model).finally(() => releaseCallback(onSnapshot));
    }),
  setPaused: (paused) => session?.setPaused(paused),
  stop: () => session?.stop(),
  writeShard: (onProgress) =>
    outcome('UST_PAGE_SHARD', async () => {
      if (!session) throw new Error('nothing was traced yet; trace a file first');
      return writeShard(session.traced(), onProgress).finally(() => releaseCallback(onProgress));
    }),
};
expose(api);
