import { conformalPValues, scoreRanks } from '@iresnet/evaluation';

const heldOut = [-3.1, -2.4, -2.2, -4.0, -2.8, -3.3, -2.1, -2.6, -2.9]; // scores of normal rows that were set aside
console.log(conformalPValues(scoreRanks(heldOut), [-2.5, -17.6])); // 0.7, and 0.1: the least that nine rows can say
