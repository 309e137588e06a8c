import { onNative } from '../../../scripts/native';
import { imageLaws } from './imageLaws';
import { imageInstances } from './imageTable';

/** The kernels of each activation have laws of their own; wasm and cpu take all instances. */
const chosen = imageInstances.filter(({ name }) => !/^activation (?!sin|maxMin|cLipSwish)/.test(name));
onNative(() => {
  imageLaws(chosen);
});
