import type { Connection } from './connection';
import type { DigitsCorner } from './digits';
import { element } from './elements';

/** The corner of the digits, which is loaded when it is asked for. */
export function offerDigits(connection: Connection): DigitsCorner {
  let corner: DigitsCorner | null = null;
  element('load-digits').addEventListener('click', () => {
    element<HTMLButtonElement>('load-digits').disabled = true;
    void import('./digits').then(({ createDigits }) => {
      element('load-digits').hidden = true;
      corner = createDigits(connection);
      connection.send({ kind: 'digits', question: { what: 'open' } });
    });
  });
  return {
    heard(answer) {
      corner?.heard(answer);
    },
    recolour() {
      corner?.recolour();
    },
  };
}
