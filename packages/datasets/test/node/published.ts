import { datasetRecord, type CifarSource, type IdxSource } from '../../src/index';

/** Where a published set in the format of MNIST comes from. */
export function idxSource(name: 'mnist' | 'fashion-mnist' | 'kmnist'): IdxSource {
  return datasetRecord(name, 'images').published as IdxSource;
}

/** Where a published set in the format of CIFAR comes from. */
export function cifarSource(name: 'cifar10' | 'cifar100'): CifarSource {
  return datasetRecord(name, 'images').published as CifarSource;
}
