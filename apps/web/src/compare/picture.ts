/** A chart as a PNG: its SVG with the styles it has at this moment, drawn to a canvas at twice its size. */

const properties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'text-anchor',
  'paint-order',
  'opacity',
] as const;
const scale = 2;

/** @param charts of equal width, set below each other */
export async function pictureOf(charts: readonly SVGSVGElement[], background: string): Promise<Blob> {
  const gap = 24;
  const boxes = charts.map((chart) => chart.getBoundingClientRect());
  const width = Math.max(...boxes.map((box) => box.width)) + 2 * gap;
  const height = boxes.reduce((sum, box) => sum + box.height + gap, gap);
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas can be drawn to here; save as CSV or Markdown instead');
  context.scale(scale, scale);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  let top = gap;
  for (const [index, chart] of charts.entries()) {
    const box = boxes[index];
    if (!box) continue;
    context.drawImage(await imageOf(chart, box), gap, top, box.width, box.height);
    top += box.height + gap;
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

async function imageOf(chart: SVGSVGElement, box: DOMRect): Promise<HTMLImageElement> {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(box.width));
  copy.setAttribute('height', String(box.height));
  const originals = [chart, ...chart.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  for (const [index, element] of copies.entries()) {
    const style = originals[index] && getComputedStyle(originals[index]);
    if (!style) continue;
    for (const property of properties) element.setAttribute(property, style.getPropertyValue(property));
  }
  const address = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }),
  );
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}
