import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { parseSafetensors, toSafetensors, type HostTensor } from '@iresnet/checkpoint';
import { isFailure, runFolder } from '../src/run';
import { native } from '../../../scripts/native';
import { copyOf, editLargest, editManifest, emptyFolder, fixtures } from './fixtures';

/** The committed cases and the kind that must take each. */
const cases: Readonly<Record<string, string>> = {
  A3_conv3x3_4to6_7x5_between: 'soft-spectral-norm',
  A8_dense_64to2: 'soft-spectral-norm',
  B5_sorting: 'conv-block',
  C2_classifier_injpad: 'image-classifier',
  C3_singlescale_density: 'image-density',
  C_tiny_actnorm: 'activation-norm',
  C_tiny_pad_split: 'pad-split',
  C_tiny_squeeze: 'squeeze',
  E1_lipswish: 'lipswish',
  E2d_induced_dense_small: 'induced-norm',
  E3a_roulette_dense: 'roulette',
  E3b_roulette_conv: 'roulette',
  E4a_neumann_dense: 'neumann-gradient',
};

describe.each(['cpu', 'wasm', ...native] as const)('the official values, on %s', (backend) => {
  test('every case passes and accounts for every tensor', async () => {
    await useBackend(backend);
    const results = await runFolder(fixtures);
    expect(Object.fromEntries(results.map(({ name, kind }) => [name, kind]))).toEqual(cases);
    for (const { name, outcome, checks, reason } of results) {
      expect({ name, outcome, failures: checks.filter(isFailure), reason }).toEqual({
        name,
        outcome: 'passed',
        failures: [],
        reason: undefined,
      });
    }
  });
});

describe('a wrong value', () => {
  // One reference and, where the case has parameters, one parameter of each kind; the check that
  // must notice.
  test.each([
    ['A8_dense_64to2', 'u_after_5', 'u_after_5'],
    ['A8_dense_64to2', 'weight', 'sigma'],
    ['A3_conv3x3_4to6_7x5_between', 'weight_normalized_c0.9_n0', 'weight_normalized_c0.9_n0 (layer)'],
    ['A3_conv3x3_4to6_7x5_between', 'weight', 'v_after_1'],
    ['B5_sorting', 'y_f64', 'y'],
    ['B5_sorting', 'state.bottleneck_block.3.weight_u', 'effective.bottleneck_block.3.weight'],
    ['B5_sorting', 'state.actnorm._log_scale', 'logdet_actnorm'],
    ['B5_sorting', 'probes', 'logdet_series_n4'],
    ['B5_sorting', 'trace_of_powers', 'trace_of_powers'],
    ['B5_sorting', 'inverse_after_2', 'inverse_after_2'],
    ['B5_sorting', 'grad.bottleneck_block.1.weight_orig', 'grad.bottleneck_block.1.weight_orig'],
    ['B5_sorting', 'train.bottleneck_block.5.weight_v', 'train.bottleneck_block.5.weight_v'],
    ['C3_singlescale_density', 'block_logdet_f64.1', 'block_logdet.1'],
    ['C3_singlescale_density', 'state.prior_logstd', 'grad.prior_mu'],
    ['C3_singlescale_density', 'zs.0', 'reconstruction_5'],
    ['C3_singlescale_density', 'grad.prior_mu', 'grad.prior_mu'],
    ['C3_singlescale_density', 'block_logdet_residual_exact', 'block_logdet_residual_exact'],
    ['C3_singlescale_density', 'state.stack.1.bottleneck_block.5.weight_orig', 'zs.0 (model)'],
    ['C3_singlescale_density', 'state.stack.1.bottleneck_block.1.weight_u', 'zs.0 (model)'],
    ['C2_classifier_injpad', 'logits_f64', 'logits (model)'],
    ['C2_classifier_injpad', 'state.bn1.running_var', 'logits (model)'],
    ['C2_classifier_injpad', 'state.logits.weight', 'head_train.logits'],
    ['C2_classifier_injpad', 'state.bn1.running_mean', 'head_train.running_mean'],
    ['C2_classifier_injpad', 'grad.bn1.weight', 'grad.bn1.weight'],
    ['C2_classifier_injpad', 'z_perturbed', 'inverse_of_perturbed'],
    ['C_tiny_actnorm', 'shift', 'shift'],
    ['E3b_roulette_conv', 'state.3.u', 'effective.3.weight'],
    ['E3b_roulette_conv', 'F', 'F (linearize)'],
    ['E1_lipswish', 'd2y_dx2_f64.1', 'd2y_dx2.1'],
    ['E1_lipswish', 'beta', 'dy_dx.2 (gradient)'],
    ['E2d_induced_dense_small', 'tol1e-5.sigma_f64', 'tol1e-5.sigma'],
    ['E2d_induced_dense_small', 'weight', 'iters5.u'],
    ['E3a_roulette_dense', 'estimate_f64.3', 'estimate.3'],
    ['E3a_roulette_dense', 'coefficients.5', 'coefficients.5'],
    ['E4a_neumann_dense', 'gradient.1.value', 'gradient.1.value'],
    ['E4a_neumann_dense', 'exact.3.weight', 'exact.3.weight'],
    ['E4a_neumann_dense', 'state.3.u', 'gradient.0.3.weight'],
  ])('in %s, tensor %s, fails the case', async (name, tensor, check) => {
    await useBackend('wasm'); // convolutions take a fifth of the time
    const folder = await copyOf(name);
    // A relative change far above every tolerance, and small enough that nothing else breaks.
    await editLargest(folder, name, tensor, (value) => value * (1 + 5e-4));
    const [result] = await runFolder(folder);
    expect(result!.outcome).toBe('failed');
    expect(result!.checks.filter(isFailure).map((failed) => failed.name)).toContain(check);
  });

  test('NaN in a reference fails the case', async () => {
    const folder = await copyOf('A8_dense_64to2');
    await editLargest(folder, 'A8_dense_64to2', 'v_after_1', () => NaN);
    const [result] = await runFolder(folder);
    expect(result!.outcome).toBe('failed');
  });
});

describe('recognition', () => {
  test('goes by content, not by name', async () => {
    const folder = await copyOf('A8_dense_64to2', 'E1_lipswish');
    await editManifest(folder, 'E1_lipswish', (manifest) => Object.assign(manifest, { case: 'E1_lipswish' }));
    expect(await runFolder(folder)).toMatchObject([
      { name: 'E1_lipswish', kind: 'soft-spectral-norm', outcome: 'passed' },
    ]);
  });

  test('an unknown kind is skipped with its title', async () => {
    const folder = await copyOf('A8_dense_64to2');
    await editManifest(folder, 'A8_dense_64to2', (manifest) =>
      Object.assign(manifest, { title: 'a new quantity', config: { other: 1 } }),
    );
    expect(await runFolder(folder)).toMatchObject([
      { kind: null, outcome: 'skipped', reason: 'no kind knows "a new quantity"' },
    ]);
  });

  test('a known kind on an operator that is not offered is skipped with the reason', async () => {
    const folder = await copyOf('A8_dense_64to2');
    await editManifest(folder, 'A8_dense_64to2', ({ config }) => Object.assign(config!, { kind: 'septic' }));
    const [result] = await runFolder(folder);
    expect(result).toMatchObject({ kind: 'soft-spectral-norm', outcome: 'skipped' });
    expect(result!.reason).toContain('septic');
  });

  test('other coefficients, iteration counts and names are read from the manifest', async () => {
    const folder = await copyOf('A8_dense_64to2');
    await editManifest(folder, 'A8_dense_64to2', (manifest) => {
      const { config, tensors } = manifest;
      config!['iterations'] = [50, 5];
      Object.assign(manifest, {
        tensors: Object.fromEntries(Object.entries(tensors!).filter(([key]) => !/_n?[01]$/.test(key))),
      });
      // Four values for two counts: a contradiction that must show.
    });
    const [result] = await runFolder(folder);
    expect(result!.checks.filter(isFailure).map(({ name }) => name)).toEqual(['sigma']);
  });

  test('a tensor that is neither read, compared nor excused fails its case', async () => {
    const name = 'E2d_induced_dense_small';
    const folder = await copyOf(name);
    await editManifest(folder, name, ({ config }) => {
      config!['runs'] = (config!['runs'] as { name: string }[]).filter((run) => run.name !== 'iters5');
    });
    const [result] = await runFolder(folder);
    expect(result).toMatchObject({
      outcome: 'failed',
      reason:
        'expected every tensor read, compared or excused, got unknown ' +
        'iters5.u, iters5.v, iters5.sigma_f64, iters5.sigma, iters5.weight',
    });
    expect(result!.checks.filter(isFailure)).toEqual([]);
  });

  test('a float64 recomputation of what is only read fails its case', async () => {
    const name = 'C_tiny_squeeze';
    const folder = await copyOf(name);
    const path = join(folder, `${name}.safetensors`);
    const tensors = new Map<string, HostTensor>(parseSafetensors(await readFile(path)).tensors);
    const more = { dtype: 'F64', shape: [1], data: Float64Array.of(1) } as const;
    await writeFile(path, toSafetensors(tensors.set('other_f64', more)));
    await editManifest(folder, name, (manifest) => Object.assign(manifest['tensors']!, { other_f64: more }));
    expect(await runFolder(folder)).toMatchObject([
      { outcome: 'failed', reason: expect.stringMatching(/unknown other_f64$/) as string },
    ]);
  });
});

describe('convolutions', () => {
  test.each([
    // Exact integers: a swapped channel order is off by whole numbers.
    ['C_tiny_squeeze', 'iresnet_squeezed.1', 'resflow_unsqueezed.1'],
    ['C_tiny_pad_split', 'padded.0', 'split_second.0'],
  ])('%s compares integers exactly', async (name, ...tensors) => {
    const [result] = await runFolder(await copyOf(name));
    for (const tensor of tensors) {
      expect(result!.checks.find((check) => check.name === tensor)).toMatchObject({ error: 0 });
    }
  });

  test.each([
    ['spatial', 'A3_conv3x3_4to6_7x5_between', [5, 7]],
    ['spectral_norm_spatial', 'B5_sorting', [4, 4]],
  ])('the size for the norm is read from the manifest (%s)', async (key, name, size) => {
    const folder = await copyOf(name);
    await editManifest(folder, name, ({ config }) => Object.assign(config!, { [key]: size }));
    const [result] = await runFolder(folder);
    expect(result!.outcome).toBe('failed');
  });

  test('a block with an unknown nonlinearity fails and names it', async () => {
    const folder = await copyOf('B5_sorting');
    await editManifest(folder, 'B5_sorting', ({ config }) =>
      Object.assign(config!, { nonlinearity: 'cubic' }),
    );
    const [result] = await runFolder(folder);
    expect(result!.reason).toContain('got "cubic"');
  });
});

describe('a damaged folder', () => {
  const name = 'E2d_induced_dense_small';

  test('a truncated tensor file fails its case and names file and bytes', async () => {
    const folder = await copyOf(name);
    const path = join(folder, `${name}.safetensors`);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 100));
    const [result] = await runFolder(folder);
    expect(result!.outcome).toBe('failed');
    expect(result!.reason).toMatch(/E2d_induced_dense_small\.safetensors: .*expected \d+ bytes.*got \d+/);
  });

  test('a missing tensor file fails its case and names the file', async () => {
    const folder = await copyOf(name);
    await editManifest(folder, name, (manifest) => Object.assign(manifest, { file: 'gone.safetensors' }));
    const [result] = await runFolder(folder);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result!.reason).toContain('gone.safetensors');
  });

  test('a manifest that contradicts its file is an error', async () => {
    const folder = await copyOf(name);
    await editManifest(folder, name, ({ tensors }) => Object.assign(tensors!['u0']!, { shape: [3, 4] }));
    const [result] = await runFolder(folder);
    expect(result!.reason).toMatch(/tensor "u0": expected F32 \[3,4\] as in the manifest, got F32 \[12\]/);
  });

  test('a manifest that is no JSON fails alone; JSON of another format is passed over', async () => {
    const folder = await copyOf(name);
    await writeFile(join(folder, 'broken.json'), '{"format": "golden-ref');
    await writeFile(join(folder, 'INDEX.json'), '{"format": "golden-index-1"}');
    const results = await runFolder(folder);
    expect(results.map((result) => [result.name, result.outcome])).toEqual([
      [name, 'passed'],
      ['broken', 'failed'],
    ]);
    expect(results[1]!.reason).toMatch(/broken\.json: expected JSON/);
  });

  test.each(['', 'nowhere'])('a folder without cases is an error (%j)', async (inside) => {
    const folder = join(await emptyFolder(), inside);
    await expect(runFolder(folder)).rejects.toMatchObject({ kind: 'data', where: folder });
  });
});
