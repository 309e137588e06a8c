import { imageLaws } from './imageLaws';

imageLaws();
