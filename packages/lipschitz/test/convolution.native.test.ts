import { onNative } from '../../../scripts/native';
import { convolutionLaws } from './convolution';

onNative(convolutionLaws);
