/** Where the parts of this project lie, seen from the trainer's sources: the one place that knows the layout of the checkout. */
import { fileURLToPath } from 'node:url';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const project = {
  root: fromRoot(''),
  nativeTeacher: fromRoot('wasm/cmix/build/teacher'),
  teacherWasm: fromRoot('public/wasm/teacher.wasm'),
  coderWasm: fromRoot('public/wasm/coder.wasm'),
  virtualEnvironment: fromRoot('.venv/bin/python'),
  pythonSources: fromRoot('apps/trainer-cli/python/src'),
  docs: fromRoot('docs'),
} as const;
