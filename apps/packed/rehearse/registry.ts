import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { clean, root } from './shell';

const VERSION = '6.8.0'; // the last for Node 20

/** A registry on this host that holds what this rehearsal publishes, and nothing else. */
export interface Registry {
  /**
   * The lines of a `.npmrc` that send `@iresnet` there and everything else where it always comes
   * from.
   */
  readonly npmrc: string;
  stop(): Promise<void>;
}

/** Start verdaccio on a free port of the loopback address, with its packages below `home`. */
export async function startRegistry(home: string): Promise<Registry> {
  const cache = join(root, 'node_modules/.cache/rehearsal');
  const program = join(cache, 'node_modules/verdaccio/bin/verdaccio');
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    // Verdaccio asks for node-fetch by a tag, which not every registry has.
    const manifest = {
      private: true,
      dependencies: { verdaccio: VERSION },
      overrides: { 'node-fetch': '2.7.0' },
    };
    writeFileSync(join(cache, 'package.json'), JSON.stringify(manifest));
    await clean('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], cache);
  }
  mkdirSync(home, { recursive: true });
  const config = join(home, 'config.yaml');
  writeFileSync(
    config,
    [
      'storage: ./storage',
      'uplinks: {}',
      "packages: { '@iresnet/*': { access: $all, publish: $all } }",
      'max_body_size: 50mb',
      'log: { type: stdout, level: warn }',
    ].join('\n'),
  );
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const server = spawn(process.execPath, [program, '--config', config, '--listen', host], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (let tries = 0; !(await answers(`http://${host}/-/ping`)); tries++) {
    if (tries > 300 || server.exitCode !== null) throw new Error('the registry does not start');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    // npm wants a token before it publishes; this registry asks for none.
    npmrc: `@iresnet:registry=http://${host}/\n//${host}/:_authToken=rehearsal\n`,
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
