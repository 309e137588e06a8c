import { element, notice, select } from './elements';
import type { Frame, Speed } from './protocol';

interface PaceEvents {
  readonly send: (message: { kind: 'play' | 'pause' | 'step' } | { kind: 'speed'; speed: Speed }) => void;
  /** The visitor let the run go on. */
  readonly played: () => void;
}

/** How a run goes on: whether it plays, and how fast. */
export interface Pace {
  speed(): Speed;
  /** Show whether it plays, and why it ended; null while it has not. */
  show(playing: boolean, ended: Frame['ended']): void;
  /** The run stands still, whatever it was. */
  stop(): void;
}

/** Listen to the buttons of the run, and show what they do. */
export function createPace({ send, played }: PaceEvents): Pace {
  let speed: Speed = 'full';
  let playing = false;
  let ended = false;
  function label(): void {
    element('play').textContent = playing ? 'Pause' : ended ? 'Finished' : 'Play';
    element<HTMLButtonElement>('play').disabled = ended;
    element<HTMLButtonElement>('step').disabled = ended;
  }
  element('play').addEventListener('click', () => {
    if (!playing) played();
    send({ kind: playing ? 'pause' : 'play' });
    playing = !playing;
    label();
  });
  element('step').addEventListener('click', () => {
    send({ kind: 'step' });
  });
  select('speed').addEventListener('change', () => {
    const { value } = select('speed');
    speed = value === 'full' ? value : value === '20' ? 20 : 2;
    send({ kind: 'speed', speed });
  });
  return {
    speed: () => speed,
    show(nextPlaying, why) {
      [playing, ended] = [nextPlaying, why !== null];
      label();
      if (why !== null && why !== 'steps' && why !== 'patience')
        notice(
          'The loss became infinite, so the run ended at its last good weights. A smaller limit helps.',
          true,
        );
    },
    stop() {
      playing = false;
      label();
    },
  };
}
