import { expect, it } from 'vitest';
import { precacheOf, type BuiltFile } from './service-worker.ts';

const file = (address: string, source: string | Uint8Array = address): BuiltFile => ({ address, source });

it('tells the service worker what to fetch at once, what later, and a version that changes with any file', () => {
  const files = [
    file('/index.html'),
    file('/compare/index.html'),
    file('/_headers'),
    file('/sw.js'),
    file('/assets/index-a.js'),
    file('/assets/ort.webgpu-b.js'),
    file('/assets/huge-c.wasm', new Uint8Array(1_000_000)),
    file('/wasm/coder.wasm'),
    file('/models/index.json'),
    file('/models/swift-1/student.onnx'),
  ];
  const precache = precacheOf(files);
  expect(precache.files).toEqual([
    '/assets/index-a.js',
    '/index.html',
    '/models/index.json',
    '/wasm/coder.wasm',
  ]);
  expect(precache.later).toEqual(['/assets/huge-c.wasm', '/assets/ort.webgpu-b.js']);
  expect(precache.views).toContain('/compare');
  expect(precacheOf(files.toReversed()).version).toBe(precache.version);
  for (const changed of ['/wasm/coder.wasm', '/_headers', '/models/swift-1/student.onnx']) {
    const other = files.map((one) => (one.address === changed ? file(changed, 'other') : one));
    expect(precacheOf(other).version, changed).not.toBe(precache.version);
  }
});
