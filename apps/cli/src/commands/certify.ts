import type { Command } from 'commander';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';
import { runArgument } from './flags';

/** `iresnet certify`. */
export function addCertify(program: Command, finish: Finish): void {
  const command = program
    .command('certify')
    .argument(...runArgument)
    .description(
      'Print what is proven of a model: whether all of it can be inverted in float32, Lipschitz bounds, evaluations that its inverse needs, bias of its log-determinant. Exits with 6 and names the part when something is not proven.',
    );
  addCommonFlags(command, 'print JSON', [
    'iresnet certify runs/002-digits-hybrid',
    'iresnet certify runs/002-digits-hybrid --json > certificate.json && echo invertible',
  ]).action(async (run: string, { json = false, quiet, backend }: CommonFlags) => {
    const { dispatch } = await import('../run/dispatch');
    const certify = async () => (await import('../certify')).certifyModel;
    finish(await dispatch(run, { json, backend }, processOutput(quiet), { table: certify, images: certify }));
  });
}
