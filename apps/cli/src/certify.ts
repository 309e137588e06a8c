import { certify } from '@iresnet/pipeline';
import { describeCertificate } from '@iresnet/pipeline/run';
import { exitCode } from './exit';
import type { ModelRequest } from './requests/judge';
import type { Opened } from './run/dispatch';
import { printableText } from './terminal/printable';
import type { Output } from './terminal/output';

/**
 * Print what is proven of a model.
 *
 * @returns `notProven` unless the whole model is.
 */
export async function certifyModel(
  { pipeline }: Opened,
  { json }: Pick<ModelRequest, 'json'>,
  output: Output,
): Promise<number> {
  const certificate = certify(pipeline);
  await output.data(
    json ? `${JSON.stringify(certificate)}\n` : printableText(describeCertificate(certificate)),
  );
  if (certificate.invertible) return exitCode.ok;
  const [first, ...rest] = certificate.flaws;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  output.log(`not proven invertible: ${first!.part}: ${first!.problem}${more}`);
  return exitCode.notProven;
}
