interface Sight {
  /** How far the box is scrolled, in pixels. */
  readonly top: number;
  /** The height of the box in pixels. */
  readonly height: number;
  /** The height of every line in pixels. */
  readonly lineHeight: number;
  readonly count: number;
}

const SPARE = 20;

/** Which lines have to be in the document: those in sight and a few more on both sides. `to` is not included. */
export function linesInSight({ top, height, lineHeight, count }: Sight): {
  readonly from: number;
  readonly to: number;
} {
  const first = Math.min(Math.floor(top / lineHeight), Math.max(0, count - Math.ceil(height / lineHeight)));
  return {
    from: Math.max(0, first - SPARE),
    to: Math.min(count, first + Math.ceil(height / lineHeight) + SPARE),
  };
}
