import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { start, until, type Engine } from './workload';

/** A controller of SLURM and two nodes, all on loopback. */
export interface Slurm {
  /** What its commands need to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Run one of its commands; gives what it prints. */
  command(name: string, ...args: readonly string[]): string;
  /** The daemon of a node by its name; started again where it has ended. */
  node(name: string): Engine;
}

const NODES = ['n1', 'n2'] as const;

/** Start SLURM with its state in a folder. Root alone can. */
export async function startSlurm(home: string): Promise<Slurm> {
  const path = (...names: string[]): string => join(home, ...names);
  const host = hostname().split('.')[0]!;
  const [user, group] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'munge'], { encoding: 'utf8' })),
  );
  for (const folder of ['', 'munge', 'state', ...NODES]) {
    mkdirSync(path(folder), { recursive: true });
    chmodSync(path(folder), 0o755);
  }
  writeFileSync(path('munge/key'), randomBytes(1024), { mode: 0o600 });
  for (const of of ['munge', 'munge/key']) chownSync(path(of), user!, group!);
  writeFileSync(
    path('slurm.conf'),
    `ClusterName=iresnet
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=16817
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
AuthType=auth/munge
# A job that is put back waits until its credential is over: 120 s unless it says so.
AuthInfo=socket=${path('munge/socket')},cred_expire=5
CredType=cred/munge
StateSaveLocation=${path('state')}
SlurmctldPidFile=${path('slurmctld.pid')}
SlurmdPidFile=${path('slurmd-%n.pid')}
SlurmdSpoolDir=${path('%n')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SlurmdTimeout=6
KillWait=1
ReturnToService=2
JobRequeue=1
${NODES.map((name, i) => `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${17001 + i} CPUs=1 RealMemory=4096`).join('\n')}
PartitionName=main Nodes=${NODES.join()} Default=YES MaxTime=INFINITE State=UP
`,
  );
  const env = { SLURM_CONF: path('slurm.conf') };
  const command = (name: string, ...args: readonly string[]): string =>
    execFileSync(name, args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } }).trim();
  start('setpriv', [
    ...['--reuid=munge', '--regid=munge', '--clear-groups', 'munged', '--foreground', '--force'],
    ...['key-file', 'socket', 'pid-file', 'seed-file', 'log-file'].map(
      (file) =>
        `--${file}=${path('munge', file === 'key-file' ? 'key' : file === 'socket' ? file : `munged.${file}`)}`,
    ),
  ]);
  await until('munge works', () => {
    try {
      command('munge', '-n', '-S', path('munge/socket'));
      return true;
    } catch {
      return false;
    }
  });
  start('slurmctld', ['-D'], env);
  const node = (name: string): Engine => start('slurmd', ['-D', '-N', name], env);
  NODES.forEach(node);
  await until('two nodes are idle', () => command('sinfo', '-h', '-t', 'idle', '-o', '%D') === '2');
  return { env, command, node };
}

/** The name of the node that runs a process. */
export function nodeOf(pid: number): string {
  return /(?:^|\0)SLURMD_NODENAME=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))![1]!;
}
