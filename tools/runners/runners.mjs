/**
 * Everything `npm test` runs, in the order it is started: what each runner needs, its commands, its time limit, and how its
 * report is read. A runner `alone` starts when all others have ended (the browser's time limits are wall-clock).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pythonOf } from '../setup/python-environment.mjs';
import { checks } from './checks.mjs';
import { readHouseReport, readJunitReport, readPlaywrightReport, readVitestReport } from './reports.mjs';

/** @typedef {import('../setup/command.mjs').Command} Command */
/**
 * @typedef {object} Runner
 * @property {string} name
 * @property {import('../setup/debian-packages.mjs').DebianPackage[]} packages Debian packages without which it cannot run
 * @property {boolean} python whether it needs the virtual environment
 * @property {Command[]} steps run one after the other; the first that fails ends the runner
 * @property {{ path: string, read: (text: string) => import('./reports.mjs').Counts }} [report] none: the exit status is one test
 * @property {number} minutes time limit, all steps together
 * @property {string[]} [after] runners that must have ended before
 * @property {boolean} [alone]
 * @property {boolean} [light] it mostly waits for clocks and daemons, so it runs beside the others
 */

/**
 * C++ rooms and what their builds are for: speed as shipped, clang's address and undefined-behaviour checks, and its fuzzer, which
 * tools/fuzz.mjs runs for longer.
 */
export const cppRooms = ['cmix', 'coder'];
/** @type {readonly import('../setup/debian-packages.mjs').DebianPackage[]} */
export const fuzzPackages = ['cmake', 'ninja-build', 'clang', 'libclang-rt-14-dev'];
const cppBuilds = [
  { suffix: '', folder: '', options: ['-DCMAKE_BUILD_TYPE=Release'], packages: [] },
  {
    suffix: '-sanitize',
    folder: '',
    options: [
      '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
      '-DUNDERSTUDY_SANITIZE=ON',
      '-DCMAKE_CXX_COMPILER=clang++',
    ],
    packages: /** @type {const} */ (['clang', 'libclang-rt-14-dev']),
  },
  {
    suffix: '-fuzz',
    folder: 'fuzz',
    options: ['-DCMAKE_CXX_COMPILER=clang++'],
    packages: fuzzPackages,
    label: 'fuzz',
  },
];

/**
 * @param {string} root
 * @param {boolean} long whether the long tests run too (they look at UNDERSTUDY_LONG)
 * @returns {Runner[]}
 */
export function runners(root, long) {
  const reports = join(root, 'build/reports');
  const factor = long ? 20 : 1;
  /** @param {string} program @param {string[]} args @returns {Command} */
  const node = (program, ...args) => ({
    command: process.execPath,
    args: [join(root, program), ...args],
    cwd: root,
  });

  /** @type {Runner[]} */
  const form = checks(root).map(({ name, run, packages = [], python = false }) => ({
    name,
    packages,
    python,
    steps: [run],
    minutes: 5,
  }));

  /** @type {Runner[]} */
  const cpp = cppBuilds.flatMap(({ suffix, folder, options, packages, label }) =>
    cppRooms.map((room) => {
      // The release build lies where the trainer looks for a native teacher.
      const build = suffix === '' ? join(root, 'wasm', room, 'build') : join(root, `build/${room}${suffix}`);
      // A folder that CMake has seen before keeps its generator.
      const generator = existsSync(join(build, 'CMakeCache.txt')) ? [] : ['-G', 'Ninja'];
      const report = join(reports, `${room}${suffix}.xml`);
      return {
        name: `${room}${suffix}`,
        packages: ['cmake', 'ninja-build', 'g++', ...packages],
        python: false,
        steps: [
          {
            command: 'cmake',
            args: ['-S', join(root, 'wasm', room, folder), '-B', build, ...generator, ...options],
          },
          { command: 'cmake', args: ['--build', build, '--parallel', '2'] },
          {
            command: 'ctest',
            args: [
              '--test-dir',
              build,
              '--output-on-failure',
              '--no-tests=error',
              ...(label ? ['--label-regex', label] : []),
              '--timeout',
              String(300 * factor),
              '--output-junit',
              report,
            ],
          },
        ],
        report: { path: report, read: readJunitReport },
        minutes: 10 * factor,
      };
    }),
  );

  const wasmReport = join(reports, 'wasm.json');
  const vitestReport = join(reports, 'vitest.json');
  const pytestReport = join(reports, 'pytest.xml');
  const clusterReport = join(reports, 'cluster.json');
  const playwrightReport = join(reports, 'playwright.json');
  return [
    ...form,
    ...cpp.slice(0, cppRooms.length),
    {
      name: 'wasm',
      packages: ['emscripten'],
      python: false,
      steps: [node('tools/build-wasm.mjs', '--check', '--report', wasmReport)],
      report: { path: wasmReport, read: readHouseReport },
      minutes: 10,
    },
    {
      name: 'vitest',
      packages: [],
      python: true,
      after: [...cppRooms],
      steps: [
        node(
          'node_modules/vitest/vitest.mjs',
          'run',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${vitestReport}`,
        ),
      ],
      report: { path: vitestReport, read: readVitestReport },
      minutes: 20 * factor,
    },
    {
      name: 'pytest',
      packages: [],
      python: true,
      steps: [
        {
          command: pythonOf(root),
          args: [
            '-m',
            'pytest',
            '-q',
            '-o',
            `cache_dir=${join(root, '.cache/pytest')}`,
            `--junitxml=${pytestReport}`,
          ],
          cwd: join(root, 'apps/trainer-cli/python'),
        },
      ],
      report: { path: pytestReport, read: readJunitReport },
      minutes: 12 * factor,
    },
    {
      name: 'cluster',
      packages: ['slurm-wlm', 'munge'],
      python: true,
      after: [...cppRooms],
      light: true,
      steps: [
        node(
          'node_modules/vitest/vitest.mjs',
          'run',
          '--config',
          'tests/cluster/vitest.config.ts',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${clusterReport}`,
        ),
      ],
      report: { path: clusterReport, read: readVitestReport },
      minutes: 20 * factor,
    },
    ...cpp.slice(cppRooms.length),
    {
      name: 'playwright',
      packages: ['chromium'],
      python: true,
      alone: true,
      steps: [
        {
          ...node('node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'),
          env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
        },
      ],
      report: { path: playwrightReport, read: readPlaywrightReport },
      minutes: 15 * factor,
    },
  ];
}
