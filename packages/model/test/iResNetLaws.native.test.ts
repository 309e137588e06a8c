import { onNative } from '../../../scripts/native';
import { iResNetLaws } from './iResNetLaws';

onNative(iResNetLaws);
