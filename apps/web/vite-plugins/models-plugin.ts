/**
 * Serves and emits the released students under /models/, with an index that names each one's size and id, so that the
 * page can say what it will download before it does. A model is a folder NAME-N holding student.onnx (docs/MODEL.md §7);
 * its id is the SHA-256 of that file.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import type { ModelIndex, ModelIndexEntry } from '../src/models/modelIndex.ts';

const modelFiles = ['student.onnx', 'parity.bin', 'card.json'] as const;

/**
 * Folders of models that the page offers, the one it compresses with first. The released ones; UNDERSTUDY_MODELS adds a folder
 * before them, so that archives of released students still open. In mode `test`, and while no student is released, the small ones.
 */
export function modelFolders(root: string, mode: string): string[] {
  const chosen = process.env.UNDERSTUDY_MODELS;
  const released = join(root, 'models');
  const own = mode === 'test' || listModels(released).length === 0 ? join(root, 'tests/models') : released;
  return [...(chosen ? [resolve(root, chosen)] : []), own];
}

function listModels(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'student.onnx')))
    .sort();
}

/** Where each model lies, by name, in the order of the index; the first folder wins a name. */
function modelPaths(folders: readonly string[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const folder of folders)
    for (const name of listModels(folder)) if (!paths.has(name)) paths.set(name, join(folder, name));
  return paths;
}

function indexOf(folders: readonly string[], paths: ReadonlyMap<string, string>): ModelIndex {
  const models = [...paths].map(([name, path]): ModelIndexEntry => {
    const student = readFileSync(join(path, 'student.onnx'));
    const parity = join(path, 'parity.bin');
    const card = join(path, 'card.json');
    return {
      name,
      id: createHash('sha256').update(student).digest('hex'),
      architecture: existsSync(card) ? architectureIn(readFileSync(card, 'utf8')) : '',
      studentBytes: student.length,
      parityBytes: existsSync(parity) ? readFileSync(parity).length : 0,
    };
  });
  // A second folder is there only where the first holds models of the builder's own.
  const preferred = folders.length > 1 ? listModels(folders[0] ?? '').at(-1) : undefined;
  return { models, ...(preferred ? { preferred } : {}) };
}

/** Of a card; empty where it does not say. */
function architectureIn(card: string): string {
  const { architecture } = JSON.parse(card) as { architecture?: unknown };
  return typeof architecture === 'string' ? architecture : '';
}

export function modelsPlugin(folders: readonly string[]): Plugin {
  return {
    name: 'understudy-models',
    configureServer(server) {
      server.middlewares.use('/models', (request, response, next) => {
        const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
        if (path === '/index.json') {
          response.setHeader('Content-Type', 'application/json');
          response.end(JSON.stringify(indexOf(folders, modelPaths(folders))));
          return;
        }
        const [, name = '', file = ''] = path.split('/');
        const folder = modelPaths(folders).get(name);
        const known = folder !== undefined && (modelFiles as readonly string[]).includes(file);
        if (!known || !existsSync(join(folder, file))) return next();
        response.setHeader(
          'Content-Type',
          file.endsWith('.json') ? 'application/json' : 'application/octet-stream',
        );
        createReadStream(join(folder, file)).pipe(response);
      });
    },
    generateBundle() {
      const paths = modelPaths(folders);
      const index = indexOf(folders, paths);
      if (index.models.length === 0)
        this.warn(`no student.onnx below ${folders.join(', ')}: the page cannot compress`);
      this.emitFile({ type: 'asset', fileName: 'models/index.json', source: JSON.stringify(index) });
      for (const [name, folder] of paths) {
        for (const file of modelFiles) {
          const path = join(folder, file);
          if (!existsSync(path)) continue;
          this.emitFile({ type: 'asset', fileName: `models/${name}/${file}`, source: readFileSync(path) });
        }
      }
    },
  };
}
