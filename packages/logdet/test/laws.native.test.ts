import { onNative } from '../../../scripts/native';
import { laws } from './laws';

onNative(laws);
