/** Places the labels of a scatter's points so that they cover neither each other nor another point; where there is no room, there is no label. */

export interface Mark {
  x: number;
  y: number;
  /** Width of its label in pixels, at least about right. */
  labelWidth: number;
}

export interface PlacedLabel {
  x: number;
  /** Baseline of the text. */
  y: number;
  anchor: 'start' | 'middle' | 'end';
}

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const markRadius = 8;
const textHeight = 13;
const distance = 13;

/** One label a mark, in the order given: to the right if that is free, else left, above, below, or further off; undefined where all is taken. */
export function placeLabels(marks: readonly Mark[], frame: Frame): (PlacedLabel | undefined)[] {
  const taken: Frame[] = marks.map(({ x, y }) => ({
    left: x - markRadius,
    right: x + markRadius,
    top: y - markRadius,
    bottom: y + markRadius,
  }));
  return marks.map((mark, index) => {
    const candidates = candidatesOf(mark);
    const free = candidates.find((label) => {
      const box = boxOf(label, mark.labelWidth);
      const inside =
        box.left >= frame.left &&
        box.right <= frame.right &&
        box.top >= frame.top &&
        box.bottom <= frame.bottom;
      return inside && taken.every((other, at) => at === index || !overlap(box, other));
    });
    if (free) taken.push(boxOf(free, mark.labelWidth));
    return free;
  });
}

function candidatesOf({ x, y }: Mark): PlacedLabel[] {
  const beside = (dy: number): PlacedLabel[] => [
    { x: x + distance, y: y + dy, anchor: 'start' },
    { x: x - distance, y: y + dy, anchor: 'end' },
  ];
  return [
    ...beside(4.5),
    { x, y: y - distance, anchor: 'middle' },
    { x, y: y + distance + textHeight - 3, anchor: 'middle' },
    ...beside(18),
    ...beside(-9),
    ...beside(32),
  ];
}

function boxOf({ x, y, anchor }: PlacedLabel, width: number): Frame {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - textHeight + 2, bottom: y + 2 };
}

function overlap(a: Frame, b: Frame): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
