/** A picture of 8 bits a channel. */
export interface Picture {
  /** Height, width, channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly shape: readonly [number, number, number];
  /** Row-major, the channels of a pixel together. */
  readonly data: Uint8Array;
}

/** Orientations of EXIF whose rows, and whose columns, run backwards. */
const ROWS = [3, 4, 6, 7];
const COLUMNS = [2, 3, 7, 8];

/**
 * A picture turned upright. From orientation 5 on, its rows and columns are exchanged.
 *
 * @param orientation - As EXIF counts them, 1 to 8.
 */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const [height, width, channels] = picture.shape;
  const turned = orientation >= 5;
  const [h, w] = turned ? [width, height] : [height, width];
  const data = new Uint8Array(picture.data.length);
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++, at += channels) {
      const [row, column] = turned ? [x, y] : [y, x];
      const from =
        (ROWS.includes(orientation) ? height - 1 - row : row) * width +
        (COLUMNS.includes(orientation) ? width - 1 - column : column);
      data.set(picture.data.subarray(from * channels, (from + 1) * channels), at);
    }
  }
  return { shape: [h, w, channels], data };
}

/** Whether a picture has a channel of transparency. */
export function hasAlpha({ shape }: Picture): boolean {
  return shape[2] === 2 || shape[2] === 4;
}

/** Whether a picture has channels of colours. */
export function hasColours({ shape }: Picture): boolean {
  return shape[2] >= 3;
}

/** Whether every pixel is opaque. */
export function isOpaque(picture: Picture): boolean {
  const { data, shape } = picture;
  if (!hasAlpha(picture)) return true;
  for (let i = shape[2] - 1; i < data.length; i += shape[2]) if (data[i] !== 255) return false;
  return true;
}

/** Whether red, green and blue are the same everywhere. */
function isGrey(picture: Picture): boolean {
  const { data, shape } = picture;
  if (!hasColours(picture)) return true;
  for (let i = 0; i < data.length; i += shape[2])
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

/**
 * The same picture with another number of channels, or null where that would lose something. Greys
 * become three equal colours and back, and alpha comes and goes where every pixel is opaque.
 */
export function withChannels(picture: Picture, channels: number): Picture | null {
  const [height, width, have] = picture.shape;
  if (have === channels) return picture;
  const [alpha, colours] = [channels === 2 || channels === 4, channels >= 3];
  if ((!alpha && !isOpaque(picture)) || (!colours && !isGrey(picture))) return null;
  const data = new Uint8Array(height * width * channels);
  for (let i = 0, from = 0; i < data.length; i += channels, from += have) {
    data[i] = picture.data[from]!;
    if (colours) {
      data[i + 1] = picture.data[have >= 3 ? from + 1 : from]!;
      data[i + 2] = picture.data[have >= 3 ? from + 2 : from]!;
    }
    if (alpha) data[i + channels - 1] = hasAlpha(picture) ? picture.data[from + have - 1]! : 255;
  }
  return { shape: [height, width, channels], data };
}
