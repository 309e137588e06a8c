import { onNative } from '../../../scripts/native';
import { imageLaws } from './imageLaws';

onNative(imageLaws);
