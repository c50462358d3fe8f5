/**
 * A real Slurm on this machine, for the tests of the cluster commands: munged, slurmctld and four slurmd, everything
 * of theirs in one scratch folder, on free ports of the loopback. Each node has eight pretended GPUs (character devices) and
 * pretends to have 128 cores. Two nodes are what most tests use; the others take over when one is drained.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const NODES = ['n1', 'n2', 'n3', 'n4'];
export const GPUS_PER_NODE = 8;
const START_LIMIT_MS = 60_000;
const sbin = '/usr/sbin';

/** What keeps a Slurm from being brought up here, in one sentence; undefined where it can. */
export function whyNoSlurm(): string | undefined {
  if (!existsSync(join(sbin, 'slurmctld')) || !existsSync(join(sbin, 'munged')))
    return 'no Slurm on this machine: apt-get install slurm-wlm munge';
  return process.getuid?.() === 0 ? undefined : 'only root can bring up a Slurm of its own';
}

/**
 * Bash that starts the daemons and waits for its standard input to close, which happens however the tests end. Then: first the jobs (a
 * step whose daemon has gone would live on), then the daemons, last the folder.
 */
const KEEPER = `
state=$1 sbin=$2; shift 2
daemons=()
start() { "$sbin/$@" > "$state/log/out-\${#daemons[@]}" 2>&1 & daemons=($! "\${daemons[@]}"); }
start munged --foreground --key-file="$state/munge/munge.key" --socket="$state/sock/munge.socket" \\
  --pid-file="$state/run/munged.pid" --log-file="$state/log/munged.log" --seed-file="$state/munge/munge.seed"
for _ in {1..600}; do [ -S "$state/sock/munge.socket" ] && break; sleep 0.1; done
start slurmctld -D -c -f "$SLURM_CONF"
for node; do start slurmd -D -N "$node" -f "$SLURM_CONF"; done
read -r _
scancel --user=root --quiet
for _ in {1..300}; do [ -z "$(squeue --noheader)" ] && break; sleep 0.1; done
for daemon in "\${daemons[@]}"; do kill -TERM "$daemon"; wait "$daemon"; done
rm -rf "$state"
`;

export interface Slurm {
  /** For every client of this Slurm: SLURM_CONF and a TMPDIR that is removed with it. */
  readonly env: NodeJS.ProcessEnv;
  /** Standard output of a client command. Rejects with its words where it fails. */
  run(command: string, ...args: string[]): Promise<string>;
  /** State by Slurm's words (`PENDING`, `RUNNING`, `COMPLETED`, …) of a job or array task, or of every task of an array. */
  states(job: string): Promise<string[]>;
  /** Waits until every task of the job has ended, in whatever way; gives the states. */
  ended(job: string, limitMs: number): Promise<string[]>;
  stop(): Promise<void>;
}

const isOver = (state: string): boolean =>
  !['PENDING', 'CONFIGURING', 'RUNNING', 'COMPLETING', 'SUSPENDED', 'REQUEUED', 'REQUEUE_HOLD'].includes(
    state,
  );

/** Waits until `probe` gives something, looking every 100 ms. Rejects after `limitMs` with what it waited for. */
export async function until<T>(
  what: string,
  limitMs: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

export async function startSlurm(): Promise<Slurm> {
  const state = await mkdtemp(join(tmpdir(), 'understudy-slurm-'));
  const at = (...parts: string[]): string => join(state, ...parts);
  for (const folder of ['etc', 'ctld', 'log', 'run', 'sock', 'munge', 'tmp', ...NODES])
    await mkdir(at(folder));
  // munged refuses a socket folder that others may not enter, and a key folder that they may.
  for (const folder of ['', 'etc', 'sock']) await chmod(at(folder), 0o755);
  await chmod(at('munge'), 0o700);
  await writeFile(at('munge', 'munge.key'), randomBytes(1024), { mode: 0o600 });
  const devices = Array.from({ length: GPUS_PER_NODE }, (_, index) => at('etc', `gpu${index}`));
  // Only character devices give a job its CUDA_VISIBLE_DEVICES.
  for (const device of devices) await promisify(execFile)('mknod', [device, 'c', '1', '3']);
  const ports = await freePorts(1 + NODES.length);
  await writeFile(at('etc', 'slurm.conf'), configuration(state, ports));
  await writeFile(
    at('etc', 'gres.conf'),
    `NodeName=n[1-${NODES.length}] Name=gpu Type=h100 File=${at('etc')}/gpu[0-${GPUS_PER_NODE - 1}]\n`,
  );
  const env = { ...process.env, SLURM_CONF: at('etc', 'slurm.conf'), TMPDIR: at('tmp') };

  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(command, args, { env, timeout: 60_000 })).stdout.trimEnd();
  const states = async (job: string): Promise<string[]> =>
    (await run('squeue', '--noheader', '--array', '--states=all', `--jobs=${job}`, '--format=%T')).split(
      '\n',
    );
  // In a session of its own: what interrupts the tests must not reach the daemons before their jobs are gone.
  const keeper = spawn('bash', ['-c', KEEPER, 'slurm', state, sbin, ...NODES], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise((done) => keeper.once('close', done));
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    await ended;
  };
  try {
    await until('idle nodes', START_LIMIT_MS, async () => {
      const idle = await run('sinfo', '-h', '-N', '-p', 'wide', '-o', '%T').catch(() => '');
      return idle.split('\n').filter((line) => line === 'idle').length === NODES.length;
    });
  } catch (error) {
    const words = await readFile(at('log', 'slurmctld.log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`Slurm did not come up: ${String(error)}\n${words.slice(-2000)}`, { cause: error });
  }
  return {
    env,
    run,
    states,
    ended: (job, limitMs) =>
      until(`job ${job} to end`, limitMs, async () => {
        const all = await states(job);
        return all.every(isOver) && all;
      }),
    stop,
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((done) => {
          const server = createServer().listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  return Promise.all(
    servers.map((server) => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      return new Promise<number>((done) => server.close(() => done(port)));
    }),
  );
}

/** Every wait that sites have and tests would sit out is short: that of a requeued job (`cred_expire`), of the scheduler, of a kill. */
function configuration(state: string, [controller = 0, ...slurmd]: number[]): string {
  const host = hostname().split('.')[0] ?? 'localhost';
  return `ClusterName=testbed
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${state}/sock/munge.socket,cred_expire=2
StateSaveLocation=${state}/ctld
SlurmdSpoolDir=${state}/%n
SlurmctldPidFile=${state}/run/slurmctld.pid
SlurmdPidFile=${state}/run/slurmd.%n.pid
SlurmctldLogFile=${state}/log/slurmctld.log
SlurmdLogFile=${state}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0,bf_interval=2
SlurmdParameters=config_overrides
EnforcePartLimits=ALL
ReturnToService=2
KillWait=10
SlurmdTimeout=10
MinJobAge=3600
MailProg=/bin/true
GresTypes=gpu
${NODES.map(
  (node, index) =>
    `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${slurmd[index]} CPUs=128 Boards=1 SocketsPerBoard=2 CoresPerSocket=64 ThreadsPerCore=1 RealMemory=512000 Gres=gpu:h100:${GPUS_PER_NODE} State=UNKNOWN`,
).join('\n')}
PartitionName=test Nodes=n[1-2] Default=YES MaxTime=4320 DefaultTime=5 State=UP
PartitionName=wide Nodes=n[1-${NODES.length}] MaxTime=4320 DefaultTime=5 State=UP
`;
}
