import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** @param {string[]} args */
const start = (...args) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'start.mjs'), ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  });

it('says in one sentence that the port is busy, before anything is installed or built', async () => {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  // The check is made by another process while this one sleeps; the kernel answers for the listening socket.
  const { status, stderr, stdout } = start('--port', String(port));
  server.close();
  expect(status).toBe(3);
  expect(stderr).toBe(
    `npm start: port ${port} is busy: end the program that uses it, or choose another: npm start -- --port ${port + 1}\n`,
  );
  expect(stdout).toBe('');
});

it('refuses a port that is none and an option it does not know', () => {
  expect(start('--port', '70000')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('a number from 1 to 65535'),
  });
  expect(start('--prot', '4180')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("Unknown option '--prot'"),
  });
});
