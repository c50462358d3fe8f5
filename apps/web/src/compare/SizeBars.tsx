/** Sizes as bars that start at zero, smallest first, each with its own label: no legend to look up. */
import { useId, type ReactNode } from 'react';
import { linearScale } from '../charts/scales.ts';
import { useWidth } from '../charts/useWidth.ts';
import type { Point } from './compare.ts';
import styles from './charts.module.css';
import { finding } from './texts.ts';

const rowHeight = 34;
const labelWidth = 92;
const valueWidth = 62;

export function SizeBars({ points }: { points: readonly Point[] }): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const titleId = useId();
  const largest = Math.max(1, ...points.map((point) => point.percent));
  const scale = linearScale(largest, labelWidth, width - valueWidth);
  return (
    <div ref={frame}>
      <svg
        role="img"
        aria-labelledby={titleId}
        width={width}
        height={points.length * rowHeight}
        className={styles.chart}
      >
        <title id={titleId}>{`Compressed size in percent of the original. ${finding(points)}`}</title>
        {points.map((point, row) => {
          const y = row * rowHeight + 7;
          const own = point.method.level !== undefined;
          return (
            <g key={point.method.id} className={own ? styles.own : styles.rival}>
              <text className={styles.name} x={labelWidth - 10} y={y + 14.5} textAnchor="end">
                {point.method.short}
              </text>
              <rect
                className={styles.bar}
                x={labelWidth}
                y={y}
                width={Math.max(1, scale(point.percent) - labelWidth)}
                height={20}
                rx={3}
              />
              <text className={styles.value} x={scale(point.percent) + 8} y={y + 14.5}>
                {point.percent.toFixed(1)} %
              </text>
            </g>
          );
        })}
        <line className={styles.axis} x1={labelWidth} x2={labelWidth} y1={0} y2={points.length * rowHeight} />
      </svg>
    </div>
  );
}
